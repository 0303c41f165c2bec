"""Consultation: departments are asked, and answer until a day; silence until then counts as no objection.

When all have answered or been silent and none objects, the application goes on by itself; only an objection waits for
an officer's decision. Nobody asked, nothing to decide: the step cannot be passed without departments.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, Consultation, Season
from services.recognition.repository import consultations
from services.recognition.service import steps
from services.recognition.service.reviews import not_own
from services.recognition.service.selections import free_place
from services.recognition.service.turns import check_turn
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
    steps.check_step(application, StepKind.CONSULTATION)
    await check_turn(session, application, StepKind.CONSULTATION, caller)
    asked = {one.department for one in await consultations.of_application(session, application.id)}
    twice = sorted(asked & set(departments))
    if twice:
        raise Problem(409, "asked-before", "已征求过意见", f"已向 {'、'.join(twice)} 征求过意见")
    due = add_working_days(clock.today(), season.consultation_days).due
    rows = [
        Consultation(
            id=uuid.uuid4(),
            application_id=application.id,
            county=application.county,
            department=one,
            due_on=due,
            asked_by=caller.subject,
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
    """On by itself, when nobody is waited for any more and nobody objects."""
    if application.step != StepKind.CONSULTATION:
        return
    rows = await consultations.of_application(session, application.id)
    if not rows or waited_for(rows) or objecting(rows):
        return
    silent = [one.department for one in rows if one.answered_at is None]
    record: dict[str, object] = {"asked": len(rows), "silent": silent}
    await finish(session, application, caller, record, by_itself=True)
    await go_on(session, application, caller, record)


async def decide(
    session: AsyncSession, application: Application, *, passed: bool, reason: str, caller: Caller
) -> Application:
    """An officer's word on an objection: on with a reason, or refused with it. 409 where no department objects."""
    not_own(application, caller)
    steps.check_step(application, StepKind.CONSULTATION)
    rows = await consultations.of_application(session, application.id)
    check_objected(rows)
    record: dict[str, object] = {"reason": reason, "asked": len(rows), "objecting": objecting(rows)}
    await finish(session, application, caller, record, passed=passed)
    if passed:
        await go_on(session, application, caller, record)
    else:
        await free_place(session, application, f"征求意见未通过：{reason}", caller)
    return application


def waited_for(rows: Sequence[Consultation]) -> list[str]:
    """Departments that have not answered and still may."""
    return [one.department for one in rows if one.answered_at is None and clock.today() <= one.due_on]


def objecting(rows: Sequence[Consultation]) -> list[str]:
    """Departments that do not agree."""
    return [one.department for one in rows if one.agrees is False]


def check_objected(rows: Sequence[Consultation]) -> None:
    """409 unless departments were asked, none is waited for any more, and one objects."""
    if not rows:
        raise Problem(409, "nobody-asked", "还没有征求意见", "还没有向任何部门征求意见，请先征求意见")
    if waiting := waited_for(rows):
        last = max(one.due_on for one in rows)
        said = f"{'、'.join(waiting)} 还没有答复，答复截止日期是 {last}；请等答复齐了或期满后再作决定"
        raise Problem(409, "answers-outstanding", "还有部门没有答复", said)
    if not objecting(rows):
        raise Problem(409, "nobody-objects", "没有不同意见", "没有部门提出不同意见，无须决定，申报会自行进入下一步")


async def finish(
    session: AsyncSession,
    application: Application,
    caller: Caller,
    record: dict[str, object],
    *,
    passed: bool = True,
    by_itself: bool = False,
) -> None:
    """The step is done; no answer is waited for any more."""
    kind = StepKind.CONSULTATION
    await steps.finish_step(session, application, kind, caller, passed=passed, record=record, by_itself=by_itself)
    await deadlines.lift(session, kind=SILENCE, subject=str(application.id))


async def go_on(session: AsyncSession, application: Application, caller: Caller, record: dict[str, object]) -> None:
    """To the next step."""
    season = await session.get_one(Season, application.season_id)
    await steps.open_next(session, application, season)
    await steps.recorded(session, application, caller, "application:consulted", record)
