"""Consultation: departments are asked, and answer until a day; silence until then counts as no objection.

When all have answered or been silent and none objects, the application goes on by itself; only an objection waits for
an officer's decision. Nobody asked, nothing to decide: the step cannot be passed without departments.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, Consultation, Season
from services.recognition.repository import applications, consultations, seasons
from services.recognition.service import steps
from services.recognition.service.reviews import not_own
from services.recognition.service.selections import free_place
from services.recognition.service.turns import check_turn
from shared.calendar import add_working_days
from shared.departments import Department
from shared.messaging import deadlines
from shared.policy.recognition.model import StepKind
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem

SILENCE = "consultation-due"
"""Kind of the deadline for the answers about an application."""


async def ask(
    session: AsyncSession, wanted: Sequence[tuple[Application, Sequence[Department]]], caller: Caller
) -> list[Consultation]:
    """Ask departments about locked applications; each may be asked once about one."""
    about = [application for application, _ in wanted]
    before = await consultations.of_applications(session, [one.id for one in about])
    known = await seasons.among(session, {one.season_id for one in about})
    rows: list[Consultation] = []
    silent: dict[str, dt.datetime] = {}
    for application, departments in wanted:
        steps.check_step(application, StepKind.CONSULTATION)
        await check_turn(session, application, StepKind.CONSULTATION, caller)
        check_not_asked(before[application.id], departments)
        due = add_working_days(clock.today(), known[application.season_id].consultation_days).due
        rows += [question(application, one, due, caller) for one in dict.fromkeys(departments)]
        silent[str(application.id)] = deadlines.after(due)
        await steps.recorded(session, application, caller, "application:consult", {"departments": list(departments)})
    session.add_all(rows)
    await session.flush()
    await deadlines.put_all(session, {SILENCE: silent})
    return rows


def check_not_asked(before: Sequence[Consultation], departments: Sequence[Department]) -> None:
    """409 with those who were asked already."""
    if twice := sorted({one.department for one in before} & set(departments)):
        raise Problem(409, "asked-before", "已征求过意见", f"已向 {labels_of(twice)} 征求过意见")


def labels_of(departments: Sequence[str]) -> str:
    """Departments in words."""
    return "、".join(Department(one).label for one in departments)


def question(application: Application, department: Department, due: dt.date, caller: Caller) -> Consultation:
    """What one department is asked."""
    return Consultation(
        id=uuid.uuid4(), application_id=application.id, county=application.county, department=department, due_on=due,
        asked_by=caller.subject,
    )  # fmt: skip


async def answer(
    session: AsyncSession, asked: Consultation, application: Application, agrees: bool, opinion: str, caller: Caller
) -> None:
    """A department's answer, until its last day."""
    if asked.answered_at is not None:
        raise Problem(409, "answered-before", "已经答复", "这次征求意见已经答复过")
    if clock.today() > asked.due_on:
        raise Problem(409, "too-late", "答复期限已过", f"答复截止日期是 {asked.due_on}，逾期未答复视为没有意见")
    asked.agrees, asked.opinion = agrees, opinion
    asked.answered_by, asked.answered_at = caller.subject, clock.now()
    await steps.recorded(
        session, application, caller, "application:opinion", {"department": asked.department, "agrees": agrees}
    )


async def conclude(session: AsyncSession, consulted: Sequence[Application], caller: Caller) -> None:
    """Of locked applications those go on by themselves about whom nobody is waited for any more and nobody objects."""
    asked = await consultations.of_applications(session, [one.id for one in consulted])
    ready = [one for one in consulted if nothing_left(one, asked[one.id])]
    tasks = await applications.open_tasks(session, ready, StepKind.CONSULTATION)
    known = await seasons.among(session, {one.season_id for one in ready})
    for application in ready:
        silent = [one.department for one in asked[application.id] if one.answered_at is None]
        record: dict[str, object] = {"asked": len(asked[application.id]), "silent": silent}
        await steps.finish_task(
            session, application, tasks.get(application.id), StepKind.CONSULTATION, caller, passed=True,
            record=record, by_itself=True,
        )  # fmt: skip
        await go_on(session, application, known[application.season_id], caller, record)
    await deadlines.lift_all(session, [SILENCE], [str(one.id) for one in ready])


def nothing_left(application: Application, rows: Sequence[Consultation]) -> bool:
    """Departments were asked, all have answered or been silent, and none objects."""
    waits = application.step == StepKind.CONSULTATION
    return waits and bool(rows) and not waited_for(rows) and not objecting(rows)


async def decide(
    session: AsyncSession, application: Application, *, passed: bool, reason: str, caller: Caller
) -> Application:
    """An officer's word on an objection: on with a reason, or refused with it. 409 where no department objects."""
    not_own(application, caller)
    steps.check_step(application, StepKind.CONSULTATION)
    rows = (await consultations.of_applications(session, [application.id]))[application.id]
    check_objected(rows)
    record: dict[str, object] = {"reason": reason, "asked": len(rows), "objecting": objecting(rows)}
    await steps.finish_step(session, application, StepKind.CONSULTATION, caller, passed=passed, record=record)
    await deadlines.lift(session, kind=SILENCE, subject=str(application.id))
    if passed:
        season = await session.get_one(Season, application.season_id)
        await go_on(session, application, season, caller, record)
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
        said = f"{labels_of(waiting)} 还没有答复，答复截止日期是 {last}；请等答复齐了或期满后再作决定"
        raise Problem(409, "answers-outstanding", "还有部门没有答复", said)
    if not objecting(rows):
        raise Problem(409, "nobody-objects", "没有不同意见", "没有部门提出不同意见，无须决定，申报会自行进入下一步")


async def go_on(
    session: AsyncSession, application: Application, season: Season, caller: Caller, record: dict[str, object]
) -> None:
    """To the next step."""
    await steps.open_next(session, application, season)
    await steps.recorded(session, application, caller, "application:consulted", record)
