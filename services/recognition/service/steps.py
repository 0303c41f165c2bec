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
from services.recognition.models import Application, Season, Task
from services.recognition.repository import applications
from services.recognition.service.rules import rules_of
from shared.calendar import add_working_days
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
    task = open_task(await applications.task_of(session, application), caller)
    close(application, task, caller, passed=passed, record=record)


def check_step(application: Application, step: StepKind) -> None:
    """409 unless the application is under way and at the step."""
    with refusing():
        require_step(StepKind(application.step), step)
    if application.state != ApplicationState.IN_PROGRESS:
        label = life.LABELS[ApplicationState(application.state)]
        raise Problem(409, "state", "目前不能这样办理", f"申报当前为“{label}”，不在办理中")


def open_task(task: Task | None, caller: Caller) -> Task:
    """The task, if there is one that the caller may do; else 409."""
    if task is None:
        raise Problem(409, "no-task", "没有待办的任务", "这一步没有待办的任务，可能已由他人办理")
    if task.claimed_by not in (None, caller.subject):
        raise Problem(409, "claimed", "已由他人领取", "这项任务已由另一名人员领取，请由其办理或先放回")
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
    step = next(one for one in steps if one.kind is following)
    await applications.open_task(session, application, await due_on(session, season, step))
    return following


async def due_on(session: AsyncSession, season: Season, step: Step) -> dt.date:
    """When a step should be done: so many working days on where the policy says how many, else by the season's end."""
    rules = await rules_of(session, season.policy_hash)
    days = rules.value(step.days, clock.today()) if step.days else None
    if step.kind is StepKind.CONSULTATION:
        days = season.consultation_days
    if step.kind is StepKind.PUBLIC_NOTICE:
        days = season.notice_days
    return add_working_days(clock.today(), days).due if isinstance(days, int) else season.decisions_until


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
        details=details_of(application, details),
    )


def details_of(application: Application, details: Mapping[str, object]) -> dict[str, object]:
    """Where the application stands, and the particulars of what was done."""
    return {"step": application.step, "state": application.state, **details}
