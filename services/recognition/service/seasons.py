"""Preparing, opening and closing a county's season."""

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain import seasons as life
from services.recognition.domain.seasons import SeasonDates, SeasonState, UnsetDate, season_dates
from services.recognition.models import Season
from services.recognition.repository import seasons
from services.recognition.service.announcing import SOURCE
from services.recognition.service.policies import RulesOrder, resolve
from services.recognition.service.quotas import places_in
from services.recognition.service.rules import policy_of
from services.recognition.service.steps import refusing
from shared.contracts.recognition import SeasonOpened
from shared.messaging import deadlines
from shared.messaging.outbox import emit
from shared.policy.recognition.model import Recognition, StepKind
from shared.service import audit, clock
from shared.service.identity import Caller
from shared.service.problems import Problem

CLOSES = "season-closes"
"""Kind of the deadline at the end of a season."""


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
    if await seasons.of_county(session, order.county, order.year) is not None:
        raise Problem(409, "season-exists", "已有认定季", f"{order.county} 在 {order.year} 年已有认定季")
    policy, rules = await resolve(session, order.rules, order.year)
    dates = dates_of(rules, order)
    season = Season(
        county=order.county, year=order.year, policy_hash=policy.content_hash, opens_on=dates.opens_on,
        applications_until=dates.applications_until, decisions_until=dates.decisions_until,
        benefits_from=dates.benefits_from, supplement_days=order.supplement_days,
        consultation_days=order.consultation_days, notice_days=notice_days(rules, order), created_by=caller.subject,
    )  # fmt: skip
    session.add(season)
    await session.flush()
    await _recorded(session, season, caller.subject, "season:prepare")
    return season


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


async def open_season(session: AsyncSession, season: Season, caller: Caller) -> Season:
    """Open a season: criteria must be published, the quota set, the day come. 409 with every reason."""
    with refusing():
        life.require_transition(SeasonState(season.state), SeasonState.OPEN)
    criteria = await seasons.criteria_for(session, season.county, season.year)
    reasons = []
    if criteria is None:
        reasons.append("分类标准尚未公布")
    if clock.today() < season.opens_on:
        reasons.append(f"按政策自 {season.opens_on} 起才能开始")
    if clock.today() > season.applications_until:
        reasons.append(f"申报截止日期 {season.applications_until} 已过")
    if criteria is None or reasons:
        raise Problem(409, "season-not-ready", "还不能开始", "；".join(reasons), reasons=reasons)
    free = await places_in(session, season.county, season.year)
    season.state, season.opened_by = SeasonState.OPEN.value, caller.subject
    season.criteria_id, season.seed = criteria.id, secrets.token_hex(32)
    season.version += 1
    await deadlines.put(session, kind=CLOSES, subject=str(season.id), due_at=deadlines.after(season.decisions_until))
    await _recorded(session, season, caller.subject, "season:open")
    opened = SeasonOpened(
        season=season.id, region=season.county, year=season.year,
        policy=(await policy_of(session, season.policy_hash)).id, applications_until=season.applications_until,
        places=free.places,
    )  # fmt: skip
    await emit(session, opened, subject=season.county, source=SOURCE, actor=caller.subject)
    return season


async def close_season(session: AsyncSession, season: Season) -> None:
    """The last day for decisions is over. What is still under way is left to `applications` to end."""
    life.require_transition(SeasonState(season.state), SeasonState.CLOSED)
    season.state = SeasonState.CLOSED.value
    season.version += 1
    await _recorded(session, season, "clock", "season:close")


async def _recorded(session: AsyncSession, season: Season, actor: str, action: str) -> None:
    await audit.record(
        session,
        actor=actor,
        action=action,
        subject=str(season.id),
        region=season.county,
        details={"year": season.year, "state": season.state},
    )
