"""The steps of an application: who may act at a step today, its task and result, the next step, refusal, events.

The content of each step is in its own module.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications.domain import (
    APPLICATION_STATES,
    STEP_LABELS,
    ApplicationState,
    TaskOutcome,
    next_step,
    require_at_step,
)
from services.recognition.applications.makers import makers_of, named_makers
from services.recognition.applications.models import Application, Task
from services.recognition.applications.problems import (
    ApplicationNotInProgress,
    RecommendationByMarketRegulator,
    RecommendationOfAnotherLevel,
    ReviewOfOwnSubmission,
    StepDecidedBefore,
    StepNotBegun,
    StepOfAnotherLevel,
    StepUnknown,
    TaskMissing,
)
from services.recognition.base import ANNOUNCER, shorten_reason
from services.recognition.rules.domain import PathKind, competent_levels, find_step, parameter_date
from services.recognition.rules.service import stored_rules
from services.recognition.season.models import Season
from shared import clock
from shared.contracts.recognition import ApplicationPayload, ApplicationRefused
from shared.law.model.recognition import (
    LEVEL_DIGITS,
    LEVEL_LABELS,
    Level,
    PathStep,
    RecognitionRules,
    StepKind,
    level_of,
)
from shared.messaging.announcer import StateAt
from shared.platform import audit
from shared.platform.department_scope import department_of
from shared.platform.identity import OF_MARKET_SUPERVISION, Caller
from shared.platform.tasks import TaskClaimed, claim_task
from shared.reference.calendar import add_working_days
from shared.reference.departments import Department
from shared.worker import deadlines

LATE_RESERVE_DEADLINE = "late-reserve"
"""Kind of the deadline, due at once, at which a reserve that outlived its season is looked at; subject: the season."""


async def require_competence(session: AsyncSession, application: Application, kind: StepKind, caller: Caller) -> None:
    """403 for a bureau of a level that the policy does not name for the step, 409 before the step's first day."""
    season = await session.get_one(Season, application.season_id)
    await require_season_competence(session, season, application.path, kind, caller, application.recommended_from)


async def require_season_competence(
    session: AsyncSession,
    season: Season,
    path: PathKind,
    kind: StepKind,
    caller: Caller,
    recommended_from: str | None = None,
) -> None:
    """The same check for an action on a whole season. 409 also where the policy has no such step."""
    rules = await stored_rules(session, season.policy_hash)
    step = find_step(rules, path, kind)
    if step is None:
        raise StepUnknown(f"按政策没有“{STEP_LABELS[kind]}”这一步")
    require_level(step, recommended_from, caller)
    require_step_begun(rules, season, step)


def require_level(step: PathStep, recommended_from: str | None, caller: Caller) -> None:
    """403 unless the caller's level is competent for the step; the message names the competent bureaus."""
    levels = competent_levels(step, recommended_from)
    if level_of(caller.region) in levels:
        return
    why = "部门推荐的由同级市场监管部门认定，" if recommended_from else ""
    detail = f"按政策，{why}“{STEP_LABELS[step.kind]}”由{bureau_names(levels)}办理（依据：{step.citation}）"
    raise StepOfAnotherLevel(detail)


def bureau_names(levels: Sequence[Level]) -> str:
    """The Chinese names of bureaus of these levels."""
    return "、".join(LEVEL_LABELS[level] for level in levels) + "市场监管部门" if levels else "经营者或推荐部门"


def require_step_begun(rules: RecognitionRules, season: Season, step: PathStep) -> None:
    """409 before the step's first day in the season's year."""
    begins = parameter_date(rules, step.opens, season.year)
    if begins is not None and clock.today() < begins:
        detail = f"按政策，“{STEP_LABELS[step.kind]}”自 {begins} 起办理，今天是 {clock.today()}"
        raise StepNotBegun(detail)


def require_recommender(rules: RecognitionRules, caller: Caller) -> None:
    """403 for market supervision, which decides on recommendations, and for a department of a level at which no bureau
    may decide.
    """
    if department_of(caller) is Department.MARKET:
        detail = "部门推荐由其他部门办理，市场监管部门负责审核和认定"
        raise RecommendationByMarketRegulator(detail)
    decision = find_step(rules, PathKind.RECOMMENDATION, StepKind.DECISION)
    if decision is not None and not competent_levels(decision, caller.region):
        bureaus = bureau_names(competent_levels(decision, None))
        detail = f"按政策，部门推荐的由同级市场监管部门认定，而认定由{bureaus}办理（依据：{decision.citation}）"
        raise RecommendationOfAnotherLevel(detail)


def change_state(application: Application, target: ApplicationState) -> None:
    """Take an application to another state, or answer 409."""
    APPLICATION_STATES.require(application.state, target)
    application.state = target
    application.version += 1


async def begin_steps(session: AsyncSession, application: Application, season: Season, first_done: StepKind) -> None:
    """An application or recommendation was submitted, which completes `first_done`; the next step opens."""
    application.step = first_done
    await open_next_step(session, application, season)


async def finish_step(
    session: AsyncSession,
    application: Application,
    step: StepKind,
    caller: Caller,
    *,
    passed: bool,
    record: Mapping[str, object],
) -> None:
    """Close the open task of the application's current step with its record. 409 at another step."""
    check_step(application, step)
    task = await application_repository.lock_task(session, application)
    await finish_task(session, application, task, step, caller, passed=passed, record=record)


async def finish_task(
    session: AsyncSession,
    application: Application,
    task: Task | None,
    step: StepKind,
    caller: Caller,
    *,
    passed: bool,
    record: Mapping[str, object],
    by_itself: bool = False,
) -> None:
    """Close a step's task that was read before, for many applications at once.

    `by_itself`: the step ends automatically or in a bulk action; neither the caller's level nor a claim on the task is
    checked then.
    """
    check_step(application, step)
    if not by_itself:
        await require_competence(session, application, step, caller)
        check_not_barred(application, caller)
    close_task(
        application, require_open_task(task, None if by_itself else caller), caller, passed=passed, record=record
    )


def check_not_barred(application: Application, caller: Caller) -> None:
    """403 at a step that an upheld objection opened again, for who had decided against the application."""
    reopened = application.reopened
    if reopened is not None and reopened.step == application.step and caller.subject in reopened.barred:
        raise StepDecidedBefore


def check_step(application: Application, step: StepKind) -> None:
    """409 unless the application is under way and at the step."""
    require_at_step(application.step, step)
    if application.state != ApplicationState.IN_PROGRESS:
        label = APPLICATION_STATES.label(application.state)
        raise ApplicationNotInProgress(f"申报当前为“{label}”，不在办理中")


def require_open_task(task: Task | None, caller: Caller | None) -> Task:
    """The task if it is open and not claimed by somebody else, or 409; without a caller the claim is not checked."""
    if task is None:
        raise TaskMissing
    if caller is not None and task.claimed_by not in (None, caller.subject):
        detail = "这项待办已由另一名人员领取，请由其办理或放回；本县的认定人员和上级人员也可以代为放回"
        raise TaskClaimed(detail)
    return task


def close_task(
    application: Application, task: Task, caller: Caller, *, passed: bool, record: Mapping[str, object]
) -> None:
    """Record the outcome of a task."""
    task.outcome = TaskOutcome.PASSED if passed else TaskOutcome.FAILED
    task.record, task.done_by, task.done_at = dict(record), caller.subject, clock.now()
    application.version += 1


async def open_next_step(session: AsyncSession, application: Application, season: Season) -> StepKind | None:
    """Go to the next step and open its task; None after the last."""
    steps = (await stored_rules(session, season.policy_hash)).paths[application.path].steps
    following = next_step(steps, application.step)
    if following is None:
        return None
    application.step = following
    application.version += 1
    await open_step_task(session, application, season)
    return following


async def open_step_task(session: AsyncSession, application: Application, season: Season) -> None:
    """Put the current step on the work list, with its last day."""
    rules = await stored_rules(session, season.policy_hash)
    step = next(one for one in rules.paths[application.path].steps if one.kind == application.step)
    due_on = step_due_date(rules, season, step, late=application.late)
    await application_repository.create_task(session, application, due_on)


def step_due_date(rules: RecognitionRules, season: Season, step: PathStep, *, late: bool = False) -> dt.date:
    """The last day of a step: the earliest of the policy's date, the policy's or season's number of working days, and
    the season's end. A late application's days may be over: then as many working days as for a supplement.
    """
    days = rules.value(step.days, clock.today()) if step.days else None
    if step.kind is StepKind.CONSULTATION:
        days = season.consultation_days
    if step.kind is StepKind.PUBLIC_NOTICE:
        days = season.notice_days
    counted = add_working_days(clock.today(), days).due if isinstance(days, int) else None
    named = parameter_date(rules, step.until, season.year)
    days_ahead = [day for day in (named, counted, season.decisions_until) if day is not None]
    if late:
        ahead = [day for day in days_ahead if day >= clock.today()]
        return min(ahead, default=add_working_days(clock.today(), season.supplement_days).due)
    return min(days_ahead)


def mark_refused(application: Application, reason: str, caller: Caller, bureau: str) -> None:
    """End an application with a reason; the caller of this function announces it. `bureau`: the region of the one that
    refuses.
    """
    change_state(application, ApplicationState.REFUSED)
    application.reason = reason
    application.turned_down_by, application.turned_down_from = caller.subject, bureau


def bureau_of(caller: Caller) -> str | None:
    """The region of the market regulator that acts; None for anybody else, and for the clock and the bus."""
    return caller.region if caller.region and caller.roles & OF_MARKET_SUPERVISION else None


A = TypeVar("A", bound=ApplicationPayload)


async def announce_application(
    session: AsyncSession,
    kind: type[A],
    application: Application,
    *,
    actor: str | None,
    reason: str | None = None,
    **more: object,
) -> None:
    """Publish an event about the state of an application."""
    await announce_applications(session, kind, [(application, {"reason": reason, **more})], actor=actor)


async def announce_applications(
    session: AsyncSession,
    kind: type[A],
    events: Sequence[tuple[Application, Mapping[str, object]]],
    *,
    actor: str | None,
) -> None:
    """Publish events about many applications, each with additional fields, in two statements."""

    def state(application: Application, more: Mapping[str, object]) -> StateAt:
        return lambda revision: application_payload(kind, application, revision, **more)

    states = [(application.uscc, state(application, more)) for application, more in events]
    await ANNOUNCER.announce_states(session, states, actor=actor)


def application_payload(
    kind: type[A], application: Application, revision: int, *, reason: object = None, **more: object
) -> A:
    """The payload of an event about the state of an application."""
    return kind(
        application=application.id,
        uscc=application.uscc,
        region=application.county,
        category=application.category,
        operator_ref=application.operator_ref,
        reason=shorten_reason(reason),
        name=application.name,
        path=application.path,
        revision=revision,
        **more,
    )


async def refuse_applications(
    session: AsyncSession,
    refused: Sequence[Application],
    reason: str,
    caller: Caller,
    *,
    announced: type[ApplicationPayload] = ApplicationRefused,
) -> None:
    """Refuse applications, delete their tasks, publish the events and write the audit. `announced`: another event,
    where nobody found anything against them.
    """
    for application in refused:
        bureau = bureau_of(caller) or await deciding_bureau(session, application, caller)
        mark_refused(application, reason, caller, bureau)
        await audit.record(session, application, caller, "application:refuse", {"reason": reason})
    await application_repository.delete_open_tasks(session, *refused)
    makers = await makers_of(session, refused)
    told = [
        (
            one,
            {
                "reason": reason,
                "decided_by_region": one.turned_down_from,
                "makers": named_makers(*makers[one.id], caller.subject),
            },
        )
        for one in refused
    ]
    await announce_applications(session, announced, told, actor=caller.subject)
    await note_late_ends(session, refused)


async def note_late_ends(session: AsyncSession, ended: Sequence[Application]) -> None:
    """Have the reserve of their season looked at, where these were decided after it: it waits for their places only.
    By a deadline that is due at once, since whoever decides holds no season.
    """
    late = {str(application.season_id): clock.now() for application in ended if application.late}
    await deadlines.schedule_all(session, {LATE_RESERVE_DEADLINE: late})


async def deciding_bureau(session: AsyncSession, application: Application, caller: Caller) -> str:
    """The region of the bureau that decides: the caller's if its level may, else the one of a level that may. The clock
    acts for it.
    """
    season = await session.get_one(Season, application.season_id)
    step = find_step(await stored_rules(session, season.policy_hash), application.path, StepKind.DECISION)
    levels = competent_levels(step, application.recommended_from) if step is not None else ()
    if caller.region and (not levels or level_of(caller.region) in levels):
        return caller.region
    return application.county[: LEVEL_DIGITS[levels[0]]] if levels else application.county


def check_not_submitter(application: Application, caller: Caller) -> None:
    """403 for the person who submitted the application."""
    if caller.subject == application.created_by:
        raise ReviewOfOwnSubmission


async def claim_step(session: AsyncSession, task: Task, caller: Caller) -> Task:
    """Claim a task. 409 when another person has it or before the step's first day, 403 for another level."""
    application = await session.get_one(Application, task.application_id)
    await require_competence(session, application, task.step, caller)
    return await claim_task(session, task, caller)
