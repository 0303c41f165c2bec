"""One household's facts, out of a snapshot of millions: only its row group is read.

The snapshot is sorted by region_code and uscc and its footer holds the least and greatest of each row group.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

OPEN_FOOTERS = 16


def facts_of(snapshot: Path, region: str, uscc: str) -> dict[str, Any] | None:
    """The snapshot's row of a household, or None; `region` is its region_code or a prefix of it."""
    metadata = _footer(snapshot, snapshot.stat().st_mtime_ns)
    with pq.ParquetFile(snapshot, metadata=metadata) as file:
        for group in _candidates(metadata, region, uscc):
            row = _row(file, group, uscc)
            if row is not None:
                return row
    return None


@lru_cache(maxsize=OPEN_FOOTERS)
def _footer(snapshot: Path, _modified: int) -> pq.FileMetaData:
    return pq.read_metadata(snapshot)


def _candidates(metadata: pq.FileMetaData, region: str, uscc: str) -> list[int]:
    """Row groups whose range of regions and of codes may hold the household."""
    places = {metadata.schema.column(index).name: index for index in range(metadata.num_columns)}
    groups = []
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        regions = _range(row_group.column(places["region_code"]), len(region))
        codes = _range(row_group.column(places["uscc"]), len(uscc))
        if regions[0] <= region <= regions[1] and codes[0] <= uscc <= codes[1]:
            groups.append(group)
    return groups


def _range(column: pq.ColumnChunkMetaData, length: int) -> tuple[str, str]:
    """The first `length` characters of a chunk's least and greatest value; anything when not recorded."""
    statistics = column.statistics
    if statistics is None or not statistics.has_min_max:
        return "", "\uffff"
    return str(statistics.min)[:length], str(statistics.max)[:length]


def _row(file: pq.ParquetFile, group: int, uscc: str) -> dict[str, Any] | None:
    codes = file.read_row_group(group, columns=["uscc"], use_threads=False).column(0)
    position = pc.index(codes, pa.scalar(uscc)).as_py()
    if position < 0:
        return None
    row: dict[str, Any] = file.read_row_group(group, use_threads=False).slice(position, 1).to_pylist()[0]
    return row
