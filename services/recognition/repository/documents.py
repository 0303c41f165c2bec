"""What is known of handed-in files; the files themselves lie under their hashes."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, Document

OF_APPLICATION = Document.application_id == bindparam("application")
EVIDENCE = select(Document.evidence).where(OF_APPLICATION)
NUMBER = select(func.count()).select_from(Document).where(OF_APPLICATION)
ALL = select(Document).where(OF_APPLICATION).order_by(Document.added_at, Document.id)


async def evidence_of(session: AsyncSession, application_id: uuid.UUID) -> frozenset[str]:
    """What documents were handed in for, as `<criterion>:<document>`."""
    return frozenset((await session.execute(EVIDENCE, {"application": application_id})).scalars())


async def evidence_among(
    session: AsyncSession, applications: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Collection[str]]:
    """The same for many applications; none for one without documents."""
    query = select(Document.application_id, Document.evidence).where(Document.application_id.in_(applications))
    found = defaultdict[uuid.UUID, set[str]](set)
    for row in await session.execute(query):
        found[row.application_id].add(row.evidence)
    return found


async def forget_kinds(session: AsyncSession, application_id: uuid.UUID, *, of_others_than: str) -> None:
    """Take away what others handed in about a former operator's person (`kind.…`)."""
    query = delete(Document).where(Document.application_id == application_id, Document.evidence.startswith("kind."))
    await session.execute(query.where(Document.added_by != of_others_than))


async def of_application(session: AsyncSession, application_id: uuid.UUID) -> Sequence[Document]:
    """An application's documents, oldest first."""
    return (await session.execute(ALL, {"application": application_id})).scalars().all()


async def get(session: AsyncSession, document_id: uuid.UUID) -> tuple[Document, Application] | None:
    """A document with the application that it belongs to; who may read it is the application's question."""
    query = select(Document, Application).join(Application, Application.id == Document.application_id)
    found = (await session.execute(query.where(Document.id == document_id))).first()
    return (found[0], found[1]) if found else None


async def number_of(session: AsyncSession, application_id: uuid.UUID) -> int:
    """How many documents an application has."""
    return (await session.execute(NUMBER, {"application": application_id})).scalar_one()


async def files_named(session: AsyncSession) -> frozenset[str]:
    """The digests of all files that a row names."""
    return frozenset((await session.execute(select(Document.sha256).distinct())).scalars())
