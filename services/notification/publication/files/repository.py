"""SQL of files and receipts."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.batches.models import PublicationBatch, PublicationPage
from services.notification.publication.files.domain import Answer
from services.notification.publication.files.models import (
    PublicationHandover,
    PublicationReceipt,
    PublicationReceiptRow,
)
from services.notification.publication.peers.peer import RecordKey, Verdict
from services.notification.publication.records.models import PublicationRow
from shared.database.row_scope import beyond_region

RECEIPT, LINE = PublicationReceipt, PublicationReceiptRow


async def get_batch(session: AsyncSession, batch: uuid.UUID) -> PublicationBatch | None:
    """A batch."""
    return await session.get(PublicationBatch, batch)


async def pages_of(session: AsyncSession, batch: uuid.UUID) -> Sequence[PublicationPage]:
    """Its pages in order, with their bodies."""
    query = select(PublicationPage).where(PublicationPage.batch_id == batch).order_by(PublicationPage.number)
    return (await session.scalars(query)).all()


async def keys_of(session: AsyncSession, batch: uuid.UUID) -> list[RecordKey]:
    """The records of an open batch, wherever they are by now."""
    query = select(PublicationRow.kind, PublicationRow.key).where(PublicationRow.batch_id == batch)
    async with beyond_region(session):
        return [(row.kind, row.key) for row in await session.execute(query)]


async def get_handover(session: AsyncSession, batch: uuid.UUID) -> PublicationHandover | None:
    """That a batch was handed over."""
    return await session.get(PublicationHandover, batch)


async def same_receipt(session: AsyncSession, batch: uuid.UUID, digest: str) -> PublicationReceipt | None:
    """The receipt that the same file was before."""
    return await session.scalar(select(RECEIPT).where(RECEIPT.batch_id == batch, RECEIPT.digest == digest))


async def receipts_of(session: AsyncSession, batch: uuid.UUID) -> Sequence[PublicationReceipt]:
    """Receipts of a batch, in the order of their arrival."""
    query = select(RECEIPT).where(RECEIPT.batch_id == batch).order_by(RECEIPT.received_at, RECEIPT.id)
    return (await session.scalars(query)).all()


async def answered_before(session: AsyncSession, batch: uuid.UUID) -> dict[RecordKey, bool]:
    """What earlier receipts said: whether a record was taken."""
    query = select(LINE.kind, LINE.key, LINE.taken).where(LINE.batch_id == batch)
    return {(row.kind, row.key): row.taken for row in await session.execute(query)}


async def count_answered(session: AsyncSession, batch: uuid.UUID) -> int:
    """How many records receipts name."""
    return await session.scalar(select(func.count()).select_from(LINE).where(LINE.batch_id == batch)) or 0


async def keep_answers(session: AsyncSession, receipt: PublicationReceipt, answers: Mapping[RecordKey, Answer]) -> None:
    """What a receipt says that is new."""
    values = [
        {
            "batch_id": receipt.batch_id,
            "receipt_id": receipt.id,
            "kind": kind,
            "key": key,
            "taken": one.taken,
            "code": one.code,
            "message": one.message,
        }
        for (kind, key), one in answers.items()
    ]
    if values:
        await session.execute(insert(LINE), values)


async def verdicts_of(session: AsyncSession, batch: uuid.UUID) -> dict[RecordKey, Verdict]:
    """The records that receipts say were refused."""
    query = select(LINE.kind, LINE.key, LINE.code, LINE.message).where(LINE.batch_id == batch, LINE.taken.is_(False))
    return {(row.kind, row.key): Verdict(row.code or "", row.message or "") for row in await session.execute(query)}
