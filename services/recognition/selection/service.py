"""Selection within the quota: the best continue, the others wait on a ranked reserve, which fills free places.

Also withdrawal, which frees a place, and the pool (培育库) of households that passed the review but were not
recognised.
"""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository, workflow
from services.recognition.applications.domain import ApplicationState
from services.recognition.applications.makers import makers_of, named_makers
from services.recognition.applications.models import Application, PoolRemoval
from services.recognition.applications.rechecks import Obstacles, find_obstacles, judge_again
from services.recognition.applications.service import SUPPLEMENT_DEADLINE
from services.recognition.applications.workflow import (
    announce_application,
    refuse_applications,
    require_season_competence,
)
from services.recognition.registers.repository import records_of
from services.recognition.rules.claims import share_of_points
from services.recognition.rules.domain import PathKind
from services.recognition.rules.eligibility import current_obstacles
from services.recognition.rules.service import stored_rules
from services.recognition.season.domain import Candidate, SeasonState, rank_candidates
from services.recognition.season.models import Season
from services.recognition.season.problems import SeasonNotOpen
from services.recognition.season.quotas import require_places
from services.recognition.season.service import season_criteria
from services.recognition.selection import repository as selection_repository
from services.recognition.selection.by_points import rank_by_points
from services.recognition.selection.problems import SelectionNotReady, SelectionOfOwnReview
from services.recognition.selection.repository import PoolMember
from shared import clock
from shared.contracts.recognition import ApplicationCalledUp, ApplicationNotSelected, ApplicationWithdrawn
from shared.law.model.recognition import StepKind
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import CLOCK
from shared.worker import deadlines

FIRST_ON_RESERVE = 0
"""The rank of an application that is to have the next free place, as an upheld objection demands."""


@dataclass(frozen=True)
class SelectionPlan:
    """All that wait for the selection, the best first, and how many places are free. `barred`: those against which
    something stands today, and what; they keep waiting, and take no place from others. `excluded`: those that the
    scoring sheet excludes, and why; they are refused. `shares`: of their category's points, or of the sheet's hundred;
    `totals`: by the sheet, where there is one.
    """

    order: list[Application]
    free: int
    barred: list[tuple[Application, tuple[str, ...]]]
    shares: Mapping[uuid.UUID, Fraction]
    ranks: Mapping[uuid.UUID, int]
    totals: Mapping[uuid.UUID, Decimal] = field(default_factory=dict)
    excluded: Sequence[tuple[Application, tuple[str, ...]]] = ()

    @property
    def chosen(self) -> list[Application]:
        """Those that get a place."""
        return self.order[: self.free]

    @property
    def reserve(self) -> list[Application]:
        """Those that wait for one."""
        return self.order[self.free :]


async def preview_selection(session: AsyncSession, season: Season, caller: Caller) -> SelectionPlan:
    """Whom a selection would choose today; nothing is locked, nothing written."""
    waiting = await waiting_for_selection(session, season, caller, lock=False)
    obstacles = await find_obstacles(session, season, waiting)
    return await plan_selection(session, season, waiting, obstacles, lock=False)


async def waiting_for_selection(
    session: AsyncSession, season: Season, caller: Caller, *, lock: bool
) -> Sequence[Application]:
    """All that a selection ranks: the new applications and the reserve of an earlier selection. 403 for a bureau that
    does not select, 409 while more could still come.
    """
    await require_season_competence(session, season, PathKind.APPLICATION, StepKind.SELECTION, caller)
    await check_selection_ready(session, season)
    states = [ApplicationState.IN_PROGRESS, ApplicationState.RESERVE]
    return await application_repository.find_at_step(session, season.id, states, StepKind.SELECTION, lock=lock)


async def plan_selection(
    session: AsyncSession, season: Season, waiting: Sequence[Application], obstacles: Obstacles, *, lock: bool
) -> SelectionPlan:
    """Rank those that wait, by the season's sheet or else by the criteria's points, and count the free places."""
    eligible = [application for application in waiting if application.id not in obstacles]
    barred = [(application, obstacles[application.id]) for application in waiting if application.id in obstacles]
    free = await count_free_places(session, season, lock=lock)
    ranked_before = await selection_repository.last_rank_chosen(session, season.id)
    if season.sheet_id is not None:
        scored = await rank_by_points(session, season, eligible, free, ranked_before)
        shares = {application: Fraction(total) / 100 for application, total in scored.totals.items()}
        return SelectionPlan(scored.order, free, barred, shares, scored.ranks, scored.totals, scored.excluded)
    shares = dict(await shares_of(session, season, waiting))
    order = await rank_applications(session, season, eligible, shares)
    ranks = {one.id: rank for rank, one in enumerate(order, ranked_before + 1)}
    return SelectionPlan(order, free, barred, shares, ranks)


async def select_applications(session: AsyncSession, season: Season, caller: Caller) -> SelectionPlan:
    """Rank all that wait for the selection, refuse whom the scoring sheet excludes, and let as many continue as there
    are places. The season is locked. 403 where an upheld objection asks for another person, or one person would both
    give the points and select by them.
    """
    waiting = await waiting_for_selection(session, season, caller, lock=True)
    if season.sheet_id is None:
        check_another_reviewed(waiting, caller)
    for application in waiting:
        if application.state == ApplicationState.IN_PROGRESS:
            workflow.check_not_barred(application, caller)
    obstacles = await judge_again(session, season, waiting)
    plan = await plan_selection(session, season, waiting, obstacles, lock=True)
    season.version += 1
    for application in plan.order:
        application.rank = plan.ranks[application.id]
    await refuse_excluded(session, plan.excluded, caller)
    await promote(session, plan.chosen, season, caller)
    if season.state == SeasonState.OPEN:
        await move_to_reserve(session, plan.reserve, caller)
    else:
        await let_lapse(session, plan.reserve, caller)
    return plan


def check_another_reviewed(waiting: Sequence[Application], caller: Caller) -> None:
    """403 for whoever reviewed one of those that wait. Without a scoring sheet the review decides which criteria are
    met, and so the order: one person alone would decide who is chosen. With a sheet, assessors and a meeting do.
    """
    own = [application for application in waiting if application.reviewed_by == caller.subject]
    if own:
        raise SelectionOfOwnReview(
            f"其中 {len(own)} 份申报由您审核，例如“{own[0].name}”，择优所依据的分数是您核定的；"
            "您可以先预览，请由没有审核过这些申报的另一名经办人员或审批人员办理择优"
        )


async def refuse_excluded(
    session: AsyncSession, excluded: Sequence[tuple[Application, tuple[str, ...]]], caller: Caller
) -> None:
    """Whom the scoring sheet excludes hears it now, with the reason, and may object; the pool is not for them."""
    by_reasons: dict[tuple[str, ...], list[Application]] = {}
    for application, reasons in excluded:
        by_reasons.setdefault(reasons, []).append(application)
    for reasons, applications in by_reasons.items():
        await refuse_applications(session, applications, f"按评分表不予择优：{'；'.join(reasons)}", caller)


async def let_lapse(session: AsyncSession, unplaced: Sequence[Application], caller: Caller) -> None:
    """Late applications that have no place once the season is over: no place will become free for them."""
    for application in unplaced:
        application.unplaced = True
    reason = "名额已满，认定季已经结束，没有可以递补的名额"
    await refuse_applications(session, unplaced, reason, caller, announced=ApplicationNotSelected)


async def check_selection_ready(session: AsyncSession, season: Season) -> None:
    """409 while more applications could still reach the selection: the best are chosen, not the first. After the season
    only late ones wait.
    """
    late = season.state == SeasonState.CLOSED and await selection_repository.late_waits(session, season.id)
    if season.state != SeasonState.OPEN and not late:
        raise SeasonNotOpen
    reasons = []
    if clock.today() <= season.applications_until:
        reasons.append(f"申报期到 {season.applications_until}，还没有结束")
    kinds = [step.kind for step in (await stored_rules(session, season.policy_hash)).paths[PathKind.APPLICATION].steps]
    before = await application_repository.count_by_state(session, season.id, kinds[: kinds.index(StepKind.SELECTION)])
    if before[ApplicationState.IN_PROGRESS]:
        reasons.append(f"还有 {before[ApplicationState.IN_PROGRESS]} 份申报或推荐没有审核完")
    if before[ApplicationState.RETURNED]:
        reasons.append(f"还有 {before[ApplicationState.RETURNED]} 份退回补正，没有补齐")
    if reasons:
        raise SelectionNotReady("；".join(reasons), reasons=reasons)


async def shares_of(
    session: AsyncSession, season: Season, applications: Sequence[Application]
) -> Mapping[uuid.UUID, Fraction]:
    """Each application's points as a share of its category's, by the published criteria."""
    categories = (await season_criteria(session, season)).categories
    return {
        application.id: share_of_points(application.score or 0, categories[application.category])
        for application in applications
        if application.category is not None
    }


async def rank_applications(
    session: AsyncSession, season: Season, waiting: Sequence[Application], shares: Mapping[uuid.UUID, Fraction]
) -> list[Application]:
    """Best first, by their share of their category's points and the published rules for ties (天津 附件2 二（二）:
    相同条件下经比选认定); before them those whose selection an objection opened again.
    """
    ties = (await season_criteria(session, season)).ties
    by_id = {application.id: application for application in waiting}
    candidates = [
        Candidate(
            application.id,
            application.uscc,
            shares.get(application.id, Fraction(0)),
            application.submitted_at or application.created_at,
        )
        for application in waiting
    ]
    order = [by_id[candidate.application] for candidate in rank_candidates(candidates, ties, season.seed or "")]
    return sorted(order, key=lambda application: application.reopened is None)


async def count_free_places(session: AsyncSession, season: Season, *, lock: bool = True) -> int:
    """Places that no valid recognition takes and no selected application or reviewed recommendation holds."""
    return (await require_places(session, season.county, season.year, lock=lock)).free


async def promote(session: AsyncSession, chosen: Sequence[Application], season: Season, caller: Caller) -> None:
    """Let applications continue after the selection, all together, in as many statements as for one. Those that waited
    on the reserve are told.
    """
    called_up = [application for application in chosen if application.state == ApplicationState.RESERVE]
    for application in called_up:
        workflow.change_state(application, ApplicationState.IN_PROGRESS)
        await workflow.open_step_task(session, application, season)
    tasks = await application_repository.lock_tasks(session, chosen, StepKind.SELECTION)
    for application in chosen:
        workflow.check_step(application, StepKind.SELECTION)
        record = {"rank": application.rank}
        workflow.close_task(
            application, workflow.require_open_task(tasks.get(application.id), None), caller, passed=True, record=record
        )
        await workflow.open_next_step(session, application, season)
        await audit.record(session, application, caller, "application:select", record)
    told = [(application, {"decided_by_region": workflow.bureau_of(caller)}) for application in called_up]
    await workflow.announce_applications(session, ApplicationCalledUp, told, actor=caller.subject)


async def move_to_reserve(session: AsyncSession, waiting: Sequence[Application], caller: Caller) -> None:
    """Put applications on the reserve; audited and announced once, not at every later selection."""
    new = [candidate for candidate in waiting if candidate.state != ApplicationState.RESERVE]
    bureau = workflow.bureau_of(caller)
    await application_repository.delete_open_tasks(session, *new)
    for application in new:
        workflow.change_state(application, ApplicationState.RESERVE)
        application.turned_down_by, application.turned_down_from = caller.subject, bureau
        await audit.record(session, application, caller, "application:reserve", {"rank": application.rank})
    places = {application.id: place for place, application in enumerate(waiting, 1)}
    makers = await makers_of(session, new)
    told = [
        (
            one,
            {
                "reserve_rank": places[one.id],
                "decided_by_region": bureau,
                "makers": named_makers(*makers[one.id], caller.subject),
            },
        )
        for one in new
    ]
    await workflow.announce_applications(session, ApplicationNotSelected, told, actor=caller.subject)


async def refuse_and_promote_reserve(
    session: AsyncSession, application: Application, reason: str, caller: Caller
) -> None:
    """Refuse an application that may hold a place; season and application are locked."""
    async with promoting_reserve(session, application, caller):
        await refuse_applications(session, [application], reason, caller)


@asynccontextmanager
async def promoting_reserve(session: AsyncSession, application: Application, caller: Caller) -> AsyncIterator[None]:
    """While an application leaves: the first of the reserve against which nothing stands takes its place, if one is
    free then.

    Season, application and reserve are locked (`lock_with_reserve`); with an empty reserve no places are counted.
    """
    season = await session.get_one(Season, application.season_id)
    reserve = in_order(await application_repository.lock_reserve(session, season.id))
    yield
    others = [waiting for waiting in reserve if waiting is not application]
    if not others or not await count_free_places(session, season):
        return
    barred = await judge_again(session, season, others)
    following = next((waiting for waiting in others if waiting.id not in barred), None)
    if following is not None:
        await promote(session, [following], season, caller)


def in_order(reserve: Sequence[Application]) -> list[Application]:
    """A reserve in its order; whoever has no rank comes last."""
    return sorted(reserve, key=lambda one: (one.rank is None, one.rank or 0, one.id))


async def withdraw_application(session: AsyncSession, application: Application, caller: Caller) -> Application:
    """Withdraw an application or recommendation. The season, then the application are locked.

    The reserve moves up in the clock's name, so that the audit names no operator.
    """
    if application.state != ApplicationState.IN_PROGRESS:
        await mark_withdrawn(session, application, caller)
        return application
    async with promoting_reserve(session, application, CLOCK):
        await mark_withdrawn(session, application, caller)
    return application


async def lapse_late_reserve(session: AsyncSession, season: Season) -> None:
    """End what of the reserve waits for nobody any more, after the season, which is locked: as many wait as
    applications with a place are still undecided, those with the best ranks.
    """
    reserve = in_order(await application_repository.lock_reserve(session, season.id))
    waiting = await application_repository.count_late_places(session, season.id)
    over = reserve[waiting:]
    for application in over:
        application.late, application.unplaced = False, True
    reason = f"认定季已于 {season.decisions_until} 结束，候补没有递补的名额"
    await workflow.refuse_applications(session, over, reason, CLOCK, announced=ApplicationNotSelected)


async def mark_withdrawn(session: AsyncSession, application: Application, caller: Caller) -> None:
    """Withdraw and delete the open tasks. A draft was never handed in, so its end is not announced."""
    was_handed_in = application.state != ApplicationState.DRAFT
    workflow.change_state(application, ApplicationState.WITHDRAWN)
    await application_repository.delete_open_tasks(session, application)
    await deadlines.cancel(session, kind=SUPPLEMENT_DEADLINE, subject=str(application.id))
    await audit.record(session, application, caller, "application:withdraw")
    if was_handed_in:
        await announce_application(session, ApplicationWithdrawn, application, actor=caller.subject)
    await workflow.note_late_ends(session, [application])


async def still_eligible(session: AsyncSession, members: Sequence[PoolMember]) -> list[PoolMember]:
    """The members who still meet the standards of their season's policy (天津 六: 符合分类基础标准、未被认定的)."""
    records = await records_of(session, {pooled.uscc for pooled in members}, clock.today())
    standing = []
    for member in members:
        rules, record = await stored_rules(session, member.policy_hash), records[member.uscc]
        if not current_obstacles(member, record.entry, record, rules):
            standing.append(member)
    return standing


async def remove_from_pool(session: AsyncSession, application: Application, reason: str, caller: Caller) -> PoolRemoval:
    """An officer removes a household from the pool, with the reason."""
    removal = PoolRemoval(
        application_id=application.id, reason=reason, removed_by=caller.subject, removed_at=clock.now()
    )
    session.add(removal)
    await session.flush()
    await audit.record(session, application, caller, "pool:remove", {"reason": reason})
    return removal
