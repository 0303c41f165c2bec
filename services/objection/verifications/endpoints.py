"""`/v1/verifications`: officers ask the department that owns the data, the department answers for itself."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from services.objection.objections import repository as objection_repository
from services.objection.objections.lookups import lock_objection, require_objection
from services.objection.resources import Resources, ResourcesDep
from services.objection.verifications import repository as verification_repository, service as verification_service
from services.objection.verifications.domain import contract_of
from services.objection.verifications.lookups import asked_of, require_asked, require_readable
from services.objection.verifications.models import FactVerification
from services.objection.verifications.row_check import check_row
from services.objection.verifications.schemas import AnswerBody, VerificationBody, VerificationView
from services.objection.verifications.service import Answer, Asked
from shared import clock
from shared.database.row_scope import beyond_region
from shared.platform.audited_access import record_read
from shared.platform.department_scope import readable_department
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.identity import Caller, Role, allow
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["verifications"], route_class=TransactionalRoute)

EVIDENCE_READ = "verification:read"

Reader = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Answering = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)]
"""Of a department. Market supervision's own data are its officers' to answer for: of the bureau that was asked."""


@router.post("/verifications", status_code=201, summary="请报送数据的部门核实")
async def ask_department(
    body: VerificationBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> VerificationView:
    """Of the department that delivers the data. `If-Match` names the objection's version."""
    objection = await lock_objection(session, body.objection, caller, match)
    asked = Asked(body.question, body.feed, body.facts, body.year, body.region)
    row = await verification_service.ask(session, objection, asked, caller)
    response.headers["ETag"] = etag_of(row.version)
    return VerificationView.of(row, objection.state)


@router.get("/verifications", summary="待核实的，按期限")
async def list_verifications(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[tuple[dt.date, uuid.UUID]], paged(dt.date, uuid.UUID)],
) -> Page[VerificationView]:
    """A department reads its own of its region; those who handle objections all of their region."""
    if readable_department(caller) is None:
        rows = await verification_repository.open_inside(session, caller.region, page.after, page.wanted)
    else:
        asked = asked_of(caller)
        rows = await verification_repository.open_for_department(session, asked, page.after, page.wanted)
    return page.of(rows, lambda row: VerificationView.of(*row), lambda row: (row[0].due_on, row[0].id))


@router.get("/objections/{objection_id}/verifications", summary="一件异议的各次核实")
async def list_of_objection(
    objection_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> list[VerificationView]:
    """With corrected rows, to those who handle it; who reads them is written down."""
    objection = await require_objection(session, objection_id, caller)
    rows = await verification_repository.verifications_of(session, objection.id)
    shown = [shown_row(row, resources, caller) for row in rows]
    if any(shown):
        await record_read(session, request, objection, caller, EVIDENCE_READ)
    return [VerificationView.of(row, objection.state, one) for row, one in zip(rows, shown, strict=True)]


@router.get("/verifications/{verification_id}", summary="一次核实")
async def get_verification(
    verification_id: uuid.UUID,
    request: Request,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
) -> VerificationView:
    """With its ETag, which the answer names; who reads a corrected row is written down."""
    row = await require_readable(session, verification_id, caller)
    async with beyond_region(session):  # the bureau that is asked may be another one's than the household's
        objection = await objection_repository.get_objection(session, row.objection_id, "")
    assert objection is not None  # noqa: S101 - a foreign key
    shown = shown_row(row, resources, caller)
    if shown:
        await record_read(session, request, objection, caller, EVIDENCE_READ)
    response.headers["ETag"] = etag_of(row.version)
    return VerificationView.of(row, objection.state, shown)


@router.post("/verifications/{verification_id}/answer", summary="部门答复核实结果")
async def answer_verification(
    verification_id: uuid.UUID,
    body: AnswerBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    match: RequiredMatch,
    caller: Answering,
) -> VerificationView:
    """By the department that was asked, in its region; late answers count. A corrected row is checked as a delivery."""
    asked = await require_asked(session, verification_id, caller)
    answer = Answer(body.finding, body.note, body.row)
    verification_service.require_complete(asked, answer)
    if body.row:
        await check_corrected_row(asked, body.row, resources)
    async with beyond_region(session):
        objection = await objection_repository.get_objection(session, asked.objection_id, "", lock=True)
        assert objection is not None  # noqa: S101 - a foreign key
        row = await verification_repository.lock_verification(session, asked.id)
        check_match(match, row.version)
        done = await verification_service.record_answer(session, objection, row, answer, resources.vault, caller)
        await session.flush()
    response.headers["ETag"] = etag_of(done.version)
    return VerificationView.of(done, objection.state)


async def check_corrected_row(asked: FactVerification, row: Mapping[str, str], resources: Resources) -> None:
    """422 unless the row is one of the feed about the household, before anything is locked."""
    verification_service.require_no_faults(verification_service.faults_of_columns(asked, row))
    with resources.documents.workspace() as workspace:
        found = await to_thread.run_sync(check_row, contract_of(asked.feed), row, clock.today(), workspace)
    verification_service.require_no_faults(found)


def shown_row(row: FactVerification, resources: Resources, caller: Caller) -> dict[str, str] | None:
    """The corrected row, to officers who handle objections and to the department itself; auditors see none."""
    if caller.roles <= {Role.AUDITOR}:
        return None
    found = verification_service.corrected_row(row, resources.vault)
    return dict(found) if found is not None else None
