"""Which households a registration delivery changes or adds, and their HouseholdChanged events.

The new rows are compared with the whole country's registration before this delivery. The differences are kept as a
Parquet file of the store (by uscc), from which the events are streamed. Another trade or day of establishment is a
change, too: a type that is told later may rest on an earlier row.
Their ids are UUIDv5 of delivery and uscc, so a record that is streamed twice is the same record.

A row about a household that is registered outside the deliverer's region is nobody's evidence yet: it is set aside, and
changes nothing until the household's own county confirms.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from services.typing.base import ANNOUNCER
from services.typing.deliveries.domain import (
    REGISTRATION,
    AcceptedDelivery,
    ClaimedHousehold,
    covered_prefixes,
    standing_deliveries,
    superseding_registrations,
)
from services.typing.deliveries.evidence_plan import FeedPlan
from services.typing.deliveries.models import Delivery
from services.typing.deliveries.parquet_sql import read_parquet_sql
from shared.contracts.typing import HouseholdChanged
from shared.feeds.intake.context import FileChecker
from shared.messaging.bulk_stream import Fetch
from shared.messaging.events import BulkEncoder
from shared.messaging.parquet_source import ROWS_PER_GROUP, parquet_source

CHANGED_HOUSEHOLDS = """
    SELECT n.uscc, n.name, n.region_code AS region, n.status, n.operator_ref, n.industry_code, n.established_on
    FROM read_parquet('{accepted}') n LEFT JOIN accepted_registration b ON b.uscc = n.uscc
    WHERE (n.name, n.region_code, n.status, n.operator_ref, n.industry_code, n.established_on)
        IS DISTINCT FROM (b.name, b.region_code, b.status, b.operator_ref, b.industry_code, b.established_on)
        AND (b.uscc IS NOT NULL OR {covered})
    ORDER BY n.uscc
"""
CLAIMED = """
    CREATE TEMP TABLE claimed AS
    SELECT n.uscc, n.name, b.region_code AS from_region, n.region_code AS to_region, n.operator_ref,
        n.operator_ref IS DISTINCT FROM b.operator_ref AS operator_changes
    FROM read_parquet(?) n JOIN accepted_registration b ON b.uscc = n.uscc WHERE NOT starts_with(b.region_code, ?)
"""
MOVED_IN = """
    SELECT count(*) FROM read_parquet(?) n JOIN accepted_registration b ON b.uscc = n.uscc
    WHERE NOT starts_with(b.region_code, ?)
"""


@dataclass(frozen=True)
class HouseholdChanges:
    """``moved_in``: households registered outside the declared region before; ``changed``: new or changed ones;
    ``file``: digest, if there are any. ``claimed``: households outside the deliverer's region; their rows are in
    ``pending_file``, and ``accepted_file`` is without them, if there are any. ``counted``: where the rows that count
    have those of the ``waiting`` households that they name.
    """

    moved_in: int = 0
    changed: int = 0
    file: str | None = None
    claimed: tuple[ClaimedHousehold, ...] = ()
    pending_file: str | None = None
    accepted_file: str | None = None
    counted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RegistrationRows:
    """The accepted rows of a registration delivery: the declared ``region``, and that of the deliverer, ``scope``.
    ``waiting``: households that a bureau claimed before, and whose county has not decided.
    """

    accepted: Path
    region: str
    scope: str
    waiting: Collection[str] = ()


def find_changes(
    bench: FileChecker, before: Sequence[AcceptedDelivery], rows: RegistrationRows, workspace: Path
) -> HouseholdChanges:
    """Compares a registration delivery's accepted rows with what was known. Blocking: run it in a thread."""
    standing = standing_deliveries(before, REGISTRATION, "", 0)
    if not standing:
        return HouseholdChanges()
    with bench.connect(workspace) as con:
        FeedPlan(con, REGISTRATION, "", 0, tuple(standing), tuple(superseding_registrations(before, standing))).build()
        con.execute(CLAIMED, [str(rows.accepted), rows.scope])
        claimed = tuple(ClaimedHousehold(*row) for row in con.execute("FROM claimed ORDER BY uscc").fetchall())
        counting, pending = set_aside(con, rows.accepted, workspace) if claimed else (rows.accepted, None)
        moved_in = int(con.execute(MOVED_IN, [str(counting), rows.region]).fetchall()[0][0])
        changed, file = write_changes(con, counting, covered_prefixes(standing, ""), workspace / "changes.parquet")
        named = "SELECT uscc, region_code FROM read_parquet(?) WHERE list_contains(?::varchar[], uscc)"
        counted = dict(con.execute(named, [str(counting), list(rows.waiting)]).fetchall()) if rows.waiting else {}
    keep = bench.store.keep
    return HouseholdChanges(
        moved_in,
        changed,
        file=keep(file) if changed else None,
        claimed=claimed,
        pending_file=None if pending is None else keep(pending),
        accepted_file=None if pending is None else keep(counting),
        counted=counted,
    )


def set_aside(con: duckdb.DuckDBPyConnection, accepted: Path, workspace: Path) -> tuple[Path, Path]:
    """The rows that count, and those of claimed households, as two files."""
    counting, pending = workspace / "counting.parquet", workspace / "pending.parquet"
    for condition, target in (("NOT EXISTS", counting), ("EXISTS", pending)):
        rows = (
            f"SELECT * FROM {read_parquet_sql([accepted])} n WHERE {condition} (FROM claimed c WHERE c.uscc = n.uscc)"
        )
        con.execute(
            f"COPY ({rows}) TO '{str(target).replace(chr(39), chr(39) * 2)}' (FORMAT parquet, COMPRESSION zstd)"
        )
    return counting, pending


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
