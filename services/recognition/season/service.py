"""A county's season: prepared with its dates and rules, corrected or removed until it is opened, opened, closed.

Also what a season follows: its published criteria, and the rules in force in a county.
"""

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.base import ANNOUNCER
from services.recognition.rules.claims import LocalCategories
from services.recognition.rules.domain import policy_differences
from services.recognition.rules.service import POLICIES, RulesOrder, resolve_policy
from services.recognition.season import repository as season_repository
from services.recognition.season.domain import (
    SEASON_STATES,
    SeasonDates,
    SeasonDays,
    SeasonState,
    TieBreak,
    UnsetDate,
    season_dates,
)
from services.recognition.season.models import Criteria, Quota, Season
from services.recognition.season.problems import (
    DateSetByPolicy,
    DatesOutOfOrder,
    QuotaPolicyDiffers,
    SeasonBegun,
    SeasonDateUnset,
    SeasonDaysUnset,
    SeasonExists,
    SeasonFixed,
    SeasonInUse,
    SeasonNotFound,
    SeasonNotReady,
)
from services.recognition.season.quotas import find_quota_limit
from services.recognition.sheets.models import StoredSheet
from services.recognition.sheets.repository import find_sheet_in_force, nearer_draft
from services.recognition.sheets.service import sheet_of
from shared import clock
from shared.bounded_cache import BoundedCache
from shared.contracts.recognition import SeasonOpened
from shared.law.model.policy import Policy
from shared.law.model.recognition import RecognitionRules, StepKind
from shared.law.reader.loading import recognition_policy_at
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.identity import Caller
from shared.platform.lookups import or_404
from shared.platform.system_callers import CLOCK
from shared.platform.unit_of_work import SessionDep
from shared.worker import deadlines

NO_DETAILS: Mapping[str, object] = {}
SEASON_DEADLINE = "season-closes"
"""Kind of the deadline at the end of a season."""


async def open_season(session: AsyncSession, season: Season, caller: Caller) -> Season:
    """Open a season: criteria published, quota set, the day come. 409 with every reason."""
    SEASON_STATES.require(season.state, SeasonState.OPEN)
    criteria = await season_repository.find_published_criteria(session, season.county, season.year)
    limit = await find_quota_limit(session, season.county, season.year)
    quota = await lock_quota(session, limit.quota) if limit is not None else None
    sheet = await find_sheet_in_force(session, season.county, season.year)
    reasons = await opening_obstacles(session, season, criteria, quota, sheet)
    if criteria is None or limit is None or reasons:
        raise SeasonNotReady("；".join(reasons), reasons=reasons)
    season.state, season.opened_by = SeasonState.OPEN, caller.subject
    season.criteria_id, season.seed = criteria.id, secrets.token_hex(32)
    season.sheet_id = sheet.id if sheet is not None else None
    season.version += 1
    await deadlines.schedule(
        session, kind=SEASON_DEADLINE, subject=str(season.id), due_at=deadlines.end_of_day(season.decisions_until)
    )
    await audit.record(session, season, caller, "season:open")
    opened = SeasonOpened(
        season=season.id,
        region=season.county,
        year=season.year,
        policy=(await POLICIES.get(session, season.policy_hash)).id,
        applications_until=season.applications_until,
        places=limit.places,
    )
    await ANNOUNCER.announce(session, opened, subject=season.county, actor=caller.subject)
    return season


async def lock_quota(session: AsyncSession, quota: Quota) -> Quota | None:
    """The quota, locked: setting it again waits, and then finds the season open. None if it was deleted."""
    return await session.get(Quota, quota.id, with_for_update=True)


async def opening_obstacles(
    session: AsyncSession, season: Season, criteria: Criteria | None, quota: Quota | None, sheet: StoredSheet | None
) -> list[str]:
    """Every reason why a season cannot be opened today."""
    reasons = []
    if criteria is None:
        reasons.append("分类标准尚未公布")
    if quota is None:
        reasons.append("名额尚未核定")
    else:
        quotas, own = await POLICIES.get(session, quota.policy_hash), await POLICIES.get(session, season.policy_hash)
        reasons += [f"{detail}，请更正认定季" for detail in policy_differences(quotas, own)]
    reasons += await sheet_obstacles(session, season, criteria, sheet)
    if clock.today() < season.opens_on:
        reasons.append(f"按政策自 {season.opens_on} 起才能开始")
    if clock.today() > season.applications_until:
        reasons.append(f"申报截止日期 {season.applications_until} 已过")
    return reasons


async def sheet_obstacles(
    session: AsyncSession, season: Season, criteria: Criteria | None, sheet: StoredSheet | None
) -> list[str]:
    """Why a season cannot be scored as things stand: a nearer sheet is still a draft, of the county's own where none is
    in force; the sheet is not valid today, or has nothing for a category.
    """
    reasons = []
    draft = await nearer_draft(session, season.county, season.year, sheet.region if sheet else season.county[:4])
    if draft is not None:
        reasons.append(f"{draft.region} 的评分表（{draft.document}）还是草稿，请先使它生效，或删除草稿")
    if sheet is None:
        return reasons
    if not sheet.valid_from <= clock.today() <= sheet.valid_until:
        reasons.append(f"评分表（{sheet.document}）的有效期是 {sheet.valid_from} 至 {sheet.valid_until}，不包括今天")
    lacking = [one for one in criteria.categories if not sheet_of(sheet).sections_of(one)] if criteria else []
    reasons += [f"评分表（{sheet.document}）没有“{one.label}”类的部分，这一类的申报无法评分" for one in lacking]
    return reasons


async def close_season(session: AsyncSession, season: Season) -> None:
    """The last day for decisions is over; the caller of this function ends what is still under way."""
    SEASON_STATES.require(season.state, SeasonState.CLOSED)
    season.state = SeasonState.CLOSED
    season.version += 1
    await audit.record(session, season, CLOCK, "season:close")


@dataclass(frozen=True)
class SeasonCriteria:
    """Published criteria, which no longer change."""

    categories: LocalCategories
    ties: Sequence[TieBreak]


_season_criteria = BoundedCache[UUID, SeasonCriteria](1000)
"""By the id of the criteria, which do not change once they are published."""


async def season_criteria(session: AsyncSession, season: Season) -> SeasonCriteria:
    """The published criteria of an opened season."""
    if season.criteria_id is None:
        raise LookupError(f"season {season.id} has no criteria")
    if cached := _season_criteria.get(season.criteria_id):
        return cached
    criteria = await session.get_one(Criteria, season.criteria_id)
    if criteria.published_at is None:
        raise LookupError(f"criteria {criteria.id} of season {season.id} are not published")
    return _season_criteria.put(criteria.id, SeasonCriteria(criteria.categories, criteria.ties))


async def require_season(session: SessionDep, season_id: uuid.UUID, scope: str = "", *, lock: bool = False) -> Season:
    """A season, or 404; `scope`: the region of an officer who changes it."""
    return or_404(await season_repository.get_season(session, season_id, scope, lock=lock), SeasonNotFound)


@dataclass(frozen=True)
class SeasonOrder:
    """Prepare a season; days and date are the county's own where the policy leaves them open."""

    county: str
    year: int
    rules: RulesOrder
    applications_until: dt.date | None
    supplement_days: int | None
    consultation_days: int | None
    notice_days: int | None


async def prepare_season(session: AsyncSession, order: SeasonOrder, caller: Caller) -> Season:
    """A season with its dates, not open yet. 409 when there is one, 422 for dates and days that are not set."""
    season = Season(county=order.county, year=order.year, created_by=caller.subject)
    await apply_season_order(session, season, order, caller)
    detail = f"{order.county} 在 {order.year} 年已有认定季"
    async with refused_on_conflict(session, SeasonExists(detail)):
        session.add(season)
    await audit.record(session, season, caller, "season:prepare", order.rules.details())
    return season


async def correct_season(session: AsyncSession, season: Season, order: SeasonOrder, caller: Caller) -> Season:
    """Prepare a season again that is not open yet; its county and year do not change."""
    require_preparing(season)
    if (order.county, order.year) != (season.county, season.year):
        detail = f"这是 {season.county} 在 {season.year} 年的认定季，县和年份不能更换；请另行准备"
        raise SeasonFixed(detail)
    await apply_season_order(session, season, order, caller)
    season.version += 1
    await audit.record(session, season, caller, "season:correct", order.rules.details())
    return season


async def remove_season(session: AsyncSession, season: Season, caller: Caller) -> None:
    """Delete a season that is not open yet. 409 when somebody has drafted an application."""
    require_preparing(season)
    async with refused_on_conflict(session, SeasonInUse()):
        await session.delete(season)
    await audit.record(session, season, caller, "season:remove")


def require_preparing(season: Season) -> None:
    """409 once the season is open: applicants rely on it."""
    if season.state != SeasonState.PREPARING:
        label = SEASON_STATES.label(season.state)
        raise SeasonBegun(f"认定季当前为“{label}”，只有准备中的可以更正或删除")


async def apply_season_order(session: AsyncSession, season: Season, order: SeasonOrder, caller: Caller) -> None:
    """Apply the order and the policy to the row; the quota's policy is the base where there is one."""
    limit = await find_quota_limit(session, order.county, order.year)
    base = await POLICIES.get(session, limit.quota.policy_hash) if limit is not None else None
    if base is not None and base.id != order.rules.policy:
        detail = f"{order.county} 的名额按政策 {base.id} 核定，认定季须用同一政策，不能用 {order.rules.policy}"
        raise QuotaPolicyDiffers(detail)
    policy, rules = await resolve_policy(session, order.rules, order.county, order.year, caller, base=base)
    check_matches_quota(base, policy)
    dates, days = resolve_dates(rules, order), resolve_days(rules, order)
    check_not_fixed_by_policy(order, dates, days)
    season.policy_hash, season.opens_on = policy.content_hash, dates.opens_on
    season.applications_until, season.decisions_until = dates.applications_until, dates.decisions_until
    season.benefits_from, season.notice_days = dates.benefits_from, days.notice
    season.supplement_days, season.consultation_days = days.supplement, days.consultation


def check_matches_quota(quota: Policy | None, season: Policy) -> None:
    """409 unless the season's policy agrees with the quota's."""
    differences = policy_differences(quota, season) if quota is not None else []
    if differences:
        raise QuotaPolicyDiffers("；".join(differences), reasons=differences)


def check_not_fixed_by_policy(order: SeasonOrder, dates: SeasonDates, days: SeasonDays) -> None:
    """422 for what the county may not set because the policy, or an order on it, sets it."""
    own = [
        ("申报截止日期（applications_until）", order.applications_until, dates.applications_until),
        ("公示的工作日数（notice_days）", order.notice_days, days.notice),
        ("补正的工作日数（supplement_days）", order.supplement_days, days.supplement),
        ("征求意见的工作日数（consultation_days）", order.consultation_days, days.consultation),
    ]
    differences = [
        f"{name}已按政策定为 {fixed}，不能另定为 {ordered}；请不写，或与其一致"
        for name, ordered, fixed in own
        if ordered not in (None, fixed)
    ]
    if differences:
        raise DateSetByPolicy("；".join(differences), reasons=differences)


def resolve_dates(rules: RecognitionRules, order: SeasonOrder) -> SeasonDates:
    """The season's dates; 422 when one is unset, or they are out of order."""
    try:
        dates = season_dates(rules, order.year, order.applications_until)
    except UnsetDate as unset:
        raise SeasonDateUnset(f"政策没有规定“{unset}”，请在请求中写明") from unset
    if not dates.opens_on <= dates.applications_until <= dates.decisions_until:
        raise DatesOutOfOrder(
            f"开始 {dates.opens_on}、申报截止 {dates.applications_until}、认定截止 {dates.decisions_until} 应依次排列"
        )
    return dates


def resolve_days(rules: RecognitionRules, order: SeasonOrder) -> SeasonDays:
    """Working days of the season's steps: the policy's, else the county's. 422, with all that neither sets."""
    steps = [step for path in rules.paths.values() for step in path.steps]

    def on(kind: StepKind, own: int | None, *, supplement: bool = False) -> int | None:
        names = [step.supplement if supplement else step.days for step in steps if step.kind is kind]
        named = next((name for name in names if name), None)
        value = rules.value(named, dt.date(order.year, 1, 1)) if named else None
        return value if isinstance(value, int) else own

    notice = on(StepKind.PUBLIC_NOTICE, order.notice_days)
    supplement = on(StepKind.REVIEW, order.supplement_days, supplement=True)
    consultation = on(StepKind.CONSULTATION, order.consultation_days)
    if notice is None or supplement is None or consultation is None:
        named = {
            "公示 notice_days": notice,
            "补正 supplement_days": supplement,
            "征求意见 consultation_days": consultation,
        }
        unset = "、".join(name for name, days in named.items() if days is None)
        raise SeasonDaysUnset(f"政策没有规定下列工作日数，请在请求中写明：{unset}")
    return SeasonDays(notice, supplement, consultation)


async def policy_in_force(session: AsyncSession, county: str) -> Policy | None:
    """The policy that a county goes by today: its newest season's, else the shipped one; None where none applies."""
    season = await season_repository.latest_season(session, county)
    if season is not None:
        return await POLICIES.get(session, season.policy_hash)
    return recognition_policy_at(county, clock.today())


async def rules_in_force(session: AsyncSession, county: str) -> RecognitionRules | None:
    """The recognition rules of a county today; None where no policy applies."""
    policy = await policy_in_force(session, county)
    return policy.recognition if policy is not None else None
