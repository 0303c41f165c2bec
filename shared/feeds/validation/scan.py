"""One pass over a feed: for every row its number and the hashes of its code and key; and which rows have a bad cell.

Keys: a feed keyed by uscc alone has its code for a key; one keyed by uscc and year has the year in addition (`years`),
which is cheaper to compare than a hash; any other has a hash of the whole key (`keys`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.feeds.contract.model import FIRST_YEAR, LAST_YEAR
from shared.feeds.reading.feed_file import UNREADABLE_FILE, duckdb_errors_refused
from shared.feeds.reading.source import Source
from shared.feeds.validation.cell_checks import Check, faulty_rows
from shared.feeds.validation.registered_households import Hashes
from shared.feeds.validation.uscc_faults import NO_FAULTS, UsccFaults, uscc_faults

_BATCH = 1 << 17
_YEAR = f"CASE WHEN year BETWEEN {FIRST_YEAR} AND {LAST_YEAR} THEN year ELSE 0 END::SMALLINT"


@dataclass(frozen=True)
class Scan:
    """Arrays of one length, in the order of the files, or empty where the feed has no such column.

    `codes`: hash of uscc; `years`: 0 for none that is valid; `keys`: hash of the whole key. `faults` of the codes
    themselves, if asked for, and `at_fault`, rows with a bad cell, are positions in the arrays.
    """

    rows: NDArray[np.int64]
    codes: Hashes
    years: NDArray[np.int16]
    keys: Hashes
    faults: UsccFaults
    at_fault: NDArray[np.intp]


def scan_source(source: Source, checks: list[Check], *, look_at_codes: bool) -> Scan:
    """Reads the feed. Raises FeedsError when a file turns out to be broken."""
    columns = {"row": "row"}
    if source.contract.has("uscc"):
        columns["code"] = "hash(uscc)"
        if look_at_codes:
            columns["uscc"] = "uscc"
    if source.contract.key == ("uscc", "year"):
        columns["year"] = _YEAR
    elif source.contract.key != ("uscc",):
        columns["key"] = f"hash({', '.join(source.key())})"
    with duckdb_errors_refused("、".join(source.names), UNREADABLE_FILE):
        arrays, faults = _read(source, columns)
        bad = source.con.sql(f"SELECT DISTINCT row FROM ({faulty_rows(checks, source.view)})").fetchnumpy()["row"]
    return Scan(
        rows=arrays["row"],
        codes=arrays.get("code", np.empty(0, np.uint64)),
        years=arrays.get("year", np.empty(0, np.int16)),
        keys=arrays.get("key", np.empty(0, np.uint64)),
        faults=faults,
        at_fault=_positions(arrays["row"], bad),
    )


def _read(source: Source, columns: dict[str, str]) -> tuple[dict[str, NDArray[Any]], UsccFaults]:
    """Whole columns, and the faults of the codes."""
    batches: list[dict[str, NDArray[Any]]] = []
    malformed, checksum, start = [], [], 0
    for batch in _batches(source, columns):
        batches.append({n: batch.column(n).to_numpy(zero_copy_only=False) for n in columns if n != "uscc"})
        if "uscc" in columns:
            faults = uscc_faults(cast("pa.StringArray", batch.column("uscc")))
            malformed.append(faults.malformed + start)
            checksum.append(faults.checksum + start)
        start += len(batch)
    return (
        {name: np.concatenate([batch[name] for batch in batches]) for name in columns if name != "uscc"},
        UsccFaults(np.concatenate(malformed), np.concatenate(checksum)) if malformed else NO_FAULTS,
    )


def _batches(source: Source, columns: dict[str, str]) -> Iterator[pa.RecordBatch]:
    """Batches of the feed; at least one, so that a feed without rows has columns as well."""
    select_list = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    reader = source.con.sql(f"SELECT {select_list} FROM {source.view}").to_arrow_reader(_BATCH)
    yield pa.RecordBatch.from_pylist([], reader.schema)
    yield from reader


def _positions(rows: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.intp]:
    """Positions of the wanted rows; rows are ascending unless the connection does not preserve their order."""
    if not len(wanted):
        return np.empty(0, np.intp)
    ascending = bool((rows[1:] > rows[:-1]).all())
    order = None if ascending else np.argsort(rows)
    places = np.searchsorted(rows, wanted, sorter=order)
    return places if order is None else order[places]
