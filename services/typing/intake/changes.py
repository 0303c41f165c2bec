"""Which households a registration delivery adds or changes, for HouseholdChanged.

The new rows are held against the whole country's registration before this delivery. A household that was not known is
new only where an earlier full delivery covered its region: before that nothing says that it was not there, and a
region's first delivery would announce everybody. The differences are kept as a
Parquet file of the store (uscc, name, region, status, operator_ref; by uscc), from which the events are streamed:
their ids are UUIDv5 of delivery and uscc, so a record streamed twice is the same record.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson
import pyarrow.parquet as pq

from services.typing.intake.delivered import REGISTRATION, Delivered, covered, standing, takers
from services.typing.intake.evidence_plan import FeedPlan
from services.typing.models.deliveries import Delivery
from shared.contracts.typing import HouseholdChanged
from shared.feeds.intake.bench import Bench
from shared.messaging.bus import Record
from shared.messaging.events import bulk_event_id

TOPIC = HouseholdChanged.topic
ROWS_PER_GROUP = 20_000
CHANGED = """
    select n.uscc, n.name, n.region_code as region, n.status, n.operator_ref
    from read_parquet('{accepted}') n left join accepted_registration b on b.uscc = n.uscc
    where (n.name, n.region_code, n.status, n.operator_ref)
        is distinct from (b.name, b.region_code, b.status, b.operator_ref)
        and (b.uscc is not null or {covered})
    order by n.uscc
"""
MOVED_IN = """
    select count(*) from read_parquet(?) n join accepted_registration b on b.uscc = n.uscc
    where not starts_with(b.region_code, ?)
"""


@dataclass(frozen=True)
class Changes:
    """``moved_in``: households registered outside the declared region before; ``changed``: new or changed ones;
    ``file``: digest, if there are any.
    """

    moved_in: int = 0
    changed: int = 0
    file: str | None = None


def find_changes(bench: Bench, before: Sequence[Delivered], accepted: Path, region: str, workspace: Path) -> Changes:
    """Compares a registration delivery's accepted rows with what was known. Blocking: run it in a thread."""
    chosen = standing(before, REGISTRATION, "", 0)
    if not chosen:
        return Changes()
    with bench.connect(workspace) as con:
        FeedPlan(con, REGISTRATION, "", 0, tuple(chosen), tuple(takers(before, chosen))).build()
        moved_in = int(con.execute(MOVED_IN, [str(accepted), region]).fetchall()[0][0])
        changed, file = write_changes(con, accepted, covered(chosen, ""), workspace / "changes.parquet")
    return Changes(moved_in, changed, bench.store.keep(file) if changed else None)


def write_changes(
    con: duckdb.DuckDBPyConnection, accepted: Path, prefixes: Sequence[str], out: Path
) -> tuple[int, Path]:
    """Writes the differences; how many there are. ``prefixes``: regions covered in full before this delivery."""
    inside = " or ".join(f"starts_with(n.region_code, '{prefix}')" for prefix in prefixes) or "false"
    query = CHANGED.format(accepted=str(accepted).replace("'", "''"), covered=f"({inside})")
    target = str(out).replace("'", "''")
    done = con.execute(f"copy ({query}) to '{target}' (format parquet, row_group_size {ROWS_PER_GROUP})").fetchall()
    return int(done[0][0]), out


def stream_id(delivery_id: uuid.UUID) -> str:
    """The name of a delivery's stream of HouseholdChanged."""
    return f"household-changed/{delivery_id}"


def changes_of(delivery: Delivery, file: Path) -> Callable[[int, int], Sequence[Record]]:
    """A source for the bulk stream: (start, limit) → the records from that number on, always the same."""
    changes = pq.ParquetFile(file)

    def fetch(start: int, limit: int) -> Sequence[Record]:
        for group in range(changes.metadata.num_row_groups):
            rows = changes.metadata.row_group(group).num_rows
            if start < rows:
                found = changes.read_row_group(group).slice(start, limit).to_pylist()
                return [record(delivery, row) for row in found]
            start -= rows
        return []

    return fetch


def record(delivery: Delivery, row: dict[str, object]) -> Record:
    """One household's event as the bytes that travel (CloudEvents 1.0, structured JSON)."""
    uscc = str(row["uscc"])
    event = {
        "specversion": "1.0",
        "id": bulk_event_id(delivery.id, uscc),
        "source": "/typing",
        "type": HouseholdChanged.event_type,
        "subject": uscc,
        "partitionkey": uscc,
        "time": delivery.received_at,
        "datacontenttype": "application/json",
        "dataschema": HouseholdChanged.schema_uri,
        "correlationid": str(delivery.id),
        "actor": delivery.received_by,
        "data": row | {"revision": delivery.revision},
    }
    return Record(key=uscc, value=orjson.dumps(event, option=orjson.OPT_UTC_Z))
