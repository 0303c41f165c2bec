"""Preparing a county's season: its dates and rules; correcting or removing it until it is opened."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain import seasons as life
from services.recognition.domain.orders import disagreements
from services.recognition.domain.seasons import SeasonDates, SeasonState, UnsetDate, season_dates
from services.recognition.models import Season
from services.recognition.repository.collisions import refused_as
from services.recognition.service.places import limit_of
from services.recognition.service.policies import RulesOrder, resolve
from services.recognition.service.rules import policy_of
from services.recognition.service.seasons import recorded
from shared.policy.model import Policy
from shared.policy.recognition.model import Recognition, StepKind
from shared.service.identity import Caller
from shared.service.problems import Problem


@dataclass(frozen=True)
class SeasonOrder:
    """Prepare a season; days and the date are the county's own where the policy leaves them open."""

    county: str
    year: int
    rules: RulesOrder
    applications_until: dt.date | None
    supplement_days: int
    consultation_days: int
    notice_days: int | None


async def prepare_season(session: AsyncSession, order: SeasonOrder, caller: Caller) -> Season:
    """A season with its dates, not open yet. 409 when there is one, 422 for what policy and order leave open."""
    season = Season(county=order.county, year=order.year, created_by=caller.subject)
    await write(session, season, order, caller)
    said = f"{order.county} 在 {order.year} 年已有认定季"
    async with refused_as(session, "season-exists", "已有认定季", said):
        session.add(season)
    await recorded(session, season, caller.subject, "season:prepare", order.rules.details())
    return season


async def correct_season(session: AsyncSession, season: Season, order: SeasonOrder, caller: Caller) -> Season:
    """Prepare a season anew that is not open yet; it stays the county's and the year's."""
    require_preparing(season)
    if (order.county, order.year) != (season.county, season.year):
        said = f"这是 {season.county} 在 {season.year} 年的认定季，县和年份不能更换；请另行准备"
        raise Problem(422, "another-season", "不能换成另一个认定季", said)
    await write(session, season, order, caller)
    season.version += 1
    await recorded(session, season, caller.subject, "season:correct", order.rules.details())
    return season


async def remove_season(session: AsyncSession, season: Season, caller: Caller) -> None:
    """Remove a season that is not open yet. 409 when somebody has begun to write an application."""
    require_preparing(season)
    said = "已有经营者在这个认定季起草申报，不能删除；可以更正"
    async with refused_as(session, "season-in-use", "不能删除", said):
        await session.delete(season)
    await recorded(session, season, caller.subject, "season:remove")


def require_preparing(season: Season) -> None:
    """409 once the season is open: what applicants rely on stands."""
    if season.state != SeasonState.PREPARING:
        label = life.LABELS[SeasonState(season.state)]
        raise Problem(409, "season-begun", "认定季已经开始", f"认定季当前为“{label}”，只有准备中的可以更正或删除")


async def write(session: AsyncSession, season: Season, order: SeasonOrder, caller: Caller) -> None:
    """Everything that the order and the policy say; the policy goes on from the quota's where there is one."""
    limit = await limit_of(session, order.county, order.year)
    base = await policy_of(session, limit.quota.policy_hash) if limit is not None else None
    if base is not None and base.id != order.rules.policy:
        said = f"{order.county} 的名额按政策 {base.id} 核定，认定季须用同一政策，不能用 {order.rules.policy}"
        raise Problem(409, "another-policy", "与名额的政策不同", said)
    policy, rules = await resolve(session, order.rules, order.county, order.year, caller, base=base)
    check_agreement(base, policy)
    dates, days = dates_of(rules, order), notice_days(rules, order)
    check_own(order, dates, days)
    season.policy_hash, season.opens_on = policy.content_hash, dates.opens_on
    season.applications_until, season.decisions_until = dates.applications_until, dates.decisions_until
    season.benefits_from, season.notice_days = dates.benefits_from, days
    season.supplement_days, season.consultation_days = order.supplement_days, order.consultation_days


def check_agreement(quota: Policy | None, season: Policy) -> None:
    """409 unless the season's policy says what the quota's says."""
    told = disagreements(quota, season) if quota is not None else []
    if told:
        raise Problem(409, "another-policy", "与名额的政策不同", "；".join(told), reasons=told)


def check_own(order: SeasonOrder, dates: SeasonDates, days: int) -> None:
    """422 for what the county would set though it is set already, by the policy or by an order on it."""
    own = [
        ("申报截止日期（applications_until）", order.applications_until, dates.applications_until),
        ("公示的工作日数（notice_days）", order.notice_days, days),
    ]
    told = [
        f"{name}已按政策定为 {fixed}，不能另定为 {wanted}；请不写，或与其一致"
        for name, wanted, fixed in own
        if wanted not in (None, fixed)
    ]
    if told:
        raise Problem(422, "set-already", "政策已有规定", "；".join(told), reasons=told)


def dates_of(rules: Recognition, order: SeasonOrder) -> SeasonDates:
    """The season's dates; 422 when one is open, or they do not follow one another."""
    try:
        dates = season_dates(rules, order.year, order.applications_until)
    except UnsetDate as unset:
        raise Problem(422, "date-unset", "日期未定", f"政策没有规定“{unset}”，请在请求中写明") from unset
    if not dates.opens_on <= dates.applications_until <= dates.decisions_until:
        raise Problem(
            422, "dates-out-of-order", "日期先后不对",
            f"开始 {dates.opens_on}、申报截止 {dates.applications_until}、认定截止 {dates.decisions_until} 应依次排列",
        )  # fmt: skip
    return dates


def notice_days(rules: Recognition, order: SeasonOrder) -> int:
    """Working days of a public notice: the policy's, else the county's own. 422 when neither says."""
    steps = [step for path in rules.paths.values() for step in path.steps]
    named = next((step.days for step in steps if step.kind is StepKind.PUBLIC_NOTICE and step.days), None)
    value = rules.value(named, dt.date(order.year, 1, 1)) if named else None
    days = value if isinstance(value, int) else order.notice_days
    if days is None:
        raise Problem(422, "notice-days-unset", "公示期未定", "政策没有规定公示几个工作日，请在请求中写明 notice_days")
    return days
