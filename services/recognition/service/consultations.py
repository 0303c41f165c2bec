"""Consultation: departments are asked, and answer until a day; silence until then counts as no objection.

When all have answered or been silent and none objects, the application goes on by itself; an objection waits for an
officer's decision.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import require_step
from services.recognition.models import Application, Consultation, Season
from services.recognition.repository import applications, consultations
from services.recognition.service import steps
from services.recognition.service.reviews import not_own, refuse_and_tell
from services.recognition.service.selections import call_up
from shared.calendar import add_working_days
from shared.messaging import deadlines
from shared.policy.recognition.model import StepKind
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem

SILENCE = "consultation-due"
"""Kind of the deadline for the answers about an application."""


async def ask(
    session: AsyncSession, application: Application, season: Season, departments: Sequence[str], caller: Caller
) -> list[Consultation]:
    """Ask departments; each may be asked once."""
    with steps.refusing():
        require_step(StepKind(application.step), StepKind.CONSULTATION)
    asked = {one.department for one in await consultations.of_application(session, application.id)}
    twice = sorted(asked & set(departments))
    if twice:
        raise Problem(409, "asked-before", "已征求过意见", f"已向 {'、'.join(twice)} 征求过意见")
    due = add_working_days(clock.today(), season.consultation_days).due
    rows = [
        Consultation(
            id=uuid.uuid4(), application_id=application.id, county=application.county, department=one, due_on=due
        )
        for one in dict.fromkeys(departments)
    ]
    session.add_all(rows)
    await session.flush()
    await deadlines.put(session, kind=SILENCE, subject=str(application.id), due_at=deadlines.after(due))
    await steps.recorded(session, application, caller, "application:consult", {"departments": list(departments)})
    return rows


async def answer(
    session: AsyncSession, asked: Consultation, application: Application, *, agrees: bool, opinion: str, caller: Caller
) -> Consultation:
    """A department's answer, until its last day."""
    if asked.answered_at is not None:
        raise Problem(409, "answered-before", "已经答复", "这次征求意见已经答复过")
    if clock.today() > asked.due_on:
        raise Problem(409, "too-late", "答复期限已过", f"答复截止日期是 {asked.due_on}，逾期未答复视为没有意见")
    asked.agrees, asked.opinion = agrees, opinion
    asked.answered_by, asked.answered_at = caller.subject, clock.now()
    await session.flush()
    await steps.recorded(
        session, application, caller, "application:opinion", {"department": asked.department, "agrees": agrees}
    )
    await conclude(session, application, caller)
    return asked


async def conclude(session: AsyncSession, application: Application, caller: Caller) -> None:
    """On, when nobody is waited for any more and nobody objects."""
    if application.step != StepKind.CONSULTATION:
        return
    rows = await consultations.of_application(session, application.id)
    today = clock.today()
    waiting = [one for one in rows if one.answered_at is None and today <= one.due_on]
    if waiting or not rows or any(one.agrees is False for one in rows):
        return
    silent = [one.department for one in rows if one.answered_at is None]
    await pass_on(session, application, caller, {"asked": len(rows), "silent": silent})


async def decide(
    session: AsyncSession, application: Application, *, passed: bool, reason: str, caller: Caller
) -> Application:
    """An officer's word on an objection: on with a reason, or refused with it."""
    not_own(application, caller)
    if passed:
        await pass_on(session, application, caller, {"reason": reason})
        return application
    season = await session.get_one(Season, application.season_id)
    with steps.refusing():
        require_step(StepKind(application.step), StepKind.CONSULTATION)
    await refuse_and_tell(session, application, f"征求意见未通过：{reason}", caller)
    await call_up(session, season, caller)
    return application


async def pass_on(session: AsyncSession, application: Application, caller: Caller, record: dict[str, object]) -> None:
    """The step is done."""
    season = await session.get_one(Season, application.season_id)
    task = await applications.task_of(session, application)
    if task is not None and task.claimed_by not in (None, caller.subject):
        task.claimed_by = None  # the clock and the departments do not wait for who claimed it
    await steps.finish_step(session, application, StepKind.CONSULTATION, caller, passed=True, record=record)
    await deadlines.lift(session, kind=SILENCE, subject=str(application.id))
    await steps.open_next(session, application, season)
    await steps.recorded(session, application, caller, "application:consulted", record)
