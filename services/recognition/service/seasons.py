"""Opening and closing a county's season, once it is prepared."""

import secrets
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain import seasons as life
from services.recognition.domain.orders import disagreements
from services.recognition.domain.seasons import SeasonState
from services.recognition.models import Criteria, Quota, Season
from services.recognition.repository import seasons
from services.recognition.service.announcing import SOURCE
from services.recognition.service.places import limit_of
from services.recognition.service.rules import policy_of
from services.recognition.service.steps import refusing
from shared.contracts.recognition import SeasonOpened
from shared.messaging import deadlines
from shared.messaging.outbox import emit
from shared.service import audit, clock
from shared.service.identity import Caller
from shared.service.problems import Problem

NOTHING: Mapping[str, object] = {}
CLOSES = "season-closes"
"""Kind of the deadline at the end of a season."""


async def open_season(session: AsyncSession, season: Season, caller: Caller) -> Season:
    """Open a season: criteria must be published, the quota set, the day come. 409 with every reason."""
    with refusing():
        life.require_transition(SeasonState(season.state), SeasonState.OPEN)
    criteria = await seasons.criteria_for(session, season.county, season.year)
    limit = await limit_of(session, season.county, season.year)
    quota = await held(session, limit.quota) if limit is not None else None
    reasons = await against_opening(session, season, criteria, quota)
    if criteria is None or limit is None or reasons:
        raise Problem(409, "season-not-ready", "还不能开始", "；".join(reasons), reasons=reasons)
    season.state, season.opened_by = SeasonState.OPEN.value, caller.subject
    season.criteria_id, season.seed = criteria.id, secrets.token_hex(32)
    season.version += 1
    await deadlines.put(session, kind=CLOSES, subject=str(season.id), due_at=deadlines.after(season.decisions_until))
    await recorded(session, season, caller.subject, "season:open")
    opened = SeasonOpened(
        season=season.id, region=season.county, year=season.year,
        policy=(await policy_of(session, season.policy_hash)).id, applications_until=season.applications_until,
        places=limit.places,
    )  # fmt: skip
    await emit(session, opened, subject=season.county, source=SOURCE, actor=caller.subject)
    return season


async def held(session: AsyncSession, quota: Quota) -> Quota | None:
    """The quota, held until the commit: who sets it anew waits, and then finds the season open. None: it is gone."""
    return await session.get(Quota, quota.id, with_for_update=True)


async def against_opening(
    session: AsyncSession, season: Season, criteria: Criteria | None, quota: Quota | None
) -> list[str]:
    """Every reason why a season cannot be opened today."""
    reasons = []
    if criteria is None:
        reasons.append("分类标准尚未公布")
    if quota is None:
        reasons.append("名额尚未核定")
    else:
        quotas, own = await policy_of(session, quota.policy_hash), await policy_of(session, season.policy_hash)
        reasons += [f"{said}，请更正认定季" for said in disagreements(quotas, own)]
    if clock.today() < season.opens_on:
        reasons.append(f"按政策自 {season.opens_on} 起才能开始")
    if clock.today() > season.applications_until:
        reasons.append(f"申报截止日期 {season.applications_until} 已过")
    return reasons


async def close_season(session: AsyncSession, season: Season) -> None:
    """The last day for decisions is over. What is still under way is left to `applications` to end."""
    life.require_transition(SeasonState(season.state), SeasonState.CLOSED)
    season.state = SeasonState.CLOSED.value
    season.version += 1
    await recorded(session, season, "clock", "season:close")


async def recorded(
    session: AsyncSession, season: Season, actor: str, action: str, details: Mapping[str, object] = NOTHING
) -> None:
    """The audit entry of a season."""
    await audit.record(
        session,
        actor=actor,
        action=action,
        subject=str(season.id),
        region=season.county,
        details={"year": season.year, "state": season.state, **details},
    )
