"""Sealing: what waits for a system becomes a batch of pages whose bytes do not change any more.

Page by page, so that no more than a page is in memory; all in one transaction. A row leaves `waiting` with it, so it is
in one open batch at most, and a batch has it once.
"""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any

import orjson
import structlog
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.batches import repository
from services.notification.publication.batches.domain import (
    BatchState,
    batch_digest,
    compress,
    encode_page,
    page_digest,
)
from services.notification.publication.batches.models import PublicationBatch, PublicationPage
from services.notification.publication.batches.service import lock_open, reopen
from services.notification.publication.peers.peer import Record
from services.notification.publication.records.domain import Urgency
from services.notification.publication.systems import Kind, System
from shared import clock
from shared.database.connections import Database
from shared.platform.scope import PROVINCE_DIGITS

log = structlog.get_logger()


async def seal(
    session: AsyncSession, system: System, urgency: Urgency, *, page_size: int, most: int
) -> PublicationBatch | None:
    """Seals a batch of at most so many records, or none where nothing waits. Parts of a refused batch go first."""
    batch, together = uuid.uuid4(), await repository.largest_half(session, system, urgency)
    pages: list[PublicationPage] = []
    left, provinces = most if together is None else min(most, together), set[str]()

    async def take_page(wanted: int) -> int:
        """How many rows were taken. They are let go before the next page is read: each takes some 10 MB."""
        rows = await repository.take_waiting(session, system, urgency, batch, wanted, together)
        provinces.update(row.region[:PROVINCE_DIGITS] for row in rows)
        if rows:
            pages.append(await asyncio.to_thread(_page, batch, len(pages) + 1, rows))
        return len(rows)

    while left:
        wanted = min(page_size, left)
        taken = await take_page(wanted)
        left = left - taken if taken == wanted else 0
    if not pages:
        return None
    now = clock.now()
    sealed = PublicationBatch(
        id=batch,
        system=system,
        urgency=urgency,
        state=BatchState.SEALED,
        pages=len(pages),
        records=sum(page.records for page in pages),
        digest=batch_digest([page.digest for page in pages]),
        provinces=sorted(provinces),
        sealed_at=now,
        next_try_at=now,
    )
    session.add(sealed)
    await session.flush()
    session.add_all(pages)
    await session.flush()
    return sealed


async def seal_for_files(database: Database, system: System, most: int) -> bool:
    """Seals for a system that takes files only, of so many records at most. Batches stay sealed until officers hand
    them over: full ones, and one that is not full where no other such of its urgency waits to be handed over, so that
    few files go to and fro. One that nobody has handed over and that says what is to be corrected or taken down since
    is taken apart first.
    """
    async with database.transaction() as session:
        overtaken = await repository.next_overtaken(session, system)
        batch = await lock_open(session, overtaken) if overtaken is not None else None
        if batch is not None and batch.state is BatchState.SEALED:
            records = await reopen(session, batch)
            log.info("publication_reopened", system=system.value, batch=str(batch.id), records=records)
            return True
    for urgency in Urgency:
        async with database.transaction() as session:
            is_small = await repository.has_small_file(session, system, urgency, most)
            enough = await repository.count_waiting(session, system, urgency, most) >= (most if is_small else 1)
            if enough and await seal(session, system, urgency, page_size=most, most=most):
                return True
    return False


def _page(batch: uuid.UUID, number: int, rows: Sequence[Row[Any]]) -> PublicationPage:
    content = encode_page(map(_record, rows))
    return PublicationPage(
        batch_id=batch, number=number, records=len(rows), digest=page_digest(content), body=compress(content)
    )


def _record(row: Row[Any]) -> Record:
    content = {} if row.content is None else orjson.loads(row.content)
    return Record(Kind(row.kind), row.key, row.uscc, row.region, row.version, row.removed, content)
