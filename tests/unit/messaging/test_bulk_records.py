"""Bulk events: the same envelope as single ones, the same bytes each time, read from a file by row number."""

import datetime as dt
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.contracts.typing import HouseholdChanged, HouseholdTyped
from shared.messaging.bulk_stream import StreamKind
from shared.messaging.events import BulkEncoder, bulk_event_id, parse_event
from shared.messaging.parquet_source import parquet_source

DELIVERY = UUID("5f0d7b1e-7c1e-4a55-9f0b-5d2f3c1a9b10")
AT = dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC)
NOT_SAID = {"industry_code": None, "established_on": None}
STATE = {"region": "410105", "status": "registered", "operator_ref": None, **NOT_SAID}
ROWS = [STATE | {"uscc": f"92410105MA0000{n:03}A", "name": f"商户{n}"} for n in range(7)]


def encoder(revision: int = 3) -> BulkEncoder:
    return BulkEncoder(
        HouseholdChanged, DELIVERY, source="/typing", time=AT, actor="bureau-1", same={"revision": revision}
    )


def test_a_bulk_event_is_an_event_like_any_other():
    record = encoder().record("s", ROWS[0])
    event = parse_event(record.value, {HouseholdChanged.event_type: HouseholdChanged})
    assert event is not None
    assert record.key == event.subject == "s"
    assert (event.id, event.correlation) == (bulk_event_id(DELIVERY, "s"), str(DELIVERY))
    assert (event.source, event.time, event.actor) == ("/typing", AT, "bureau-1")
    assert event.payload(HouseholdChanged).model_dump() == ROWS[0] | {"revision": 3}


def test_encoding_again_gives_the_same_bytes():
    assert encoder().record("s", ROWS[0]) == encoder().record("s", ROWS[0])


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_a_file_is_read_from_any_row_to_its_end_whatever_the_row_groups(tmp_path: Path, limit: int):
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.Table.from_pylist(ROWS), file, row_group_size=3)
    fetch = parquet_source(file, lambda row: encoder().record(row["uscc"], row))
    for start in range(len(ROWS) + 1):
        read: list[str] = []
        while records := fetch(start + len(read), limit):
            assert len(records) <= limit
            read += [record.key for record in records]
        assert read == [row["uscc"] for row in ROWS[start:]]


def test_a_stream_is_found_by_its_kind_and_origin():
    kind, other = StreamKind("household-changed", HouseholdChanged), StreamKind("household-typed", HouseholdTyped)
    assert kind.origin_of(kind.stream_id(DELIVERY)) == DELIVERY
    assert other.origin_of(kind.stream_id(DELIVERY)) is None
