"""A delivery of contacts: received and checked in memory, each phone and e-mail sealed before it reaches the database.

The file is stored nowhere, not even while it is checked (`judging`); its rejects name row and column only. Checking and
sealing hold no lock: withdrawals wait only while sealed rows are merged.
"""

import os
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

import anyio.from_thread
import anyio.to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts import repository as contact_repository
from services.notification.contacts.domain import FEED
from services.notification.contacts.models import Contact, ContactDelivery
from services.notification.contacts.repository import ContactMerge
from services.notification.registers.repository import HOUSEHOLDS
from services.notification.resources import ContactIntake
from shared import clock
from shared.feeds.intake.absence import unlisted_wait
from shared.feeds.intake.context import Judging
from shared.feeds.intake.declaration import Declaration
from shared.platform.deliveries.coverage import Coverage
from shared.platform.deliveries.receiving import Arrived, Receiving
from shared.platform.identity import Caller
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Place, Vault

if TYPE_CHECKING:  # the worker, which checks no deliveries, loads neither DuckDB nor Arrow
    import pyarrow as pa

    from shared.feeds.validation.delivery import DeliveryReport

BATCH = 20_000
TABLE = Contact.__tablename__
JUDGING = "services.notification.contacts.judging"


class ContactDeclaration(Declaration):
    """A delivery of contacts, as declared."""

    service = "通知服务"
    taken = (FEED,)


@dataclass(frozen=True)
class CheckedContacts:
    """What is in a file: the counts, with the rejects in the workspace; the accepted rows are staged, sealed."""

    report: "DeliveryReport"


async def check(session: AsyncSession, arrived: Arrived) -> CheckedContacts:
    """The file checked row by row against the feed's contract and against the households of the declared region; what
    is accepted is sealed and staged.
    """
    report, accepted = await anyio.to_thread.run_sync(_check_file, session, arrived)
    await contact_repository.stage(session, sealed_batches(contact_intake(arrived).vault, accepted))
    return CheckedContacts(report)


def _check_file(session: AsyncSession, arrived: Arrived) -> "tuple[DeliveryReport, Sequence[pa.RecordBatch]]":
    """In a child process; the accepted rows come from it through memory."""
    intake, declared = contact_intake(arrived), arrived.declared
    rows = os.memfd_create("contacts")

    def answer(codes: list[str]) -> list[str]:
        return sorted(anyio.from_thread.run(partial(known_codes, session, codes, declared.region)))

    with os.fdopen(rows, "rb") as accepted:
        judging = Judging(f"{JUDGING}:check_contacts", (intake.samples,), answer, (rows,))
        report = intake.bench.check(
            arrived.file, declared, clock.today(), arrived.workspace / "checked", judging=judging
        )
        accepted.seek(0)
        return report, rows_of_stream(accepted)


async def known_codes(session: AsyncSession, codes: Sequence[str], region: str) -> frozenset[str]:
    """Which of the codes are households of the region."""
    found: set[str] = set()
    for start in range(0, len(codes), BATCH):
        found.update(await HOUSEHOLDS.codes_inside(session, codes[start : start + BATCH], region))
    return frozenset(found)


async def count_in(session: AsyncSession, arrived: Arrived, checked: CheckedContacts) -> ContactDelivery:
    """What is staged, merged."""
    declared, report = arrived.declared, checked.report
    await contact_repository.lock_merging(session, declared.region)
    delivery = ContactDelivery(
        **arrived.columns(report), id=uuid.uuid4(), delivered_by=arrived.caller.subject, delivered_at=clock.now()
    )
    full = declared.mode == "full" and delivery.coverage is not Coverage.NOTHING
    merging = ContactMerge(declared.region, full, delivery.id, rejected_codes(report))
    if full:
        unlisted, before = await contact_repository.count_unlisted(session, merging)
        rules = arrived.intake.absence
        if rules.need_a_word(rows=delivery.rows, unlisted=unlisted, before=before, unreadable=delivery.unreadable):
            delivery.coverage, delivery.unlisted = Coverage.WAITING, unlisted
            delivery.warnings = [*delivery.warnings, unlisted_wait(unlisted)]
            merging = replace(merging, full=False)
    delivery.changed = await contact_repository.merge(session, merging)
    if delivery.coverage is Coverage.WAITING:
        await contact_repository.keep_rejected(session, merging)
    session.add(delivery)
    await session.flush()
    return delivery


async def remove_unlisted(session: AsyncSession, delivery: ContactDelivery, _caller: Caller) -> int:
    """Remove the contacts that a merged delivery does not list, as an officer confirmed; how many they are."""
    await contact_repository.lock_merging(session, delivery.region)
    return await contact_repository.dismiss_unlisted(session, delivery.id, delivery.region, delivery.delivered_at)


async def sealed_batches(vault: Vault, accepted: "Sequence[pa.RecordBatch]") -> AsyncIterator[list[tuple[Any, ...]]]:
    """The rows as they are stored, a batch at a time; sealing uses the processor, so it is done in a thread."""
    for batch in accepted:
        yield await anyio.to_thread.run_sync(_sealed, vault, batch)


def _sealed(vault: Vault, batch: "pa.RecordBatch") -> list[tuple[Any, ...]]:
    def seal(column: str, uscc: str, value: str | None) -> bytes | None:
        return None if value is None else vault.seal(Place(TABLE, column, uscc), PersonalText(value)).stored

    return [
        (uscc, seal("phone", uscc, phone), mobile, seal("email", uscc, email), consented_on)
        for uscc, phone, mobile, email, consented_on in _rows_of(batch)
    ]


def rows_of_stream(stream: BinaryIO) -> "list[pa.RecordBatch]":
    """What a child has written."""
    import pyarrow as pa

    with pa.ipc.open_stream(stream.read()) as batches:
        return list(batches)


def _rows_of(batch: "pa.RecordBatch") -> Iterator[Any]:
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)


def rejected_codes(report: "DeliveryReport") -> list[str]:
    """Households with a rejected row: what is stored of them stays."""
    import pyarrow.parquet as pq

    codes = pq.read_table(report.rejected_keys_path, columns=["uscc"]).column("uscc").to_pylist()
    return sorted({code for code in codes if code})


def contact_intake(arrived: Arrived) -> ContactIntake:
    """The intake that the service opened."""
    intake = arrived.intake
    if not isinstance(intake, ContactIntake):
        raise TypeError("contacts are taken in by the notification service's own intake")
    return intake


RECEIVING = Receiving(
    ContactDelivery,
    ContactDeclaration,
    check=check,
    count_in=count_in,
    remove_unlisted=remove_unlisted,
    officers=True,
    in_memory=True,
)
