"""The recognition rules in force at a place: its newest season's, else those of the shipped policy that covers it."""

import datetime as dt
from functools import cache

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.repository import seasons
from services.recognition.service.rules import rules_of
from shared.policy.loading import load_policy, policy_ids
from shared.policy.model import Policy
from shared.policy.recognition.model import Recognition
from shared.service import clock


async def rules_at(session: AsyncSession, county: str) -> Recognition | None:
    """What a county goes by today; None where no policy is known."""
    season = await seasons.newest(session, county)
    if season is not None:
        return await rules_of(session, season.policy_hash)
    return shipped_at(county, clock.today())


def shipped_at(county: str, day: dt.date) -> Recognition | None:
    """The rules of the shipped policy for the narrowest region around a county, if one is in force."""
    covering = [
        (len(region), policy.recognition)
        for policy in shipped()
        for region in policy.regions
        if county.startswith(region) and policy.in_force_on(day) and policy.recognition is not None
    ]
    return max(covering, key=lambda one: one[0])[1] if covering else None


@cache
def shipped() -> tuple[Policy, ...]:
    """Every policy that ships with the platform, read once per process."""
    return tuple(load_policy(name) for name in policy_ids())
