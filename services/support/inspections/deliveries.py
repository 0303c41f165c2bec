"""A delivery of credit-risk classes or violations: checked row by row against the contract and against the households
of the declared region, then merged.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.inspections.domain import InspectionFeed
from services.support.inspections.merging import REGISTERS, Merging, dismiss_unlisted, stage
from services.support.inspections.models import InspectionDelivery
from services.support.registers.repository import HOUSEHOLDS
from shared import clock
from shared.feeds.intake.absence import unlisted_wait
from shared.feeds.intake.declaration import Declaration
from shared.platform.deliveries.coverage import Coverage
from shared.platform.deliveries.receiving import Arrived, Receiving
from shared.platform.identity import Caller

if TYPE_CHECKING:  # the worker, which checks no deliveries, loads neither DuckDB nor Arrow
    from shared.feeds.validation.delivery import DeliveryReport

BATCH = 20_000


class InspectionDeclaration(Declaration):
    """A delivery of one of the service's feeds, as declared."""

    service = "帮扶服务"
    taken = tuple(feed.value for feed in InspectionFeed)


@dataclass(frozen=True)
class CheckedInspections:
    """What is in a file."""

    report: "DeliveryReport"


async def check(session: AsyncSession, arrived: Arrived) -> CheckedInspections:
    """The file checked; rows of households that are not known in the region are rejected."""
    first = await anyio.to_thread.run_sync(_check_file, arrived, "checked", None)
    codes = await anyio.to_thread.run_sync(household_codes, first.accepted_path)
    known: set[str] = set()
    for start in range(0, len(codes), BATCH):
        part = codes[start : start + BATCH]
        known.update(await HOUSEHOLDS.codes_inside(session, part, arrived.declared.region))
    if len(known) == len(codes):
        return CheckedInspections(first)
    return CheckedInspections(
        await anyio.to_thread.run_sync(_check_file, arrived, "checked-with-households", sorted(known))
    )


def _check_file(arrived: Arrived, folder: str, known: Sequence[str] | None) -> "DeliveryReport":
    out = arrived.workspace / folder
    return arrived.intake.bench.check(arrived.file, arrived.declared, clock.today(), out, known)


def household_codes(file: Path) -> list[str]:
    """The distinct household codes in a checked file."""
    import pyarrow.parquet as pq

    codes = pq.read_table(file, columns=["uscc"]).column("uscc").to_pylist()
    return sorted({code for code in codes if code})


def accepted_rows(file: Path, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The accepted rows, with these columns."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as accepted:
        for batch in accepted.iter_batches(BATCH, columns=list(columns)):
            yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)


async def count_in(session: AsyncSession, arrived: Arrived, checked: CheckedInspections) -> InspectionDelivery:
    """What a file says, merged; much that a full delivery does not list waits for an officer's word."""
    report, feed = checked.report, InspectionFeed(arrived.declared.feed)
    who = {"delivered_by": arrived.caller.subject, "delivered_at": clock.now()}
    delivery = InspectionDelivery(**arrived.columns(report), id=uuid.uuid4(), **who)
    await stage(session, feed, accepted_rows(report.accepted_path, list(REGISTERS[feed].columns)))
    unread = household_codes(report.rejected_keys_path)
    merging = Merging(feed, arrived.declared.region, delivery.id, unread)
    full = arrived.declared.mode == "full" and delivery.coverage is not Coverage.NOTHING
    if full:
        unlisted, before = await merging.count_unlisted(session)
        rules = arrived.intake.absence
        if rules.need_a_word(rows=delivery.rows, unlisted=unlisted, before=before, unreadable=delivery.unreadable):
            delivery.coverage, delivery.unlisted = Coverage.WAITING, unlisted
            delivery.warnings = [*delivery.warnings, unlisted_wait(unlisted)]
    delivery.changed = await merging.merge(session, full and delivery.coverage is not Coverage.WAITING)
    if delivery.coverage is Coverage.WAITING:
        await merging.keep_listed(session)
    session.add(delivery)
    await session.flush()
    return delivery


async def remove_unlisted(session: AsyncSession, delivery: InspectionDelivery, _caller: Caller) -> int:
    """Remove what a merged delivery does not list, as an officer confirmed; how many households are affected."""
    return await dismiss_unlisted(session, InspectionFeed(delivery.feed), delivery.region, delivery.id)


RECEIVING = Receiving(
    InspectionDelivery, InspectionDeclaration, check=check, count_in=count_in, remove_unlisted=remove_unlisted
)
