"""``/v1/consultations``: departments are asked and answer; an officer decides where one objects."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.recognition.endpoints.applications import shown
from services.recognition.endpoints.bulk import Done, check_size, each
from services.recognition.endpoints.found import application_of, applications_of, season_of
from services.recognition.repository import applications, consultations
from services.recognition.repository.consultations import Asked
from services.recognition.schemas.applications import ApplicationView
from services.recognition.schemas.common import OutcomeView
from services.recognition.schemas.steps import (
    AnswerBody,
    AnswerItem,
    ConclusionBody,
    ConsultationBody,
    ConsultationView,
)
from services.recognition.service.consultations import answer, ask, conclude, decide
from shared.service import clock
from shared.service.departments import department_in_sight, department_of
from shared.service.etag import check_match, require_match
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Cursor, Page, page_of
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["consultations"], route_class=TransactionalRoute)


@router.post("/consultations", status_code=201, summary="向有关部门征求意见")
async def ask_departments(
    body: ConsultationBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> list[ConsultationView]:
    """Each department once; silence until the last day counts as no objection."""
    return [ConsultationView.of(*one) for one in await asked(session, [body], caller)]


@router.post("/consultations/bulk", summary="就多份申报征求意见，逐件给出结果")
async def ask_about_many(
    bodies: list[ConsultationBody], session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> list[OutcomeView]:
    """Each on its own."""

    async def together(some: Sequence[ConsultationBody]) -> list[Done]:
        await asked(session, some, caller)
        return [(body.application, "asked") for body in some]

    return await each(session, bodies, lambda body: body.application, together, applications.among, caller.region)


@router.get("/consultations", summary="待答复的征求意见，按截止日期")
async def listed(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)],
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[ConsultationView]:
    """What departments of the region have to answer: a department reads what it is asked, officers all."""
    read = Cursor.read(cursor, dt.date, uuid.UUID)
    after = (read[0], read[1]) if read else None
    rows = await consultations.open_below(
        session, caller.region, department_in_sight(caller), clock.today(), after, limit + 1
    )
    return page_of(rows, limit, lambda row: ConsultationView.of(*row), lambda row: (row[0].due_on, row[0].id))


@router.post("/consultations/{consultation_id}/answer", summary="部门答复")
async def answer_one(
    consultation_id: uuid.UUID,
    body: AnswerBody,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.BUREAU)],
) -> ConsultationView:
    """Until the last day."""
    (done,) = await answered(session, [(consultation_id, body)], caller)
    return ConsultationView.of(*done)


@router.post("/consultations/answers", summary="部门一并答复多次征求意见，逐件给出结果")
async def answer_many(
    bodies: list[AnswerItem], session: SessionDep, caller: Annotated[Caller, allow(Role.BUREAU)]
) -> list[OutcomeView]:
    """Each on its own."""
    check_size(bodies)
    about = await about_what(session, [body.consultation for body in bodies], caller)

    async def together(some: Sequence[AnswerItem]) -> list[Done]:
        done = await answered(session, [(body.consultation, body) for body in some], caller)
        return [(one.id, "agreed" if one.agrees else "objected") for one, _ in done]

    return await each(
        session, bodies, lambda body: body.consultation, together, applications.among, caller.region,
        locks=lambda body: about.get(body.consultation, body.consultation),
    )  # fmt: skip


@router.post("/applications/{application_id}/consultation-conclusion", summary="部门有不同意见时，由经办人员决定")
async def decide_objected(
    application_id: uuid.UUID,
    body: ConclusionBody,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> ApplicationView:
    """On with a reason, or refused with it, once all have answered or their last day is over and one objects."""
    known = await application_of(session, application_id, caller)
    await season_of(session, known.season_id, lock=True)
    application = await application_of(session, application_id, caller, lock=True)
    check_match(match, application.version)
    done = await decide(session, application, passed=body.passed, reason=body.reason, caller=caller)
    return shown(done, response)


async def about_what(
    session: SessionDep, questions: Sequence[uuid.UUID], caller: Caller
) -> Mapping[uuid.UUID, uuid.UUID]:
    """Question to the caller's department in the caller's region → the application that it is about."""
    return await consultations.applications_of(session, questions, caller.region, department_of(caller))


async def asked(session: SessionDep, bodies: Sequence[ConsultationBody], caller: Caller) -> list[Asked]:
    """Departments asked about applications."""
    found = await applications_of(session, [body.application for body in bodies], caller)
    rows = await ask(session, [(found[body.application], body.departments) for body in bodies], caller)
    return [(one, found[one.application_id]) for one in rows]


async def answered(session: SessionDep, said: Sequence[tuple[uuid.UUID, AnswerBody]], caller: Caller) -> list[Asked]:
    """Answers to questions about different applications. These are locked before the questions, as everywhere."""
    about = await about_what(session, [one for one, _ in said], caller)
    if any(one not in about for one, _ in said):
        raise Problem(404, "consultation-not-found", "没有这次征求意见", "没有这次征求意见，或不是向您的部门征求的")
    found = await applications_of(session, list(about.values()), caller)
    asked_of = await consultations.of_applications(session, list(found))
    by_id = {one.id: one for rows in asked_of.values() for one in rows}
    for consultation_id, body in said:
        row = by_id[consultation_id]
        await answer(session, row, found[row.application_id], body.agrees, body.opinion, caller)
    await conclude(session, list(found.values()), caller)
    return [(by_id[one], found[about[one]]) for one, _ in said]
