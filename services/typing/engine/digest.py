"""Digests that say whether two snapshots, or two runs, are the same: SHA-256 over values, never over files.

Files differ with threads, row groups, compression and library versions; these digests do not. A snapshot's
covers its columns' names, types, values and validity in the order of rows (region_code, uscc). A run's
covers the policy's content (set parameters and readings included), the snapshot's digest, the as-of date and,
in uscc order, one record of 35 bytes per household: uscc 18, type 1, true mask 8, unknown mask 8,
little-endian.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

BATCH_ROWS = 122_880
RECORD = np.dtype([("uscc", "S18"), ("type", "u1"), ("true_mask", "<u8"), ("unknown_mask", "<u8")])
THREADS = 2


class MalformedFile(ValueError):
    """A column does not have the form that the digest is defined on."""


def snapshot_digest(path: Path) -> str:
    """The digest of a snapshot's values, 64 hex digits."""
    schema = pq.read_schema(path)
    whole = hashlib.sha256(b"minglu-snapshot-1\n")
    with ThreadPoolExecutor(THREADS) as pool:
        digests = pool.map(lambda field: _column_digest(path, field.name), schema)
        for field, digest in zip(schema, digests, strict=True):
            whole.update(f"{field.name} {field.type}\n".encode() + digest)
    return whole.hexdigest()


def _column_digest(path: Path, name: str) -> bytes:
    """SHA-256 over the digests of one column's validity, lengths (texts only) and values."""
    validity, lengths, values = (hashlib.sha256() for _ in range(3))
    for column in _batches(path, name):
        validity.update(_bytes(column.is_valid()).data)
        if pa.types.is_string(column.type):
            offsets, text = _text(column.fill_null(""))
            lengths.update(np.diff(offsets).astype("<i4").data)
            values.update(text)
        else:
            values.update(_fixed_width(column).data)
    return hashlib.sha256(validity.digest() + lengths.digest() + values.digest()).digest()


def _batches(path: Path, name: str) -> Iterator[pa.Array[Any]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(BATCH_ROWS, columns=[name], use_threads=False):
            yield batch.column(0)


def _bytes(flags: pa.Array[Any]) -> NDArray[np.uint8]:
    """A boolean column without NULLs, one byte a value: bits would depend on where batches end."""
    return np.ascontiguousarray(flags.to_numpy(zero_copy_only=False), np.uint8)


def _fixed_width(column: pa.Array[Any]) -> NDArray[Any]:
    """A column's values as little-endian numbers, NULL as zero."""
    if pa.types.is_boolean(column.type):
        return _bytes(column.fill_null(False))
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    if not pa.types.is_integer(column.type):
        raise MalformedFile(f"a column of type {column.type} has no digest")
    values: NDArray[Any] = column.fill_null(0).to_numpy(zero_copy_only=False)
    return np.ascontiguousarray(values, values.dtype.newbyteorder("<"))


def _text(column: pa.Array[Any]) -> tuple[NDArray[np.int32], bytes]:
    """Offsets and UTF-8 bytes of a text column without NULLs, respecting its slice."""
    _, positions, data = column.buffers()
    if len(column) == 0 or positions is None:
        return np.zeros(1, np.int32), b""
    offsets = np.frombuffer(memoryview(positions), np.int32)[column.offset : column.offset + len(column) + 1]
    start, end = int(offsets[0]), int(offsets[-1])
    return offsets, b"" if data is None else data.slice(start, end - start).to_pybytes()


def run_digest(policy_hash: str, snapshot: str, as_of: date, results: Path) -> str:
    """The digest of a run, 64 hex digits: `policy_hash` and `snapshot` are the digests of its inputs."""
    records = result_records(results)
    order = np.argsort(records["uscc"], kind="stable")
    batches = (records[order[start : start + BATCH_ROWS]] for start in range(0, len(order), BATCH_ROWS))
    return records_digest(policy_hash, snapshot, as_of, batches)


def records_digest(policy_hash: str, snapshot: str, as_of: date, batches: Iterable[NDArray[Any]]) -> str:
    """`run_digest` of records that arrive in uscc order, batch by batch."""
    header = f"minglu-run-1\npolicy {policy_hash}\nsnapshot {snapshot}\nas-of {as_of.isoformat()}\n"
    digest = hashlib.sha256(header.encode())
    for records in batches:
        digest.update(records.tobytes())
    return digest.hexdigest()


def result_records(results: Path) -> NDArray[Any]:
    """Results as fixed-width records, in the order of the file."""
    with pq.ParquetFile(results) as file:
        records = np.empty(file.metadata.num_rows, RECORD)
        start = 0
        for batch in file.iter_batches(BATCH_ROWS, columns=["uscc", "type", "true_mask", "unknown_mask"]):
            part = records[start : start + batch.num_rows]
            part["uscc"] = _codes(batch["uscc"])
            for name in ("type", "true_mask", "unknown_mask"):
                part[name] = batch[name].to_numpy()
            start += batch.num_rows
    return records


def _codes(column: pa.Array[Any]) -> NDArray[np.bytes_]:
    offsets, text = _text(column)
    if (np.diff(offsets) != 18).any():
        raise MalformedFile("a uscc does not have 18 characters")
    return np.frombuffer(text, "S18")
