"""A delivery of contacts: received and checked in memory, each phone and e-mail sealed before it reaches the database.

The file is stored nowhere, not even while it is checked; its rejects name row and column only. Checking and sealing
hold no lock: withdrawals wait only while sealed rows are merged.
"""

import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio.from_thread
import anyio.to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts import repository as contact_repository
from services.notification.contacts.domain import FEED, ContactRow, RowJudge
from services.notification.contacts.models import Contact, ContactDelivery
from services.notification.contacts.repository import ContactMerge
from services.notification.registers.repository import HOUSEHOLDS
from services.notification.resources import ContactIntake
from shared import clock
from shared.feeds.intake.declaration import Declaration
from shared.platform.deliveries.receiving import Arrived, Receiving
from shared.platform.deliveries.rows import find_same_delivery
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Place, Vault

if TYPE_CHECKING:  # the worker, which checks no deliveries, loads neither DuckDB nor Arrow
    import pyarrow as pa

    from shared.feeds.validation.delivery import DeliveryReport
    from shared.feeds.validation.feed_checker import CheckedFeed

BATCH = 20_000
COVERS_NOTHING = "采用的行太少，未按全量数据处理：没有列出的户，其联系方式保持不变。"
TABLE = Contact.__tablename__


class ContactDeclaration(Declaration):
    """A delivery of contacts, as declared."""

    service = "通知服务"
    taken = (FEED,)


@dataclass(frozen=True)
class CheckedContacts:
    """What is in a file: the counts, with the rejects in the workspace; the accepted rows in clear, in memory."""

    report: "DeliveryReport"
    accepted: "Sequence[pa.RecordBatch]"


async def check(session: AsyncSession, arrived: Arrived) -> CheckedContacts:
    """The file checked row by row against the feed's contract and against the households of the declared region."""
    return await anyio.to_thread.run_sync(_check_file, session, arrived)


def _check_file(session: AsyncSession, arrived: Arrived) -> CheckedContacts:
    intake, declared = contact_intake(arrived), arrived.declared
    from shared.feeds.validation.feed_checker import Finding

    accepted: list[pa.RecordBatch] = []

    def judge(checked: "CheckedFeed") -> Sequence[Finding]:
        view = f"({checked.accepted_rows()})"
        con = checked.source.con
        codes = [code for (code,) in con.execute(f"SELECT DISTINCT uscc FROM {view}").fetchall()]
        known = anyio.from_thread.run(partial(known_codes, session, codes, declared.region))
        judging = RowJudge(known, intake.samples)
        for batch in con.sql(f"SELECT row, uscc, phone, email, consented_on FROM {view}").to_arrow_reader(BATCH):
            judged = (judging.judge(row) for row in _rows_of(batch))
            accepted.append(_batch_of([row for row in judged if row is not None]))
        return [Finding(*fault) for fault in judging.faults]

    with intake.bench.connect(arrived.workspace) as con:
        out = arrived.workspace / "checked"
        report = intake.bench.check(con, arrived.file, declared, clock.today(), out, judge=judge)
    return CheckedContacts(report, accepted)


async def known_codes(session: AsyncSession, codes: Sequence[str], region: str) -> frozenset[str]:
    """Which of the codes are households of the region."""
    found: set[str] = set()
    for start in range(0, len(codes), BATCH):
        found.update(await HOUSEHOLDS.codes_inside(session, codes[start : start + BATCH], region))
    return frozenset(found)


async def count_in(session: AsyncSession, arrived: Arrived, checked: CheckedContacts) -> ContactDelivery | None:
    """Sealed and merged; None if the same delivery was counted in meanwhile."""
    intake, declared, report = contact_intake(arrived), arrived.declared, checked.report
    await contact_repository.stage(session, sealed_batches(intake.vault, checked.accepted))
    await contact_repository.lock_merging(session, declared.region)
    if await find_same_delivery(session, ContactDelivery, declared):
        return None
    delivery = ContactDelivery(
        **arrived.columns(report),
        id=uuid.uuid4(),
        rejects_file=intake.store.keep(report.rejects_path),
        delivered_by=arrived.caller.subject,
        delivered_at=clock.now(),
    )
    full = declared.mode == "full"
    covers = full and report.accepted > 0 and report.accepted >= report.rows * intake.least_accepted
    if full and not covers:
        delivery.warnings = [*delivery.warnings, COVERS_NOTHING]
    merging = ContactMerge(declared.region, covers, delivery.id, rejected_codes(report))
    delivery.changed = await contact_repository.merge(session, merging)
    session.add(delivery)
    await session.flush()
    return delivery


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


def _batch_of(rows: Sequence[ContactRow]) -> "pa.RecordBatch":
    """Compact: a province's contacts are held until all of them are checked."""
    import pyarrow as pa

    kinds: dict[str, pa.DataType] = {
        "uscc": pa.string(),
        "phone": pa.string(),
        "mobile": pa.bool_(),
        "email": pa.string(),
        "consented_on": pa.date32(),
    }
    columns = [[row[place] for row in rows] for place in range(len(kinds))]
    return pa.record_batch(columns, schema=pa.schema(kinds))


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
    ContactDelivery, ContactDeclaration, check=check, count_in=count_in, officers=True, in_memory=True
)
