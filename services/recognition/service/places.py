"""How many places a county has by its quota, and how many of them are taken, when one decides or just looks."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Quota
from services.recognition.repository import seasons
from services.recognition.service.rules import rules_of
from shared.policy.recognition.model import Counting
from shared.service.problems import Problem


@dataclass(frozen=True)
class Places:
    """Places and how many of them valid recognitions take; `scope` is what shares them."""

    scope: str
    places: int
    taken: int

    @property
    def free(self) -> int:
        """How many more may be recognised; never below zero: a smaller base cancels nobody."""
        return max(0, self.places - self.taken)


@dataclass(frozen=True)
class Limit:
    """What limits a county: so many places, its own or those of the `scope` it shares them with, of a quota."""

    quota: Quota
    scope: str
    places: int


async def limit_of(session: AsyncSession, county: str, year: int, *, lock: bool = False) -> Limit | None:
    """The county's own share, or the quota it shares with its city or province; None when none was set.

    Where the policy apportions, a county that got no share has no place.
    """
    own = await seasons.county_quota(session, county, year, lock=lock)
    if own is not None:
        return Limit(await session.get_one(Quota, own.quota_id), county, own.places)
    for digits in (4, 2):
        shared = await seasons.quota(session, county[:digits], year, lock=lock)
        if shared is None:
            continue
        apportioned = (await rules_of(session, shared.policy_hash)).quota.apportioned_by is not None
        return Limit(shared, county, 0) if apportioned else Limit(shared, shared.scope, shared.total)
    return None


async def places_in(session: AsyncSession, county: str, year: int, *, lock: bool = False) -> Places:
    """What is left for a county. Locked, no other decision under the same places goes on until the commit.

    409 when no quota was set.
    """
    limit = await limit_of(session, county, year, lock=lock)
    if limit is None:
        raise Problem(409, "no-quota", "还没有核定名额", f"{year} 年该县的名额尚未核定")
    return await places_under(session, limit)


async def places_under(session: AsyncSession, limit: Limit) -> Places:
    """How many of a limit's places are taken, by what its policy counts: all valid recognitions, or the year's."""
    quota = limit.quota
    counting = (await rules_of(session, quota.policy_hash)).quota.counting
    granted_in = quota.year if counting is Counting.FLOW else None
    taken = await seasons.valid_below(session, limit.scope, quota.scope, granted_in)
    return Places(limit.scope, limit.places, taken)
