"""Documents of an objection: evidence, written consent, minutes of a hearing, the answer."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.filing.problems import DocumentsClosed, DocumentsFull, PurposeOfOfficers
from services.objection.objections import repository as objection_repository
from services.objection.objections.domain import ENDED, OBJECTION_STATES
from services.objection.objections.models import Objection, ObjectionDocument
from shared.platform import audit
from shared.platform.documents import StoredDocument
from shared.platform.identity import STAFF, Caller

EVIDENCE, CONSENT, ANSWER = "evidence", "consent", "answer"


def may_read(document: ObjectionDocument, objection: Objection, caller: Caller) -> bool:
    """Staff read all of it. The objector reads what they handed in, or what was handed in for them at the counter, and
    the answer once it is given: minutes of a hearing and what officers collected may speak of others.
    """
    if caller.roles & STAFF or document.added_by == caller.subject:
        return True
    if document.purpose == ANSWER:
        return objection.state in ENDED
    return document.purpose in (EVIDENCE, CONSENT) and document.added_by == objection.entered_by


async def check_accepts_documents(
    session: AsyncSession, objection: Objection, purpose: str, most: int, caller: Caller
) -> None:
    """409 for an objection that is over or has as many documents as one may have, 403 for a kind that only officers
    add.
    """
    if purpose != EVIDENCE and not caller.roles & STAFF:
        raise PurposeOfOfficers
    if objection.state in ENDED:
        raise DocumentsClosed(f"异议{OBJECTION_STATES.label(objection.state)}，不能再上传材料。")
    if await objection_repository.count_documents(session, objection.id) >= most:
        raise DocumentsFull(f"一件异议最多 {most} 份材料。")


async def add_document(
    session: AsyncSession,
    objection: Objection,
    stored: StoredDocument,
    *,
    purpose: str,
    name: str,
    most: int,
    caller: Caller,
) -> ObjectionDocument:
    """The row of a stored file, of a locked objection. The new version makes whoever decides read it again."""
    await check_accepts_documents(session, objection, purpose, most, caller)
    document = ObjectionDocument(
        id=uuid.uuid4(),
        objection_id=objection.id,
        purpose=purpose,
        name=name,
        media_type=stored.media_type,
        bytes=stored.size,
        sha256=stored.sha256,
        added_by=caller.subject,
    )
    session.add(document)
    objection.version += 1
    await session.flush()
    await session.refresh(document)
    await audit.record(session, objection, caller, "document:add", {"purpose": purpose, "sha256": stored.sha256})
    return document
