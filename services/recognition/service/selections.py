"""Selection within the quota: the best go on, the rest wait on a ranked reserve, which refills places that fail."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.domain.seasons import SeasonState
from services.recognition.domain.selection import Candidate, ranked
from services.recognition.models import Application, Season
from services.recognition.repository import applications
from services.recognition.service import steps
from services.recognition.service.applications import PATH
from services.recognition.service.places import places_in
from services.recognition.service.reviews import refuse_and_tell
from services.recognition.service.rules import rules_of, standards_of
from services.recognition.service.turns import check_season_turn
from shared.policy.recognition.model import StepKind
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem


@dataclass(frozen=True)
class Selected:
    """Who goes on and who waits, both best first."""

    chosen: list[Application]
    reserve: list[Application]


async def select(session: AsyncSession, season: Season, caller: Caller) -> Selected:
    """Rank all that wait for the selection (the season is locked by the caller) and let as many on as places are left.

    Those on the reserve from an earlier selection are ranked again together with the new ones.
    """
    await check_season_turn(session, season, PATH, StepKind.SELECTION, caller)
    await check_complete(session, season)
    waiting = await applications.at_step(session, season.id, ApplicationState.IN_PROGRESS, StepKind.SELECTION)
    reserve = await applications.at_step(session, season.id, ApplicationState.RESERVE, StepKind.SELECTION)
    order = await in_order(session, season, [*waiting, *reserve])
    free = await places_for_new(session, season)
    for rank, application in enumerate(order, 1):
        application.rank = rank
    found = Selected(order[:free], order[free:])
    await choose(session, found.chosen, season, caller)
    await put_on_reserve(session, found.reserve, caller)
    return found


async def check_complete(session: AsyncSession, season: Season) -> None:
    """409 while somebody could still come before the selection: the best of all are chosen, not the first to come."""
    if season.state != SeasonState.OPEN:
        raise Problem(409, "season-not-open", "认定季没有开放", "本县本年度的认定季没有开始或已经结束")
    reasons = []
    if clock.today() <= season.applications_until:
        reasons.append(f"申报期到 {season.applications_until}，还没有结束")
    kinds = [step.kind for step in (await rules_of(session, season.policy_hash)).paths[PATH].steps]
    before = await applications.count_at(session, season.id, kinds[: kinds.index(StepKind.SELECTION)])
    if before[ApplicationState.IN_PROGRESS]:
        reasons.append(f"还有 {before[ApplicationState.IN_PROGRESS]} 份申报或推荐没有审核完")
    if before[ApplicationState.RETURNED]:
        reasons.append(f"还有 {before[ApplicationState.RETURNED]} 份退回补正，没有补齐")
    if reasons:
        raise Problem(409, "selection-not-ready", "还不能择优", "；".join(reasons), reasons=reasons)


async def in_order(session: AsyncSession, season: Season, waiting: Sequence[Application]) -> list[Application]:
    """Best first, by points and the published rules for ties."""
    ties = (await standards_of(session, season)).ties
    by_id = {one.id: one for one in waiting}
    candidates = [Candidate(one.id, one.uscc, one.score or 0, one.submitted_at or one.created_at) for one in waiting]
    return [by_id[one.application] for one in ranked(candidates, ties, season.seed or "")]


async def places_for_new(session: AsyncSession, season: Season) -> int:
    """Places that no valid recognition takes and nobody has in sight: not an application that was selected, not a
    recommendation that passed its review.
    """
    places = await places_in(session, season.county, season.year, lock=True)
    return max(0, places.free - await applications.with_place_in_sight(session, places.scope, season.year))


async def choose(session: AsyncSession, chosen: Sequence[Application], season: Season, caller: Caller) -> None:
    """On to the step after the selection, all together: so many statements for many as for one."""
    for application in chosen:
        if application.state == ApplicationState.RESERVE:
            steps.advance(application, ApplicationState.IN_PROGRESS)
            await steps.put_on_list(session, application, season)
    tasks = await applications.open_tasks(session, chosen, StepKind.SELECTION)
    for application in chosen:
        steps.check_step(application, StepKind.SELECTION)
        record = {"rank": application.rank}
        steps.close(application, steps.open_task(tasks.get(application.id), None), caller, passed=True, record=record)
        await steps.open_next(session, application, season)
        await steps.recorded(session, application, caller, "application:select", record)


async def put_on_reserve(session: AsyncSession, waiting: Sequence[Application], caller: Caller) -> None:
    """Wait for a place; said once, not again at every later selection."""
    new = [one for one in waiting if one.state != ApplicationState.RESERVE]
    await applications.drop_task(session, *new)
    for application in new:
        steps.advance(application, ApplicationState.RESERVE)
        await steps.recorded(session, application, caller, "application:reserve", {"rank": application.rank})


async def free_place(session: AsyncSession, application: Application, reason: str, caller: Caller) -> None:
    """Refuse an application that may have a place in sight; season and application are locked by the caller."""
    async with refilling(session, application, caller):
        await refuse_and_tell(session, [application], reason, caller)


@asynccontextmanager
async def refilling(session: AsyncSession, application: Application, caller: Caller) -> AsyncIterator[None]:
    """While an application leaves: the first of the reserve takes the place that it had in sight, if one is left then.

    Season and application are locked by the caller. The first of the reserve is, too, before anything is written; where
    nobody waits, no place is counted.
    """
    season = await session.get_one(Season, application.season_id)
    following = await applications.first_of_reserve(session, season.id)
    yield
    if following is not None and following is not application and await places_for_new(session, season):
        await choose(session, [following], season, caller)
