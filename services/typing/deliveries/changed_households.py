"""Which households a registration delivery changes or adds, and their HouseholdChanged events.

The new rows are compared with the whole country's registration before this delivery. The differences are kept as a
Parquet file of the store (uscc, name, region, status, operator_ref; by uscc), from which the events are streamed.
Their ids are UUIDv5 of delivery and uscc, so a record that is streamed twice is the same record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from services.typing.base import ANNOUNCER
from services.typing.deliveries.domain import (
    REGISTRATION,
    AcceptedDelivery,
    covered_prefixes,
    standing_deliveries,
    superseding_registrations,
)
from services.typing.deliveries.evidence_plan import FeedPlan
from services.typing.deliveries.models import Delivery
from shared.contracts.typing import HouseholdChanged
from shared.feeds.intake.context import FileChecker
from shared.messaging.bulk_stream import Fetch
from shared.messaging.events import BulkEncoder
from shared.messaging.parquet_source import ROWS_PER_GROUP, parquet_source

CHANGED_HOUSEHOLDS = """
    SELECT n.uscc, n.name, n.region_code AS region, n.status, n.operator_ref
    FROM read_parquet('{accepted}') n LEFT JOIN accepted_registration b ON b.uscc = n.uscc
    WHERE (n.name, n.region_code, n.status, n.operator_ref)
        IS DISTINCT FROM (b.name, b.region_code, b.status, b.operator_ref)
        AND (b.uscc IS NOT NULL OR {covered})
    ORDER BY n.uscc
"""
MOVED_IN = """
    SELECT count(*) FROM read_parquet(?) n JOIN accepted_registration b ON b.uscc = n.uscc
    WHERE NOT starts_with(b.region_code, ?)
"""


@dataclass(frozen=True)
class HouseholdChanges:
    """``moved_in``: households registered outside the declared region before; ``changed``: new or changed ones;
    ``file``: digest, if there are any.
    """

    moved_in: int = 0
    changed: int = 0
    file: str | None = None


def find_changes(
    bench: FileChecker, before: Sequence[AcceptedDelivery], accepted: Path, region: str, workspace: Path
) -> HouseholdChanges:
    """Compares a registration delivery's accepted rows with what was known. Blocking: run it in a thread."""
    standing = standing_deliveries(before, REGISTRATION, "", 0)
    if not standing:
        return HouseholdChanges()
    with bench.connect(workspace) as con:
        FeedPlan(con, REGISTRATION, "", 0, tuple(standing), tuple(superseding_registrations(before, standing))).build()
        moved_in = int(con.execute(MOVED_IN, [str(accepted), region]).fetchall()[0][0])
        changed, file = write_changes(con, accepted, covered_prefixes(standing, ""), workspace / "changes.parquet")
    return HouseholdChanges(moved_in, changed, bench.store.keep(file) if changed else None)


def write_changes(
    con: duckdb.DuckDBPyConnection, accepted: Path, prefixes: Sequence[str], out: Path
) -> tuple[int, Path]:
    """Writes the differences; how many there are. ``prefixes``: regions covered in full before this delivery."""
    inside = " OR ".join(f"starts_with(n.region_code, '{prefix}')" for prefix in prefixes) or "FALSE"
    query = CHANGED_HOUSEHOLDS.format(accepted=str(accepted).replace("'", "''"), covered=f"({inside})")
    target = str(out).replace("'", "''")
    done = con.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE {ROWS_PER_GROUP})").fetchall()
    return int(done[0][0]), out


def household_changed_records(delivery: Delivery, file: Path) -> Fetch:
    """The events of a delivery's file of changes."""
    encoder = BulkEncoder(
        HouseholdChanged,
        delivery.id,
        source=ANNOUNCER.source,
        time=delivery.received_at,
        actor=delivery.received_by,
        same={"revision": delivery.revision},
    )
    return parquet_source(file, lambda row: encoder.record(row["uscc"], row))
