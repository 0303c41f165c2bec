"""Documents of an application: handed in as streams, read by its operator, the department, officers of the county."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse

from services.recognition.endpoints.seen import READERS, check_in_sight, readable
from services.recognition.repository import documents
from services.recognition.resources import ResourcesDep
from services.recognition.schemas.applications import DocumentQuery, DocumentView
from services.recognition.service.adoptions import check_adopted
from services.recognition.service.documents import add_document, store
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Page
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["applications"], route_class=TransactionalRoute)


@router.post("/applications/{application_id}/documents", status_code=201, summary="上传申报材料（PDF、JPEG、PNG）")
async def add(
    application_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    query: Annotated[DocumentQuery, Query()],
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.BUREAU)],
) -> DocumentView:
    """The stream is taken in first; the row joins the application after."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    await check_in_sight(session, application_id, caller)
    await session.rollback()  # no transaction stays open while the file comes in
    stored = await store(resources.documents, media_type, request.stream(), resources.settings.largest_document)
    application = await readable(session, application_id, caller, lock=True)
    document = await add_document(
        session, application, stored, evidence=query.evidence, name=query.name, media_type=media_type, caller=caller
    )
    return DocumentView.of(document)


@router.get("/applications/{application_id}/documents", summary="一份申报的材料")
async def listed(
    application_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, allow(*READERS)]
) -> Page[DocumentView]:
    """What was handed in."""
    application = await readable(session, application_id, caller)
    check_adopted(application, caller)
    return Page(items=[DocumentView.of(one) for one in await documents.of_application(session, application.id)])


@router.get("/documents/{document_id}", summary="下载一份材料", response_class=FileResponse)
async def download(
    document_id: uuid.UUID,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(*READERS)],
) -> FileResponse:
    """The file itself."""
    found = await documents.get(session, document_id)
    if found is None:
        raise Problem(404, "document-not-found", "没有这份材料", "没有这份材料，或不在您的管辖范围内")
    document, application = found
    check_adopted(await readable(session, application.id, caller), caller)
    path, headers = resources.documents.path(document.sha256), {"X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type=document.media_type, filename=document.name, headers=headers)
