"""Quotas: calculated from the published run, apportioned to counties; how many places are taken and free."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.registers import repository as register_repository
from services.recognition.rules.service import RulesOrder, resolve_policy, stored_rules
from services.recognition.season import repository as season_repository
from services.recognition.season.domain import CountyShare, apportion, quota_base
from services.recognition.season.models import CountyQuota, Quota
from services.recognition.season.problems import (
    QuotaCollides,
    QuotaCountyLeftOut,
    QuotaCountyUnknown,
    QuotaExceeded,
    QuotaFrozen,
    QuotaMissing,
    QuotaNotApportioned,
    QuotaScopeWrong,
    QuotaShareUnset,
    RunNotPublished,
)
from shared.database.row_scope import beyond_region
from shared.law.model.recognition import LEVEL_DIGITS, LEVEL_LABELS, Counting, Level, RecognitionRules
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.identity import Caller


@dataclass(frozen=True)
class Places:
    """Places, how many valid recognitions take, and how many are held by undecided applications that were selected or
    recommended and reviewed; `scope` shares them.
    """

    scope: str
    places: int
    taken: int
    held: int

    @property
    def ungranted(self) -> int:
        """How many more may be recognised; never below zero: a smaller base cancels no recognition."""
        return max(0, self.places - self.taken)

    @property
    def free(self) -> int:
        """How many can still be given: nobody is recognised there, and nobody is on the way."""
        return max(0, self.places - self.taken - self.held)


@dataclass(frozen=True)
class QuotaLimit:
    """The limit of a county: its own places, or those of the `scope` that it shares, and the quota."""

    quota: Quota
    scope: str
    places: int


async def find_quota_limit(session: AsyncSession, county: str, year: int, *, lock: bool = False) -> QuotaLimit | None:
    """The county's own share, or the quota it shares with its city or province; None when none was set.

    Where it is apportioned, a county that got no share has no place.
    """
    own = await season_repository.get_county_quota(session, county, year, lock=lock)
    if own is not None:
        return QuotaLimit(await session.get_one(Quota, own.quota_id), county, own.places)
    for digits in (4, 2):
        shared = await season_repository.get_quota(session, county[:digits], year, lock=lock)
        if shared is None:
            continue
        rule = (await stored_rules(session, shared.policy_hash)).quota
        apportioned = rule.apportioned_by is not None or await season_repository.is_apportioned(session, shared)
        return QuotaLimit(shared, county, 0) if apportioned else QuotaLimit(shared, shared.scope, shared.total)
    return None


async def require_places(session: AsyncSession, county: str, year: int, *, lock: bool = False) -> Places:
    """The places of a county; locked, no other decision under the same limit continues until the commit.

    409 when no quota was set.
    """
    limit = await find_quota_limit(session, county, year, lock=lock)
    if limit is None:
        raise QuotaMissing(f"{year} 年该县的名额尚未核定")
    return await count_places(session, limit)


async def count_places(session: AsyncSession, limit: QuotaLimit) -> Places:
    """How many places are taken, counted as the policy says: all valid recognitions, or those of the year; and held."""
    quota = limit.quota
    counting = (await stored_rules(session, quota.policy_hash)).quota.counting
    granted_in = quota.year if counting is Counting.FLOW else None
    async with beyond_region(session, quota.scope):
        taken = await season_repository.count_valid(session, limit.scope, quota.scope, granted_in)
        held = await season_repository.count_held_places(session, limit.scope, quota.year)
    return Places(limit.scope, limit.places, taken, held)


@dataclass(frozen=True)
class QuotaOrder:
    """Set the quota of a scope and year; `own`: places by county instead of a proportional apportionment."""

    scope: str
    year: int
    rules: RulesOrder
    own: Mapping[str, int] | None = field(default=None)


async def set_quota(session: AsyncSession, order: QuotaOrder, caller: Caller) -> tuple[Quota, list[CountyQuota]]:
    """Store a quota with its arithmetic; it replaces an earlier one until a season under it is open.

    Errors: 422 for a scope that is not the policy's, 409 without a published run, once a season is open, or when a
    county has places of another quota.
    """
    policy, rules = await resolve_policy(session, order.rules, order.scope, order.year, caller)
    check_quota_scope(rules, order.scope)
    counts = await register_repository.counts_in_scope(session, order.scope, order.year)
    if not counts:
        raise RunNotPublished(f"{order.year} 年的分型结果尚未发布，不能计算名额")
    bases = {county: quota_base(by_type, rules.quota.types) for county, by_type in counts.items()}
    percent = quota_percent(rules, order.year)
    total = rules.quota.rounding.places(sum(bases.values()), percent)
    shares = county_shares(rules, order, total, bases)
    await remove_quota(session, order.scope, order.year)
    quota = Quota(
        id=uuid.uuid4(),
        scope=order.scope,
        year=order.year,
        policy_hash=policy.content_hash,
        percent=percent,
        base=sum(bases.values()),
        total=total,
        created_by=caller.subject,
    )
    rows = [
        CountyQuota(
            county=share.county,
            year=order.year,
            quota_id=quota.id,
            base=share.base,
            places=share.places,
            arithmetic=share.arithmetic,
        )
        for share in shares
    ]
    detail = f"{order.scope} 或其中的县在 {order.year} 年已有另外核定的名额，请先查看再办理"
    async with refused_on_conflict(session, QuotaCollides(detail)):
        session.add(quota)
        await session.flush()
        session.add_all(rows)
    await _audit_quota(session, quota, order, shares, caller)
    return quota, rows


async def remove_quota(session: AsyncSession, scope: str, year: int) -> None:
    """Delete a quota that is to be computed again. 409 once a season under it is open: the base is frozen then."""
    quota = await season_repository.get_quota(session, scope, year, lock=True)
    if quota is None:
        return
    if await season_repository.season_begun(session, scope, year):
        raise QuotaFrozen
    await season_repository.delete_quota(session, quota)


def check_quota_scope(rules: RecognitionRules, scope: str) -> None:
    """422 unless the scope is of the level that the policy names."""
    level = rules.quota.scope
    if len(scope) != LEVEL_DIGITS[level]:
        detail = f"按这个政策，名额以{LEVEL_LABELS[level]}（{LEVEL_DIGITS[level]}位区划代码）为范围计算"
        raise QuotaScopeWrong(detail)


def quota_percent(rules: RecognitionRules, year: int) -> int:
    """The share of the base, in percent, on the first day of the year. 422 when the policy leaves it unset."""
    value = rules.value(rules.quota.share, dt.date(year, 1, 1))
    if not isinstance(value, int):
        raise QuotaShareUnset(f"政策没有设定{rules.quota.share}")
    return value


def county_shares(
    rules: RecognitionRules, order: QuotaOrder, total: int, bases: Mapping[str, int]
) -> list[CountyShare]:
    """Places by county: the scope itself, the superior's own, or in proportion; none where the scope shares them."""
    if rules.quota.scope is Level.COUNTY:
        base = bases[order.scope]
        how = rules.quota.rounding.label
        return [
            CountyShare(order.scope, base, total, f"{base} × {quota_percent(rules, order.year)}%，{how}，共 {total} 个")
        ]
    if order.own is None:
        return apportion(total, bases) if rules.quota.apportioned_by is not None else []
    if rules.quota.apportioned_by is None and rules.quota.may_apportion is None:
        raise QuotaNotApportioned(
            f"按政策，名额由 {order.scope} 各县（区）共用，不分配到县（依据：{rules.quota.citation}）"
        )
    strangers = sorted(set(order.own) - set(bases))
    if strangers:
        raise QuotaCountyUnknown(f"下列代码没有分型结果：{'、'.join(strangers)}")
    check_total(order.own, total)
    left_out = sorted(set(bases) - set(order.own))
    if left_out:
        raise QuotaCountyLeftOut(f"没有写下列县（区）的名额：{'、'.join(left_out)}；不给名额的请写 0")
    return [
        CountyShare(county, base, order.own[county], f"由 {order.scope} 统筹确定，总数 {total} 个")
        for county, base in sorted(bases.items())
    ]


def check_total(own: Mapping[str, int], total: int) -> None:
    """422 for more places than there are."""
    if sum(own.values()) > total:
        raise QuotaExceeded(f"各县合计 {sum(own.values())} 个，超过总数 {total} 个")


async def _audit_quota(
    session: AsyncSession, quota: Quota, order: QuotaOrder, shares: list[CountyShare], caller: Caller
) -> None:
    await audit.record(
        session,
        audit.about(quota.id, quota.scope),
        caller,
        "quota:set",
        {
            "year": quota.year,
            "base": quota.base,
            "percent": quota.percent,
            "total": quota.total,
            "places": {share.county: share.places for share in shares},
            **order.rules.details(),
        },
    )
