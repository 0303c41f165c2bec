"""Selection within the quota: the best go on, the rest wait on a ranked reserve, which refills places that fail."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.domain.selection import Candidate, ranked
from services.recognition.models import Application, Criteria, Season
from services.recognition.repository import applications
from services.recognition.service import steps
from services.recognition.service.quotas import places_in
from shared.policy.recognition.model import StepKind
from shared.service.identity import Caller


@dataclass(frozen=True)
class Selected:
    """Who goes on and who waits, both best first."""

    chosen: list[Application]
    reserve: list[Application]


async def select(session: AsyncSession, season: Season, caller: Caller) -> Selected:
    """Rank all that wait for the selection (the season is locked by the caller) and let as many on as places are left.

    Those on the reserve from an earlier selection are ranked again together with the new ones.
    """
    waiting = await applications.at_step(session, season.id, ApplicationState.IN_PROGRESS, StepKind.SELECTION)
    reserve = await applications.at_step(session, season.id, ApplicationState.RESERVE, StepKind.SELECTION)
    order = await in_order(session, season, [*waiting, *reserve])
    free = await places_for_new(session, season)
    for rank, application in enumerate(order, 1):
        application.rank = rank
        await (choose if rank <= free else put_on_reserve)(session, application, season, caller)
    return Selected(order[:free], order[free:])


async def in_order(session: AsyncSession, season: Season, waiting: Sequence[Application]) -> list[Application]:
    """Best first, by points and the published rules for ties."""
    criteria = await session.get_one(Criteria, season.criteria_id)
    by_id = {one.id: one for one in waiting}
    candidates = [Candidate(one.id, one.uscc, one.score or 0, one.submitted_at or one.created_at) for one in waiting]
    return [by_id[one.application] for one in ranked(candidates, criteria.ties, season.seed or "")]


async def places_for_new(session: AsyncSession, season: Season) -> int:
    """Places that neither a valid recognition takes nor an application that is already past the selection."""
    places = await places_in(session, season.county, season.year, lock=True)
    return max(0, places.free - await applications.past_selection(session, season.id))


async def choose(session: AsyncSession, application: Application, season: Season, caller: Caller) -> None:
    """On to the step after the selection."""
    if application.state == ApplicationState.RESERVE:
        steps.advance(application, ApplicationState.IN_PROGRESS)
        await applications.open_task(session, application, season.decisions_until)
    record = {"rank": application.rank}
    await steps.finish_step(session, application, StepKind.SELECTION, caller, passed=True, record=record)
    await steps.open_next(session, application, season)
    await steps.recorded(session, application, caller, "application:select", record)


async def put_on_reserve(session: AsyncSession, application: Application, _: Season, caller: Caller) -> None:
    """Wait for a place; said once, not again at every later selection."""
    if application.state == ApplicationState.RESERVE:
        return
    await applications.drop_task(session, application)
    steps.advance(application, ApplicationState.RESERVE)
    await steps.recorded(session, application, caller, "application:reserve", {"rank": application.rank})


async def call_up(session: AsyncSession, season: Season, caller: Caller) -> Application | None:
    """A place has become free: the first of the reserve takes it; None when nobody waits or no place is left."""
    if await places_for_new(session, season) < 1:
        return None
    following = await applications.first_of_reserve(session, season.id)
    if following is not None:
        await choose(session, following, season, caller)
    return following
