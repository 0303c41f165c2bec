"""A run's results in a partition of their own: encoded for COPY, loaded first, indexed afterwards, attached last.

Readers never touch the new table before it is attached, and attaching needs no scan (the CHECK proves the partition's
bounds), so they are not disturbed while millions of rows are loaded.

Rows are encoded in PostgreSQL's binary COPY format, a batch at a time, by Arrow. A row is a block of fixed width
(numpy, big-endian) that ends with the operator reference's length, and the reference: joining the two columns element
by element gives exactly the bytes of COPY, so no row is touched by Python. Names are in the register, not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from services.typing.runs.result_groups import CODE_BYTES, GROUP_COLUMNS, GroupedCodes, groups_file

RESULT_COLUMNS = ("run_number", "uscc", "region", "type", "true_mask", "unknown_mask", "operator_ref")

DETACH_STATE = "SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = to_regclass($1)"
"""No row: not a partition (any more); true: a detach was interrupted."""


def partition_name(number: int) -> str:
    """The partition's name inside schema ``result_partition``."""
    return f"run_{int(number)}"


async def load_results(connection: asyncpg.Connection, number: int, rows: Path, helpers: int = 0) -> None:
    """Load one run's rows (a file in binary COPY format, COLUMNS in order) and its groups, and attach them, once only.

    One transaction: a load that is cut short leaves no table. A run's results never change, so a table that is
    there is complete; creating it again would block the directory's readers, as dropping a partition does.

    `helpers`: additional processes that build an index. With two, publishing takes a third less time on two
    cores, and readers' p99 is five times that of a quiet server; with none, about twice.
    """
    table = f"result_partition.{partition_name(number)}"
    async with connection.transaction():
        if await is_loaded(connection, number):
            return
        await connection.execute(f"SET LOCAL max_parallel_maintenance_workers = {int(helpers)}")
        await connection.execute(
            f"CREATE TABLE {table} (LIKE result INCLUDING DEFAULTS,"
            f" CONSTRAINT run_number_is CHECK (run_number = {int(number)}))"
        )
        await connection.copy_to_table(
            partition_name(number),
            schema_name="result_partition",
            columns=RESULT_COLUMNS,
            source=rows,
            format="binary",
            freeze=True,
        )
        await connection.execute("DELETE FROM result_group WHERE run_number = $1", number)
        await connection.copy_to_table("result_group", columns=GROUP_COLUMNS, source=groups_file(rows), format="binary")
        await connection.execute(key_statement(number))
        await connection.execute(f"ALTER TABLE result ATTACH PARTITION {table} FOR VALUES IN ({int(number)})")
    await connection.execute(f"ANALYZE {table} (run_number, uscc, region, type), result_group")


async def is_loaded(connection: asyncpg.Connection, number: int) -> bool:
    """Whether a run's rows are there."""
    table = await connection.fetchval("SELECT to_regclass($1)", f"result_partition.{partition_name(number)}")
    return table is not None


def key_statement(number: int) -> str:
    """The only index: by code. By region and type the groups list the codes."""
    full = f"result_partition.{partition_name(number)}"
    return f"ALTER TABLE {full} ADD CONSTRAINT {partition_name(number)}_pkey PRIMARY KEY (uscc, run_number)"


async def drop_results(connection: asyncpg.Connection, number: int) -> None:
    """Remove a discarded run's rows without blocking readers of other runs: the partition is detached concurrently.

    Call it outside a transaction; after an interruption it can be called again.
    """
    state = await connection.fetchval(DETACH_STATE, f"result_partition.{partition_name(number)}")
    table = f"result_partition.{partition_name(number)}"
    if state is not None:
        await connection.execute(
            f"ALTER TABLE result DETACH PARTITION {table} {'FINALIZE' if state else 'CONCURRENTLY'}"
        )
    await connection.execute(f"DROP TABLE IF EXISTS {table}")
    await connection.execute("DELETE FROM result_group WHERE run_number = $1", number)


compute: Any = pyarrow.compute
"""Its stubs know no binary columns."""

COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TRAILER = b"\xff\xff"
ROWS_PER_BATCH = 65_536

ROW_LAYOUT = np.dtype(
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
        ("operator_ref_bytes", ">i4"),
    ]
)
ROW_CONSTANTS = {
    "fields": 7,
    "run_number_bytes": 4,
    "uscc_bytes": 18,
    "region_bytes": 6,
    "type_bytes": 2,
    "true_mask_bytes": 8,
    "unknown_mask_bytes": 8,
}


NULL_LENGTH = -1
"""What COPY writes as the length of NULL."""


class MisalignedResults(RuntimeError):
    """Snapshot and results do not name the same households in the same order."""


def copy_stream(snapshot: Path, results: Path, number: int, groups: GroupedCodes | None = None) -> Iterator[bytes]:
    """The complete COPY stream of a run; snapshot and results hold the same households in the same order.

    ``groups`` collects their codes.
    """
    left = pq.ParquetFile(snapshot).iter_batches(
        ROWS_PER_BATCH, columns=["uscc", "region_code", "operator_ref"], use_threads=False
    )
    right = pq.ParquetFile(results).iter_batches(
        ROWS_PER_BATCH, columns=["uscc", "type", "true_mask", "unknown_mask"], use_threads=False
    )
    yield COPY_HEADER
    for households, typed in zip(left, right, strict=True):
        if not households["uscc"].equals(typed["uscc"]):
            raise MisalignedResults(f"batch of {households.num_rows} rows")
        if groups is not None:
            codes = fixed_text(households["uscc"], CODE_BYTES)
            groups.add(households["region_code"], typed["type"].to_numpy(), codes)
        yield encode_batch(households, typed, number)
    yield COPY_TRAILER


def write_copy_file(snapshot: Path, results: Path, number: int, out: Path) -> None:
    """The COPY stream as a file, and that of its groups beside it: encoded before they are loaded, so that only one
    core at a time is taken from readers.
    """
    groups = GroupedCodes()
    with out.open("wb") as file:
        file.writelines(copy_stream(snapshot, results, number, groups))
    with groups_file(out).open("wb") as file:
        file.writelines((COPY_HEADER, *groups.rows(number), COPY_TRAILER))


def encode_batch(households: pa.RecordBatch, typed: pa.RecordBatch, number: int) -> bytes:
    """One batch of rows in COPY's binary form, without header and trailer."""
    rows = np.empty(households.num_rows, ROW_LAYOUT)
    for field, value in ROW_CONSTANTS.items():
        rows[field] = value
    rows["run_number"] = number
    rows["uscc"] = fixed_text(households["uscc"], 18)
    rows["region"] = fixed_text(households["region_code"], 6)
    rows["type"] = typed["type"].to_numpy()
    rows["true_mask"] = typed["true_mask"].to_numpy().view(np.int64)
    rows["unknown_mask"] = typed["unknown_mask"].to_numpy().view(np.int64)
    operator = households["operator_ref"].cast(pa.binary())
    rows["operator_ref_bytes"] = compute.fill_null(compute.binary_length(operator), NULL_LENGTH).to_numpy()
    joined = compute.binary_join_element_wise(binary_column(rows), compute.fill_null(operator, b""), b"")
    return used_bytes(joined)


def fixed_text(column: pa.Array[Any], width: int) -> np.ndarray[Any, Any]:
    """An ASCII column whose values all have ``width`` bytes, as numpy bytes without a copy per value."""
    data = used_bytes(column.cast(pa.binary()))
    if len(data) != width * len(column):
        raise MisalignedResults(f"a value of {column.type} is not {width} bytes wide")
    return np.frombuffer(data, f"S{width}")


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
