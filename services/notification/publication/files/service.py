"""A batch as a file, that it was handed over, and what its receipts say, until it is concluded like any other."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.batches.domain import AlteredPageError, BatchState, check_batch, open_page
from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.batches.service import (
    conclude,
    kept_code,
    kept_message,
    lock_open,
    move,
    reopen,
)
from services.notification.publication.files import repository
from services.notification.publication.files.domain import MOST_FAULTS, Answer, judge
from services.notification.publication.files.models import PublicationHandover, PublicationReceipt
from services.notification.publication.files.problems import (
    AlreadyHandedOver,
    BatchNotFound,
    BatchOver,
    BatchReopened,
    FileAltered,
    NotByFile,
    NotConnected,
    NotHandedOver,
    NothingAnswered,
    ReceiptRefused,
)
from services.notification.publication.peers.connections import peer_urls_of
from services.notification.publication.peers.peer import Record
from services.notification.settings import NotificationSettings
from shared import clock
from shared.database.row_scope import beyond_region
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.lookups import or_404
from shared.platform.scope import PROVINCE_DIGITS


async def batch_for_files(
    session: AsyncSession, settings: NotificationSettings, caller: Caller, batch: uuid.UUID, *, lock: bool = False
) -> PublicationBatch:
    """An open batch of a system that takes files only, all of it in the caller's region. Errors: BatchNotFound,
    NotByFile, NotConnected, BatchOver, BatchReopened.
    """
    found = await batch_of(session, caller, batch)
    url = peer_urls_of(settings).get(found.system)
    if url is None:
        raise NotConnected
    if not url.files_only:
        raise NotByFile
    current = await lock_open(session, batch) if lock else found
    if current is None or current.ended_at is not None:
        raise BatchReopened if found.state is BatchState.REOPENED else BatchOver
    return current


async def batch_of(session: AsyncSession, caller: Caller, batch: uuid.UUID) -> PublicationBatch:
    """A batch that the caller may see: the province's staff, of their province. Errors: BatchNotFound."""
    found = or_404(await repository.get_batch(session, batch), BatchNotFound)
    if len(caller.region) > PROVINCE_DIGITS or not all(caller.covers(province) for province in found.provinces):
        raise BatchNotFound
    return found


async def unseal(session: AsyncSession, batch: PublicationBatch) -> list[Record]:
    """The records of an open batch, checked against their digests. Errors: FileAltered."""
    pages = await repository.pages_of(session, batch.id)
    try:
        check_batch(batch.digest, [page.digest for page in pages])
        return [record for page in pages for record in open_page(page.body, page.digest)]
    except AlteredPageError:
        raise FileAltered from None


async def hand_over(session: AsyncSession, batch: PublicationBatch, caller: Caller, number: str | None) -> None:
    """The locked batch was handed over: from now on it waits for receipts. Errors: AlreadyHandedOver."""
    if batch.state is not BatchState.SEALED:
        raise AlreadyHandedOver
    now = clock.now()
    move(batch, BatchState.SENDING)
    move(batch, BatchState.SENT)
    batch.ticket, batch.sent_at = number, now
    session.add(PublicationHandover(batch_id=batch.id, handed_by=caller.subject, handed_at=now, number=number))
    await _record(session, batch, caller, "publication:hand-over", {"ticket": number})


async def reopen_batch(session: AsyncSession, batch: PublicationBatch, caller: Caller, reason: str) -> None:
    """The locked batch is taken apart: its records wait again, as they are now. Errors: AlreadyHandedOver."""
    if batch.state is not BatchState.SEALED:
        raise AlreadyHandedOver
    details: dict[str, object] = {"reason": reason, "records": batch.records, "digest": batch.digest}
    await _record(session, batch, caller, "publication:reopen", details)
    async with beyond_region(session):  # as below
        await reopen(session, batch)


@dataclass(frozen=True)
class Imported:
    """What came of a receipt: how many records it named for the first time, whether it was not there before."""

    receipt: PublicationReceipt
    fresh: int
    new: bool


async def import_receipt(
    session: AsyncSession, batch: PublicationBatch, caller: Caller, digest: str, answers: Sequence[Answer]
) -> Imported:
    """What a file says of records of the locked batch; all of it or nothing. When every record is answered, the batch
    ends. Errors: NotHandedOver, ReceiptRefused.
    """
    if batch.state is not BatchState.SENT:
        raise NotHandedOver
    before = await repository.answered_before(session, batch.id)
    keys = await repository.keys_of(session, batch.id)
    fresh, faults = judge(answers, batch.number, keys, before)
    if faults:
        raise ReceiptRefused("".join(faults[:3]), faults=faults[:MOST_FAULTS])
    receipt = PublicationReceipt(
        batch_id=batch.id,
        digest=digest,
        rows=len(answers),
        rejected=sum(not one.taken for one in answers),
        received_by=caller.subject,
        received_at=clock.now(),
    )
    session.add(receipt)
    await session.flush()
    await repository.keep_answers(session, receipt, {record: storable(one) for record, one in fresh.items()})
    counted = {"digest": receipt.digest, "rows": receipt.rows, "rejected": receipt.rejected}
    await _record(session, batch, caller, "publication:receipt", counted)
    if len(before) + len(fresh) == len(keys):
        await _conclude(session, batch)
    return Imported(receipt, len(fresh), new=True)


def storable(answer: Answer) -> Answer:
    """Code and message as they are kept."""
    code, message = answer.code, answer.message
    return replace(
        answer,
        code=None if code is None else kept_code(code),
        message=None if message is None else kept_message(message),
    )


async def conclude_rest(session: AsyncSession, batch: PublicationBatch, caller: Caller, reason: str) -> None:
    """The system names only some records, and the officer says that it has taken all others. Errors: NotHandedOver,
    NothingAnswered.
    """
    if batch.state is not BatchState.SENT:
        raise NotHandedOver
    answered = await repository.count_answered(session, batch.id)
    if not answered:
        raise NothingAnswered
    rest = len(await repository.keys_of(session, batch.id)) - answered
    await _record(session, batch, caller, "publication:conclude", {"reason": reason, "taken_unnamed": rest})
    await _conclude(session, batch)


async def _conclude(session: AsyncSession, batch: PublicationBatch) -> None:
    """With what the receipts say. A record may have moved since it was taken into the batch, and ends with it."""
    async with beyond_region(session):
        await conclude(session, batch, await repository.verdicts_of(session, batch.id))


async def _record(
    session: AsyncSession, batch: PublicationBatch, caller: Caller, action: str, details: dict[str, object]
) -> None:
    """In the chain of the caller's region: a batch has records of many."""
    about = audit.about(batch.id, caller.region, system=batch.system.value, number=batch.number)
    await audit.record(session, about, caller, action, details)
