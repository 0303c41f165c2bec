"""Uploaded documents: size and content are checked, the file is stored under its hash before the row that names it."""

import uuid
from collections.abc import AsyncIterator

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications.domain import APPLICATION_STATES, ApplicationState
from services.recognition.applications.models import Application, Document
from services.recognition.applications.problems import (
    DocumentContentMismatch,
    DocumentsClosed,
    DocumentsFull,
    DocumentTooLarge,
    DocumentTypeRefused,
    VisitPhotoByOfficerOnly,
)
from shared.feeds.intake.refusals import DeliveryRefused
from shared.feeds.intake.store import BLOCK, Spooled, Store, spool
from shared.platform import audit
from shared.platform.identity import Caller, Role

VISIT_EVIDENCE = "visit"
"""The purpose of photos of a site visit, which only officers upload."""
MAGIC_BYTES = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
"""Accepted media types, and the bytes with which such files begin."""
MAX_DOCUMENTS = 100
"""The most documents that one application may have."""


CLOSED_TO_DOCUMENTS = (ApplicationState.WITHDRAWN, ApplicationState.REFUSED)


async def store_file(files: Store, media_type: str, chunks: AsyncIterator[bytes], largest: int) -> Spooled:
    """Store an uploaded stream: 415 for a type that is not accepted, 422 for another or empty content, 413 when too
    large.
    """
    beginning = MAGIC_BYTES.get(media_type)
    if beginning is None:
        raise DocumentTypeRefused
    head = await first_block(chunks)
    if not head.startswith(beginning):
        raise DocumentContentMismatch(f"文件不是 {media_type}，或是空文件")
    if len(head) <= min(BLOCK, largest):
        return Spooled(await to_thread.run_sync(files.keep_bytes, head), len(head))
    with files.workspace() as workspace:
        incoming = workspace / "document"
        try:
            spooled = await spool(prepend(head, chunks), incoming, largest)
        except DeliveryRefused as refusal:
            said = f"一份材料最大 {largest // 2**20} MB"
            raise DocumentTooLarge(said) from refusal
        await to_thread.run_sync(files.keep, incoming)
    return spooled


async def first_block(chunks: AsyncIterator[bytes]) -> bytes:
    """The beginning of the stream: all of it if it is at most one block, else more than one block."""
    head = bytearray()
    async for chunk in chunks:
        head += chunk
        if len(head) > BLOCK:
            break
    return bytes(head)


async def prepend(head: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A stream with its first part, which was read already, put back in front."""
    yield head
    async for chunk in rest:
        yield chunk


async def check_accepts_documents(session: AsyncSession, application: Application) -> None:
    """409 for an application that has ended, or has as many documents as one may have."""
    if application.state in CLOSED_TO_DOCUMENTS:
        raise DocumentsClosed(f"申报已{APPLICATION_STATES.label(application.state)}，不能再上传材料")
    if await application_repository.count_documents(session, application.id) >= MAX_DOCUMENTS:
        raise DocumentsFull(f"一份申报最多 {MAX_DOCUMENTS} 份材料")


async def add_document(
    session: AsyncSession,
    application: Application,
    stored: Spooled,
    *,
    evidence: str,
    name: str,
    media_type: str,
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
        media_type=media_type,
        bytes=stored.size,
        sha256=stored.sha256,
        added_by=caller.subject,
    )
    session.add(document)
    if application.state == ApplicationState.IN_PROGRESS:
        application.version += 1
    await session.flush()
    await audit.record(session, application, caller, "document:add", {"evidence": evidence, "sha256": stored.sha256})
    return document
