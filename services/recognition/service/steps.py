"""The road of an application: a step is done, the next of the policy's order is opened with its task.

What a step means has a module of its own; here is only how one follows another, and what is refused on the way.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain import applications as life
from services.recognition.domain.applications import ApplicationState, WrongStep, next_step, require_step
from services.recognition.domain.transitions import IllegalTransition
from services.recognition.domain.turns import day_of
from services.recognition.models import Application, Season, Task
from services.recognition.repository import applications
from services.recognition.service.rules import rules_of
from services.recognition.service.turns import check_turn
from shared.calendar import add_working_days
from shared.policy.recognition.model import Recognition as Rules
from shared.policy.recognition.model import Step, StepKind
from shared.service import audit, clock
from shared.service.identity import Caller
from shared.service.problems import Problem


@contextmanager
def refusing() -> Iterator[None]:
    """What the tables of transitions forbid is a 409 with their sentence."""
    try:
        yield
    except (IllegalTransition, WrongStep) as illegal:
        raise Problem(409, "state", "目前不能这样办理", str(illegal)) from illegal


def advance(application: Application, target: ApplicationState) -> None:
    """Take an application to another state, or answer 409."""
    with refusing():
        life.require_transition(ApplicationState(application.state), target)
    application.state = target.value
    application.version += 1


async def begin(session: AsyncSession, application: Application, season: Season, first_done: StepKind) -> None:
    """An application or recommendation was handed in: `first_done` is done with that, the next step opens."""
    application.step = first_done.value
    await open_next(session, application, season)


async def finish_step(
    session: AsyncSession,
    application: Application,
    step: StepKind,
    caller: Caller,
    *,
    passed: bool,
    record: Mapping[str, object],
) -> None:
    """Close the open task of the step the application is at, with what was found. 409 when it is at another."""
    check_step(application, step)
    task = await applications.task_of(session, application)
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
    """The same with the step's open task, if there is one, as it was read (for many applications at once).

    `by_itself`: days are over, answers are in, or many are dealt with together. Then it is nobody's turn in particular,
    and whoever has claimed the task is not waited for.
    """
    check_step(application, step)
    if not by_itself:
        await check_turn(session, application, step, caller)
    close(application, open_task(task, None if by_itself else caller), caller, passed=passed, record=record)


def check_step(application: Application, step: StepKind) -> None:
    """409 unless the application is under way and at the step."""
    with refusing():
        require_step(StepKind(application.step), step)
    if application.state != ApplicationState.IN_PROGRESS:
        label = life.LABELS[ApplicationState(application.state)]
        raise Problem(409, "state", "目前不能这样办理", f"申报当前为“{label}”，不在办理中")


def open_task(task: Task | None, caller: Caller | None) -> Task:
    """The task, if there is one and nobody else has claimed it, else 409; None does not ask whose it is."""
    if task is None:
        raise Problem(409, "no-task", "没有待办的任务", "这一步没有待办的任务，可能已由他人办理")
    if caller is not None and task.claimed_by not in (None, caller.subject):
        said = "这项待办已由另一名人员领取，请由其办理或放回；本县的认定人员和上级人员也可以代为放回"
        raise Problem(409, "claimed", "已由他人领取", said)
    return task


def close(application: Application, task: Task, caller: Caller, *, passed: bool, record: Mapping[str, object]) -> None:
    """The task is done, with what was found."""
    task.outcome = "passed" if passed else "failed"
    task.record, task.done_by, task.done_at = dict(record), caller.subject, clock.now()
    application.version += 1


async def open_next(session: AsyncSession, application: Application, season: Season) -> StepKind | None:
    """Go to the step after the present one and open its task; None after the last."""
    steps = (await rules_of(session, season.policy_hash)).paths[application.path].steps
    following = next_step(steps, StepKind(application.step))
    if following is None:
        return None
    application.step = following.value
    application.version += 1
    await put_on_list(session, application, season)
    return following


async def put_on_list(session: AsyncSession, application: Application, season: Season) -> None:
    """The step that the application is at is on the work list, with its last day."""
    rules = await rules_of(session, season.policy_hash)
    step = next(one for one in rules.paths[application.path].steps if one.kind == application.step)
    await applications.open_task(session, application, due_on(rules, season, step))


def due_on(rules: Rules, season: Season, step: Step) -> dt.date:
    """The last day of a step: the policy's day of the year, so many working days on where it says how many, or the
    season's end; the earliest of them.
    """
    days = rules.value(step.days, clock.today()) if step.days else None
    if step.kind is StepKind.CONSULTATION:
        days = season.consultation_days
    if step.kind is StepKind.PUBLIC_NOTICE:
        days = season.notice_days
    counted = add_working_days(clock.today(), days).due if isinstance(days, int) else None
    named = day_of(rules, step.until, season.year)
    return min(day for day in (named, counted, season.decisions_until) if day is not None)


def refuse(application: Application, reason: str) -> None:
    """End an application with a reason. The caller announces it."""
    advance(application, ApplicationState.REFUSED)
    application.reason = reason


async def recorded(
    session: AsyncSession, application: Application, caller: Caller, action: str, details: Mapping[str, object]
) -> None:
    """The audit entry of a step on an application; `details` without personal data."""
    await audit.record(
        session,
        actor=caller.subject,
        action=action,
        subject=str(application.id),
        region=application.county,
        details={"step": application.step, "state": application.state, **details},
    )
