"""A run's snapshot and results as PostgreSQL's binary COPY stream, encoded a batch at a time by Arrow.

A row is a block of fixed width (numpy, big-endian) that ends with the name's byte length, the name, the
operator reference's length and the reference: joining these four columns element by element gives exactly the
bytes of COPY, so no row is touched by Python. Field order is ``repository.partitions.COLUMNS``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

compute: Any = pyarrow.compute
"""Its stubs know no binary columns."""

HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
ROWS_PER_BATCH = 65_536

FIXED = np.dtype(
    [
        ("fields", ">i2"),
        ("run_number_bytes", ">i4"),
        ("run_number", ">i4"),
        ("uscc_bytes", ">i4"),
        ("uscc", "S18"),
        ("region_bytes", ">i4"),
        ("region", "S6"),
        ("type_bytes", ">i4"),
        ("type", ">i2"),
        ("true_mask_bytes", ">i4"),
        ("true_mask", ">i8"),
        ("unknown_mask_bytes", ">i4"),
        ("unknown_mask", ">i8"),
        ("name_bytes", ">i4"),
    ]
)
CONSTANTS = {
    "fields": 8,
    "run_number_bytes": 4,
    "uscc_bytes": 18,
    "region_bytes": 6,
    "type_bytes": 2,
    "true_mask_bytes": 8,
    "unknown_mask_bytes": 8,
}


class MisalignedResults(RuntimeError):
    """Snapshot and results do not name the same households in the same order."""


def copy_stream(snapshot: Path, results: Path, number: int) -> Iterator[bytes]:
    """The whole COPY stream of a run; snapshot and results hold the same households in the same order."""
    left = pq.ParquetFile(snapshot).iter_batches(
        ROWS_PER_BATCH, columns=["uscc", "region_code", "name", "operator_ref"], use_threads=False
    )
    right = pq.ParquetFile(results).iter_batches(
        ROWS_PER_BATCH, columns=["uscc", "type", "true_mask", "unknown_mask"], use_threads=False
    )
    yield HEADER
    for households, typed in zip(left, right, strict=True):
        if not households["uscc"].equals(typed["uscc"]):
            raise MisalignedResults(f"batch of {households.num_rows} rows")
        yield encode(households, typed, number)
    yield TRAILER


def write_copy_file(snapshot: Path, results: Path, number: int, out: Path) -> None:
    """The COPY stream as a file: encoded before it is loaded, so that only one core at a time is taken from readers."""
    with out.open("wb") as file:
        file.writelines(copy_stream(snapshot, results, number))


def encode(households: pa.RecordBatch, typed: pa.RecordBatch, number: int) -> bytes:
    """One batch of rows in COPY's binary form, without header and trailer."""
    rows = np.empty(households.num_rows, FIXED)
    for field, value in CONSTANTS.items():
        rows[field] = value
    rows["run_number"] = number
    rows["uscc"] = fixed_text(households["uscc"], 18)
    rows["region"] = fixed_text(households["region_code"], 6)
    rows["type"] = typed["type"].to_numpy()
    rows["true_mask"] = typed["true_mask"].to_numpy().view(np.int64)
    rows["unknown_mask"] = typed["unknown_mask"].to_numpy().view(np.int64)
    name = compute.fill_null(households["name"], "").cast(pa.binary())
    rows["name_bytes"] = compute.binary_length(name).to_numpy()
    operator = households["operator_ref"].cast(pa.binary())
    joined = compute.binary_join_element_wise(
        binary_column(rows), name, length_column(operator), compute.fill_null(operator, b""), b""
    )
    return used_bytes(joined)


def fixed_text(column: pa.Array[Any], width: int) -> np.ndarray[Any, Any]:
    """An ASCII column whose values all have ``width`` bytes, as numpy bytes without a copy per value."""
    data = used_bytes(column.cast(pa.binary()))
    if len(data) != width * len(column):
        raise MisalignedResults(f"a value of {column.type} is not {width} bytes wide")
    return np.frombuffer(data, f"S{width}")


def length_column(column: pa.Array[Any]) -> pa.Array[Any]:
    """Each value's byte length as COPY writes it: big-endian, -1 for NULL."""
    lengths = compute.fill_null(compute.binary_length(column), -1).to_numpy().astype(">i4")
    return binary_column(lengths)


def binary_column(rows: np.ndarray[Any, Any]) -> pa.Array[Any]:
    """A numpy array of fixed-width items as an Arrow binary column of their raw bytes."""
    offsets = np.arange(len(rows) + 1, dtype=np.int32) * rows.dtype.itemsize
    return pa.Array.from_buffers(
        pa.binary(), len(rows), [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(rows.tobytes())]
    )


def used_bytes(column: pa.Array[Any]) -> bytes:
    """The value bytes of a binary column, respecting its slice."""
    _, offset_buffer, data = column.buffers()
    if len(column) == 0 or offset_buffer is None or data is None:
        return b""
    offsets = np.frombuffer(memoryview(offset_buffer), np.int32)[column.offset : column.offset + len(column) + 1]
    return data.slice(int(offsets[0]), int(offsets[-1] - offsets[0])).to_pybytes()
