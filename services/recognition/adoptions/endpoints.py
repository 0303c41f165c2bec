"""`/v1/recognitions/adopted`: recognitions of another system's regions, entered, proven and adopted by two persons.

These paths are served before `/v1/recognitions/{recognition_id}`, which would match them.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.recognition.adoptions import repository as adoption_repository
from services.recognition.adoptions.domain import AdoptionState
from services.recognition.adoptions.models import Adoption
from services.recognition.adoptions.problems import AdoptionNotFound
from services.recognition.adoptions.schemas import AdoptionBody, AdoptionDocumentView, AdoptionView, EvidenceQuery
from services.recognition.adoptions.service import add_evidence, approve_adoption, enter_adoption, refuse_adoption
from services.recognition.decisions.endpoints import recognition_response
from services.recognition.decisions.schemas import RecognitionView
from services.recognition.resources import ResourcesDep
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.documents import DocumentNotFound, document_response, store_document
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import ReasonBody
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["recognitions"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]
Approver = Annotated[Caller, allow(Role.APPROVER)]
Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]


@router.post("/recognitions/adopted", status_code=201, summary="登记一项外地认定（互认地区迁入的户）")
async def enter(body: AdoptionBody, response: Response, session: SessionDep, caller: Officer) -> AdoptionView:
    """What the certificate says; a copy of it is uploaded next, then another person decides."""
    return adoption_response(await enter_adoption(session, body.order(), caller), response)


@router.get("/recognitions/adopted", summary="登记的外地认定")
async def list_entries(
    request: Request,
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[tuple[str, uuid.UUID]], paged(str, uuid.UUID)],
    state: Annotated[AdoptionState | None, Query()] = None,
) -> Page[AdoptionView]:
    """Inside the caller's region, by county."""
    await record_read(session, request, about("adoptions", caller.region), caller, "adoption:list")
    rows = await adoption_repository.list_adoptions(session, caller.region, state, page.after, page.wanted)
    return page.of(rows, AdoptionView.of, lambda row: (row.county, row.id))


@router.get("/recognitions/adopted/{adoption_id}", summary="一项登记的外地认定")
async def get_entry(
    adoption_id: uuid.UUID, request: Request, response: Response, session: SessionDep, caller: Reader
) -> AdoptionView:
    """With its ETag, which the decision must name."""
    adoption = await require_adoption(session, adoption_id, caller)
    await record_read(session, request, adoption, caller, "adoption:read")
    return adoption_response(adoption, response)


@router.post(
    "/recognitions/adopted/{adoption_id}/documents",
    status_code=201,
    summary="上传外地认定的证书或文件（PDF、JPEG、PNG）",
)
async def upload_evidence(
    adoption_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    query: Annotated[EvidenceQuery, Query()],
    caller: Officer,
) -> AdoptionDocumentView:
    """The file is stored first, without a transaction; then the entry names it."""
    await require_adoption(session, adoption_id, caller)
    await session.rollback()  # no transaction stays open while the file comes in
    stored = await store_document(resources.documents, request, resources.settings.largest_document)
    adoption = await require_adoption(session, adoption_id, caller, lock=True)
    return AdoptionDocumentView.of(await add_evidence(session, adoption, stored, query.name, caller))


@router.get("/recognitions/adopted/{adoption_id}/documents", summary="一项登记的证明文件")
async def list_evidence(adoption_id: uuid.UUID, session: SessionDep, caller: Reader) -> Page[AdoptionDocumentView]:
    """The copies that were uploaded."""
    adoption = await require_adoption(session, adoption_id, caller)
    documents = await adoption_repository.documents_of(session, adoption.id)
    return Page(items=[AdoptionDocumentView.of(document) for document in documents])


@router.get(
    "/recognitions/adopted/{adoption_id}/documents/{document_id}",
    summary="下载一份证明文件",
    response_class=StreamingResponse,
)
async def download_evidence(
    adoption_id: uuid.UUID,
    document_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
) -> StreamingResponse:
    """The copy of the certificate."""
    adoption = await require_adoption(session, adoption_id, caller)
    documents = await adoption_repository.documents_of(session, adoption.id)
    document = or_404(next((one for one in documents if one.id == document_id), None), DocumentNotFound)
    await record_read(session, request, adoption, caller, "document:read")
    return await document_response(resources.documents, document)


@router.post("/recognitions/adopted/{adoption_id}/approval", status_code=201, summary="认可外地认定（登记人不能批准）")
async def approve(
    adoption_id: uuid.UUID, response: Response, session: SessionDep, match: RequiredMatch, caller: Approver
) -> RecognitionView:
    """The recognition is valid here from now on."""
    adoption = await lock_own(session, adoption_id, caller, match)
    return recognition_response(await approve_adoption(session, adoption, caller), response)


@router.post("/recognitions/adopted/{adoption_id}/refusal", summary="不予认可，写明理由（登记人不能决定）")
async def refuse(
    adoption_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Approver,
) -> AdoptionView:
    """The entry ends."""
    adoption = await lock_own(session, adoption_id, caller, match)
    return adoption_response(await refuse_adoption(session, adoption, body.reason, caller), response)


async def require_adoption(
    session: SessionDep, adoption_id: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Adoption:
    """An entry inside the caller's region."""
    found = await adoption_repository.get_adoption(session, adoption_id, caller.region, lock=lock)
    return or_404(found, AdoptionNotFound)


async def lock_own(session: SessionDep, adoption_id: uuid.UUID, caller: Caller, match: str) -> Adoption:
    """An entry, locked, in the version that the caller read."""
    adoption = await require_adoption(session, adoption_id, caller, lock=True)
    check_match(match, adoption.version)
    return adoption


def adoption_response(adoption: Adoption, response: Response) -> AdoptionView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(adoption.version)
    response.headers["Location"] = f"/v1/recognitions/adopted/{adoption.id}"
    return AdoptionView.of(adoption)
