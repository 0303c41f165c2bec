"""Documents of an application: what they are handed in for, and until when. The files are stored by the platform."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications.domain import APPLICATION_STATES, ApplicationState
from services.recognition.applications.models import Application, Document
from services.recognition.applications.problems import DocumentsClosed, DocumentsFull, VisitPhotoByOfficerOnly
from shared import clock
from shared.platform import audit
from shared.platform.documents import StoredDocument
from shared.platform.identity import Caller, Role

VISIT_EVIDENCE = "visit"
"""The purpose of photos of a site visit, which only officers upload."""
MAX_DOCUMENTS = 100
"""The most documents that one application may have."""


CLOSED_TO_DOCUMENTS = (ApplicationState.WITHDRAWN, ApplicationState.REFUSED)


async def check_accepts_documents(session: AsyncSession, application: Application) -> None:
    """409 for an application that has ended, or has as many documents as one may have."""
    if application.state in CLOSED_TO_DOCUMENTS:
        raise DocumentsClosed(f"申报已{APPLICATION_STATES.label(application.state)}，不能再上传材料")
    if await application_repository.count_documents(session, application.id) >= MAX_DOCUMENTS:
        raise DocumentsFull(f"一份申报最多 {MAX_DOCUMENTS} 份材料")


async def add_document(
    session: AsyncSession,
    application: Application,
    stored: StoredDocument,
    *,
    evidence: str,
    name: str,
    caller: Caller,
) -> Document:
    """The row of a stored file. `evidence` names its purpose: `<criterion>:<document>`, `consent` or `visit`.

    Errors: 403 for a photo of a visit that is not an officer's, 409 once the application has ended or has too many
    documents. The new version makes an approver who is deciding read the application again.
    """
    await check_accepts_documents(session, application)
    if evidence == VISIT_EVIDENCE and Role.OFFICER not in caller.roles:
        raise VisitPhotoByOfficerOnly
    document = Document(
        id=uuid.uuid4(),
        application_id=application.id,
        evidence=evidence,
        name=name,
        media_type=stored.media_type,
        bytes=stored.size,
        sha256=stored.sha256,
        added_by=caller.subject,
        added_at=clock.now(),
    )
    session.add(document)
    if application.state == ApplicationState.IN_PROGRESS:
        application.version += 1
    await session.flush()
    await audit.record(session, application, caller, "document:add", {"evidence": evidence, "sha256": stored.sha256})
    return document
