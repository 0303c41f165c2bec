"""Working out a quota from the published run, and apportioning it."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.quotas import ROUNDED, Share, apportion, base_of, places
from services.recognition.domain.turns import DIGITS, LABELS
from services.recognition.models import CountyQuota, Quota
from services.recognition.repository import households, seasons
from services.recognition.repository.collisions import refused_as
from services.recognition.service.policies import RulesOrder, resolve
from shared.policy.recognition.model import Level, Recognition
from shared.service import audit
from shared.service.identity import Caller
from shared.service.problems import Problem


@dataclass(frozen=True)
class QuotaOrder:
    """Reckon the quota of `scope` and `year`; `own` places by county instead of a proportional apportionment."""

    scope: str
    year: int
    rules: RulesOrder
    own: Mapping[str, int] | None = field(default=None)


async def set_quota(session: AsyncSession, order: QuotaOrder, caller: Caller) -> tuple[Quota, list[CountyQuota]]:
    """Store a quota with its arithmetic; replaces an earlier one until a season under it is open.

    Errors: 422 for another level than the policy's, 409 without a published run, once a season is open, or when a
    county has places of another quota.
    """
    policy, rules = await resolve(session, order.rules, order.scope, order.year, caller)
    check_scope(rules, order.scope)
    counts = await households.counts_below(session, order.scope, order.year)
    if not counts:
        raise Problem(409, "no-published-run", "还没有分型结果", f"{order.year} 年的分型结果尚未发布，不能计算名额")
    bases = {county: base_of(by_type, rules.quota.types) for county, by_type in counts.items()}
    percent = percent_of(rules, order.year)
    total = places(sum(bases.values()), percent, rules.quota.rounding)
    shares = shares_of(rules, order, total, bases)
    await seasons.forget_quota(session, order.scope, order.year)
    quota = Quota(
        id=uuid.uuid4(), scope=order.scope, year=order.year, policy_hash=policy.content_hash, percent=percent,
        base=sum(bases.values()), total=total, created_by=caller.subject,
    )  # fmt: skip
    rows = [
        CountyQuota(
            county=one.county, year=order.year, quota_id=quota.id, base=one.base, places=one.places,
            arithmetic=one.arithmetic,
        )
        for one in shares
    ]  # fmt: skip
    said = f"{order.scope} 或其中的县在 {order.year} 年已有另外核定的名额，请先查看再办理"
    async with refused_as(session, "quota-collides", "已有名额", said):
        session.add(quota)
        await session.flush()
        session.add_all(rows)
    await _recorded(session, quota, order, shares, caller)
    return quota, rows


def check_scope(rules: Recognition, scope: str) -> None:
    """422 unless the scope is of the level that the policy reckons by."""
    level = rules.quota.scope
    if len(scope) != DIGITS[level]:
        said = f"按这个政策，名额以{LABELS[level]}（{DIGITS[level]}位区划代码）为范围计算"
        raise Problem(422, "quota-scope", "名额的范围不对", said)


def percent_of(rules: Recognition, year: int) -> int:
    """The share of the base, in percent, on the first day of the year. 422 when the policy leaves it unset."""
    value = rules.value(rules.quota.share, dt.date(year, 1, 1))
    if not isinstance(value, int):
        raise Problem(422, "parameter-unset", "政策数值未设定", f"政策没有设定{rules.quota.share}")
    return value


def shares_of(rules: Recognition, order: QuotaOrder, total: int, bases: Mapping[str, int]) -> list[Share]:
    """Places by county: the scope itself, the city's own, or in proportion; none where the scope shares them."""
    if rules.quota.scope is Level.COUNTY:
        base = bases[order.scope]
        how = ROUNDED[rules.quota.rounding]
        return [Share(order.scope, base, total, f"{base} × {percent_of(rules, order.year)}%，{how}，共 {total} 个")]
    if rules.quota.apportioned_by is None:
        return []
    if order.own is None:
        return apportion(total, bases)
    strangers = sorted(set(order.own) - set(bases))
    if strangers:
        raise Problem(422, "quota-county", "有不属于本范围的县", f"下列代码没有分型结果：{'、'.join(strangers)}")
    if sum(order.own.values()) > total:
        raise Problem(
            422, "quota-exceeded", "分配超过总数", f"各县合计 {sum(order.own.values())} 个，超过总数 {total} 个"
        )
    return [
        Share(county, base, order.own.get(county, 0), f"由 {order.scope} 统筹确定，总数 {total} 个")
        for county, base in sorted(bases.items())
    ]


async def _recorded(
    session: AsyncSession, quota: Quota, order: QuotaOrder, shares: list[Share], caller: Caller
) -> None:
    await audit.record(
        session,
        actor=caller.subject,
        action="quota:set",
        subject=str(quota.id),
        region=quota.scope,
        details={"year": quota.year, "base": quota.base, "percent": quota.percent, "total": quota.total,
                 "places": {one.county: one.places for one in shares}, **order.rules.details()},
    )  # fmt: skip
