"""`/v1/objections`: file, read one's own, withdraw; documents of an objection."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.objection.filing import repository as filing_repository
from services.objection.filing.documents import add_document, check_accepts_documents, may_read
from services.objection.filing.prospects import look_ahead
from services.objection.filing.schemas import (
    DocumentQuery,
    DocumentView,
    FilingBody,
    FilingView,
    GroundsQuery,
    WithdrawalBody,
)
from services.objection.filing.service import file_objection, withdraw
from services.objection.objections import repository as objection_repository
from services.objection.objections.endpoints import objection_response
from services.objection.objections.lookups import lock_objection, require_objection
from services.objection.objections.schemas import ObjectionView
from services.objection.objectors.service import keep_consent
from services.objection.resources import ResourcesDep
from services.objection.rules.schemas import GroundsView
from shared import clock
from shared.platform.audited_access import record_read
from shared.platform.caching import cacheable
from shared.platform.documents import DocumentNotFound, document_response, store_document
from shared.platform.etag import RequiredMatch
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["objections"], route_class=TransactionalRoute)

READERS = (Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR)


@router.get("/grounds", dependencies=[cacheable()], summary="可以提出异议的理由，适用的期限，由谁受理、解释、决定")
async def list_grounds(
    session: SessionDep, caller: Annotated[Caller, anyone()], query: Annotated[GroundsQuery, Query()]
) -> GroundsView:
    """By the policy that would apply today. The last day is shown to those who may know of the decision."""
    prospect = await look_ahead(session, query.target(), caller, clock.now())
    return GroundsView.of(prospect.applied, prospect.last_day)


@router.post("/objections", status_code=201, summary="提出异议")
async def create_objection(
    body: FilingBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER)],
) -> FilingView:
    """By the household's operator; against a public notice by anyone named; by an officer at the counter for somebody
    who agreed. 200 when it was joined to the objector's own open one.
    """
    filed = await file_objection(session, resources, body.order(), caller, clock.now())
    response.status_code = 200 if filed.joined else 201
    response.headers["Location"] = f"/v1/objections/{filed.objection.id}"
    return FilingView.of_filing(filed, await objection_response(session, filed.objection, caller, response))


@router.get("/objections/mine", summary="我的异议")
async def list_my_objections(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR)],
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)],
) -> Page[ObjectionView]:
    """Those that the account filed, and those that were filed for it at the counter."""
    rows = await filing_repository.list_own(session, caller.operator_ref or "", page.after, page.wanted)
    return page.of(rows, ObjectionView.of, lambda row: row.id)


@router.post("/objections/{objection_id}/withdrawal", summary="撤回异议")
async def withdraw_objection(
    objection_id: uuid.UUID,
    body: WithdrawalBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER)],
) -> ObjectionView:
    """By the objector any time before the decision; by an officer at the counter with the objector's consent."""
    objection = await lock_objection(session, objection_id, caller, match)
    await withdraw(session, objection, caller, body.consent)
    await keep_consent(session, resources.vault, objection, "withdraw", body.consent, caller)
    return await objection_response(session, objection, caller, response)


@router.post("/objections/{objection_id}/documents", status_code=201, summary="上传材料（PDF、JPEG、PNG）")
async def upload_document(
    objection_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    query: Annotated[DocumentQuery, Query()],
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER)],
) -> DocumentView:
    """The file is stored first, without a transaction; then its row is added to the objection."""
    purpose, most = query.purpose.value, resources.settings.most_documents
    objection = await require_objection(session, objection_id, caller)
    await check_accepts_documents(session, objection, purpose, most, caller)
    await session.rollback()  # no transaction stays open while the file comes in
    stored = await store_document(resources.documents, request, resources.settings.largest_document)
    objection = await require_objection(session, objection_id, caller, lock=True)
    document = await add_document(
        session, objection, stored, purpose=purpose, name=query.name, most=most, caller=caller
    )
    return DocumentView.of(document)


@router.get("/objections/{objection_id}/documents", summary="一件异议的材料")
async def list_documents(
    objection_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, allow(*READERS)]
) -> Page[DocumentView]:
    """In the order of their arrival. To the objector those that they handed in, and the answer."""
    objection = await require_objection(session, objection_id, caller)
    rows = await objection_repository.documents_of(session, objection.id)
    return Page(items=[DocumentView.of(row) for row in rows if may_read(row, objection, caller)])


@router.get("/documents/{document_id}", summary="下载一份材料", response_class=StreamingResponse)
async def download_document(
    document_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(*READERS)],
) -> StreamingResponse:
    """The file."""
    document = or_404(await filing_repository.get_document(session, document_id), DocumentNotFound)
    objection = await require_objection(session, document.objection_id, caller)
    if not may_read(document, objection, caller):
        raise DocumentNotFound
    await record_read(session, request, objection, caller, "document:read")
    return await document_response(resources.documents, document)
