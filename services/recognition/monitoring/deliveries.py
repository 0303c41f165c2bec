"""A delivery of penalties or dishonest debtors: received, validated row by row, merged into its register.

All in one transaction, together with judging the affected households again. Applications that may be affected are
locked before the merge. A decision holds the same lock: it sees the new rows, or its recognition is judged again.
"""

import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import anyio.to_thread
import duckdb
import pyarrow.parquet as pq
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.monitoring import repository as monitoring_repository
from services.recognition.monitoring.repository import REGISTERS, RegisterFeed, RegisterMerge
from services.recognition.monitoring.service import reassess
from services.recognition.registers import repository as register_repository
from services.recognition.registers.models import RegisterDelivery
from shared import clock
from shared.feeds.intake.context import FileChecker
from shared.feeds.intake.declaration import Declaration
from shared.feeds.validation.delivery import DeliveryReport
from shared.platform.deliveries.receiving import Arrived, Receiving
from shared.platform.deliveries.rows import find_same_delivery

ROWS_PER_BATCH = 20_000
KNOWN_HOUSEHOLDS_TABLE = "known_household"


class RegisterDeclaration(Declaration):
    """A delivery of a register, as declared."""

    service = "认定服务"
    taken = tuple(feed.value for feed in RegisterFeed)


def check_file(
    bench: FileChecker, raw: Path, declared: Declaration, workspace: Path, known: Sequence[str] | None = None
) -> DeliveryReport:
    """Check the file; with `known`, rows of other households are rejected."""
    out = workspace / ("checked" if known is None else "checked-with-households")
    with bench.connect(workspace) as con:
        if known is not None:
            create_known_households(con, known)
        return bench.check(con, raw, declared, clock.today(), out, None if known is None else KNOWN_HOUSEHOLDS_TABLE)


def create_known_households(con: duckdb.DuckDBPyConnection, known: Sequence[str]) -> None:
    """The known households as a table."""
    con.execute(
        f"CREATE TABLE {KNOWN_HOUSEHOLDS_TABLE} AS SELECT unnest($codes::VARCHAR[]) AS uscc", {"codes": list(known)}
    )


def household_codes(*files: Path) -> list[str]:
    """The distinct household codes in checked files."""
    found: set[str] = set()
    for file in files:
        found.update(code for code in pq.read_table(file, columns=["uscc"]).column("uscc").to_pylist() if code)
    return sorted(found)


async def accepted_rows(file: Path, columns: Sequence[str]) -> AsyncIterator[list[tuple[Any, ...]]]:
    """The accepted rows, a batch at a time, with these columns."""
    with pq.ParquetFile(file) as accepted:
        batches = accepted.iter_batches(ROWS_PER_BATCH, columns=list(columns))
        while (batch := await anyio.to_thread.run_sync(next, batches, None)) is not None:
            yield list(zip(*(batch.column(name).to_pylist() for name in columns), strict=True))


async def check(session: AsyncSession, arrived: Arrived) -> DeliveryReport:
    """The file checked row by row; penalties also against the households that are known in the declared region."""
    bench, declared, workspace = arrived.intake.bench, arrived.declared, arrived.workspace
    first = await anyio.to_thread.run_sync(check_file, bench, arrived.file, declared, workspace)
    if declared.feed != RegisterFeed.PENALTY:
        return first
    codes = await anyio.to_thread.run_sync(household_codes, first.accepted_path, first.rejected_keys_path)
    known = await register_repository.HOUSEHOLDS.codes_inside(session, codes, declared.region)
    return await anyio.to_thread.run_sync(check_file, bench, arrived.file, declared, workspace, known)


async def count_in(session: AsyncSession, arrived: Arrived, report: DeliveryReport) -> RegisterDelivery | None:
    """A delivered file of a feed; the same bytes for the same region and mode count once."""
    declared, feed = arrived.declared, RegisterFeed(arrived.declared.feed)
    await monitoring_repository.lock_feed(session, feed)
    if await find_same_delivery(session, RegisterDelivery, declared):
        return None
    delivery = new_delivery(arrived, report)
    unreadable = household_codes(report.rejected_keys_path) if feed is RegisterFeed.PENALTY else []
    merging = RegisterMerge(feed, declared.region, declared.mode == "full", delivery.id, unreadable)
    await monitoring_repository.stage_rows(
        session, feed, accepted_rows(report.accepted_path, list(REGISTERS[feed].columns))
    )
    await application_repository.lock_running(session, await monitoring_repository.concerned_codes(session, merging))
    changed = await monitoring_repository.merge_rows(session, merging)
    delivery.changed = len(changed)
    session.add(delivery)
    await session.flush()
    await reassess(session, changed, arrived.caller)
    return delivery


def new_delivery(arrived: Arrived, report: DeliveryReport) -> RegisterDelivery:
    """The row of a checked delivery; its rejects are stored durably before."""
    return RegisterDelivery(
        **arrived.columns(report),
        id=uuid.uuid4(),
        rejects_file=arrived.intake.store.keep(report.rejects_path),
        delivered_by=arrived.caller.subject,
        delivered_at=clock.now(),
    )


RECEIVING = Receiving(RegisterDelivery, RegisterDeclaration, check=check, count_in=count_in)
