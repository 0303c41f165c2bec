"""Bulk streams that are read from a Parquet file: one row, one record, in the file's order."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from shared.messaging.bulk_stream import Fetch
from shared.messaging.bus import Record

ROWS_PER_GROUP = 20_000
"""Rows of a row group in such files: as many are read at once."""


def parquet_source(file: Path, record_of: Callable[[dict[str, Any]], Record]) -> Fetch:
    """A source for `BulkStream.run`: the records of rows `start` to `start + limit`, at most to the row group's end."""
    rows = pq.ParquetFile(file)

    def fetch(start: int, limit: int) -> Sequence[Record]:
        for group in range(rows.metadata.num_row_groups):
            length = rows.metadata.row_group(group).num_rows
            if start < length:
                return [record_of(row) for row in rows.read_row_group(group).slice(start, limit).to_pylist()]
            start -= length
        return []

    return fetch
