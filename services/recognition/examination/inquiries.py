"""Inquiries about a selected household: the site visit, and the consultation of departments.

A visit is recorded with photos; a failed one frees the place. Departments answer until a day; no answer means no
objection. When no answer is outstanding and none objects, the application continues automatically; an officer decides
on an objection. The step cannot be passed without asking a department.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository, workflow
from services.recognition.applications.documents import VISIT_EVIDENCE
from services.recognition.applications.models import Application, Consultation, Document
from services.recognition.applications.workflow import check_not_submitter, require_competence
from services.recognition.base import ANNOUNCER
from services.recognition.examination import repository as examination_repository
from services.recognition.examination.problems import (
    AnswersOutstanding,
    AnswerTooLate,
    ConsultationAnswered,
    DepartmentAskedBefore,
    NobodyAsked,
    NobodyObjects,
    VisitBeforeApplication,
    VisitInFuture,
    VisitInPast,
    VisitorTwice,
    VisitPhotoUnknown,
    VisitWithoutPhoto,
)
from services.recognition.season import repository as season_repository
from services.recognition.season.models import Season
from services.recognition.selection.service import refuse_and_promote_reserve
from shared import clock
from shared.contracts import recognition as contract
from shared.law.language.units import Unit
from shared.law.model.recognition import StepKind
from shared.platform import audit
from shared.platform.identity import Caller
from shared.reference.departments import Department
from shared.worker import deadlines
from shared.worker.reckoning import Reckoning, schedule_all_reckoned


@dataclass(frozen=True)
class SiteVisit:
    """What a visit found; `photos`: documents of the application, at least one."""

    visited_on: dt.date
    visitors: Sequence[str]
    finding: str
    photos: Sequence[UUID]
    confirmed: bool


async def arrange_site_visit(
    session: AsyncSession, application: Application, visit_on: dt.date, caller: Caller
) -> Application:
    """Tell the operator on which day officers come. 409 unless a visit is what comes next, 422 for a day that is over.

    Only a notification: what counts is the record of the visit, on whatever day it takes place.
    """
    workflow.check_step(application, StepKind.SITE_VISIT)
    await require_competence(session, application, StepKind.SITE_VISIT, caller)
    if visit_on < clock.today():
        raise VisitInPast
    bureau = workflow.bureau_of(caller)
    await workflow.announce_application(
        session,
        contract.SiteVisitArranged,
        application,
        actor=caller.subject,
        visit_on=visit_on,
        decided_by_region=bureau,
    )
    await audit.record(session, application, caller, "application:visit-arranged", {"visit_on": visit_on.isoformat()})
    return application


async def record_site_visit(
    session: AsyncSession, application: Application, season: Season, visit: SiteVisit, caller: Caller
) -> Application:
    """Record a visit: the application continues if it was confirmed, else it is refused and the reserve moves up."""
    check_not_submitter(application, caller)
    if visit.visited_on > clock.today():
        raise VisitInFuture
    check_visitors(visit, application)
    check_photos(visit, await application_repository.documents_of(session, application.id))
    record = {
        "visited_on": visit.visited_on.isoformat(),
        "visitors": list(visit.visitors),
        "finding": visit.finding,
        "photos": [str(id_) for id_ in visit.photos],
    }
    passed = visit.confirmed
    await workflow.finish_step(session, application, StepKind.SITE_VISIT, caller, passed=passed, record=record)
    if passed:
        await workflow.open_next_step(session, application, season)
    else:
        await refuse_and_promote_reserve(session, application, f"走访核实未通过：{visit.finding}", caller)
    audited = {"visited_on": record["visited_on"], "confirmed": passed, "photos": len(visit.photos)}
    await audit.record(session, application, caller, "application:visit", audited)
    return application


def check_visitors(visit: SiteVisit, application: Application) -> None:
    """422 for one person named twice, or for a day before the application was handed in. That two go and take a photo
    is the policies' interpretation `visit-record`, not their text.
    """
    if len({"".join(name.split()) for name in visit.visitors}) < len(visit.visitors):
        raise VisitorTwice
    handed_in = (application.submitted_at or application.created_at).astimezone(clock.CHINA).date()
    if visit.visited_on < handed_in:
        raise VisitBeforeApplication(f"走访日期 {visit.visited_on} 早于申报之日 {handed_in}，核实不了这份申报")


def check_photos(visit: SiteVisit, handed_in: Sequence[Document]) -> None:
    """422 unless there is a photo, and each is a picture that an officer uploaded for the visit."""
    pictures = {
        document.id
        for document in handed_in
        if document.evidence == VISIT_EVIDENCE and document.media_type.startswith("image/")
    }
    if not visit.photos:
        raise VisitWithoutPhoto
    if not set(visit.photos) <= pictures:
        detail = "走访的照片须是经办人员作为本申报的材料上传的 JPEG 或 PNG 图片（evidence 写 visit）"
        raise VisitPhotoUnknown(detail)


CONSULTATION_DEADLINE = "consultation-due"
"""Kind of the deadline for the answers about an application."""


async def consult_departments(
    session: AsyncSession, requests: Sequence[tuple[Application, Sequence[Department]]], caller: Caller
) -> list[Consultation]:
    """Ask departments about locked applications, each department once per application."""
    about = [application for application, _ in requests]
    before = await examination_repository.lock_consultations_of(session, [one.id for one in about])
    seasons = await season_repository.seasons_by_id(session, {one.season_id for one in about})
    rows: list[Consultation] = []
    silent: dict[str, Reckoning] = {}
    for application, departments in requests:
        workflow.check_step(application, StepKind.CONSULTATION)
        await require_competence(session, application, StepKind.CONSULTATION, caller)
        check_not_asked(before[application.id], departments)
        days = seasons[application.season_id].consultation_days
        reckoning = Reckoning(clock.today(), days, Unit.WORKING_DAYS, "consultation_days", unverified=True)
        asked = dict.fromkeys(departments)
        rows += [new_consultation(application, one, reckoning.last.due, caller) for one in asked]
        silent[str(application.id)] = reckoning
        await audit.record(session, application, caller, "application:consult", {"departments": list(departments)})
    session.add_all(rows)
    await session.flush()
    await schedule_all_reckoned(session, {CONSULTATION_DEADLINE: silent})
    uscc_of = {one.id: one.uscc for one in about}
    told = [(uscc_of[row.application_id], consultation_asked(row, uscc_of[row.application_id])) for row in rows]
    await ANNOUNCER.announce_all(session, told, actor=caller.subject)
    return rows


def consultation_asked(row: Consultation, uscc: str) -> contract.ConsultationAsked:
    """What the department is told."""
    return contract.ConsultationAsked(
        consultation=row.id,
        application=row.application_id,
        uscc=uscc,
        region=row.county,
        department=row.department,
        due_on=row.due_on,
    )


def check_not_asked(before: Sequence[Consultation], departments: Sequence[Department]) -> None:
    """409 with the departments that were asked before."""
    if twice := sorted({consultation.department for consultation in before} & set(departments)):
        raise DepartmentAskedBefore(f"已向 {labels_of(twice)} 征求过意见")


def labels_of(departments: Sequence[str]) -> str:
    """The Chinese names of departments."""
    return "、".join(Department(one).label for one in departments)


def new_consultation(application: Application, department: Department, due: dt.date, caller: Caller) -> Consultation:
    """The consultation of one department."""
    return Consultation(
        id=uuid.uuid4(),
        application_id=application.id,
        county=application.county,
        department=department,
        due_on=due,
        asked_by=caller.subject,
    )


async def record_answer(
    session: AsyncSession,
    consultation: Consultation,
    application: Application,
    agrees: bool,
    opinion: str,
    caller: Caller,
) -> None:
    """Record a department's answer, until its last day."""
    if consultation.answered_at is not None:
        raise ConsultationAnswered
    if clock.today() > consultation.due_on:
        raise AnswerTooLate(f"答复截止日期是 {consultation.due_on}，逾期未答复视为没有意见")
    consultation.agrees, consultation.opinion = agrees, opinion
    consultation.answered_by, consultation.answered_at = caller.subject, clock.now()
    answered = contract.ConsultationAnswered(
        consultation=consultation.id,
        application=application.id,
        uscc=application.uscc,
        region=consultation.county,
        department=consultation.department,
    )
    await ANNOUNCER.announce(session, answered, subject=application.uscc, actor=caller.subject)
    await audit.record(
        session, application, caller, "application:opinion", {"department": consultation.department, "agrees": agrees}
    )


async def conclude_consultations(session: AsyncSession, consulted: Sequence[Application], caller: Caller) -> None:
    """Let those of the locked applications continue that no department still has to answer or objects to."""
    consultations = await examination_repository.lock_consultations_of(session, [one.id for one in consulted])
    ready = [one for one in consulted if is_concluded(one, consultations[one.id])]
    tasks = await application_repository.lock_tasks(session, ready, StepKind.CONSULTATION)
    seasons = await season_repository.seasons_by_id(session, {one.season_id for one in ready})
    for application in ready:
        silent = [
            consultation.department
            for consultation in consultations[application.id]
            if consultation.answered_at is None
        ]
        record: dict[str, object] = {"asked": len(consultations[application.id]), "silent": silent}
        await workflow.finish_task(
            session,
            application,
            tasks.get(application.id),
            StepKind.CONSULTATION,
            caller,
            passed=True,
            record=record,
            by_itself=True,
        )
        await proceed(session, application, seasons[application.season_id], caller, record)
    await deadlines.cancel_all(session, [CONSULTATION_DEADLINE], [str(one.id) for one in ready])


def is_concluded(application: Application, rows: Sequence[Consultation]) -> bool:
    """Whether departments were asked, all have answered or let their day pass, and none objects."""
    waits = application.step == StepKind.CONSULTATION
    return waits and bool(rows) and not outstanding_departments(rows) and not objecting_departments(rows)


async def decide_consultation(
    session: AsyncSession, application: Application, *, passed: bool, reason: str, caller: Caller
) -> Application:
    """An officer decides on an objection: the application continues, or is refused. 409 where no department objects."""
    check_not_submitter(application, caller)
    workflow.check_step(application, StepKind.CONSULTATION)
    rows = (await examination_repository.lock_consultations_of(session, [application.id]))[application.id]
    check_objected(rows)
    record: dict[str, object] = {"reason": reason, "asked": len(rows), "objecting": objecting_departments(rows)}
    await workflow.finish_step(session, application, StepKind.CONSULTATION, caller, passed=passed, record=record)
    await deadlines.cancel(session, kind=CONSULTATION_DEADLINE, subject=str(application.id))
    if passed:
        season = await session.get_one(Season, application.season_id)
        await proceed(session, application, season, caller, record)
    else:
        await refuse_and_promote_reserve(session, application, f"征求意见未通过：{reason}", caller)
    return application


def outstanding_departments(rows: Sequence[Consultation]) -> list[str]:
    """Departments that have not answered and still may."""
    return [
        consultation.department
        for consultation in rows
        if consultation.answered_at is None and clock.today() <= consultation.due_on
    ]


def objecting_departments(rows: Sequence[Consultation]) -> list[str]:
    """Departments that do not agree."""
    return [consultation.department for consultation in rows if consultation.agrees is False]


def check_objected(rows: Sequence[Consultation]) -> None:
    """409 unless departments were asked, no answer is outstanding, and one objects."""
    if not rows:
        raise NobodyAsked
    if waiting := outstanding_departments(rows):
        last = max(consultation.due_on for consultation in rows)
        detail = f"{labels_of(waiting)} 还没有答复，答复截止日期是 {last}；请等答复齐了或期满后再作决定"
        raise AnswersOutstanding(detail)
    if not objecting_departments(rows):
        raise NobodyObjects


async def proceed(
    session: AsyncSession, application: Application, season: Season, caller: Caller, record: dict[str, object]
) -> None:
    """Go to the next step."""
    await workflow.open_next_step(session, application, season)
    await audit.record(session, application, caller, "application:consulted", record)
