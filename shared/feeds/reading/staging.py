"""Staging: texts become typed rows in a table of their own, from a relation of DuckDB (ordinary CSV, Parquet with other
types) or from rows that Python reads one by one (XLSX, irregular CSV), in batches through Arrow.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import duckdb
import pyarrow as pa

from shared.feeds.contract.model import SQL_TYPES, FeedContract, FeedsError
from shared.feeds.reading.feed_file import FIRST_ROW, FeedFile
from shared.feeds.reading.sql import from_text, quoted, trimmed, unreadable_mask


def stage(
    con: duckdb.DuckDBPyConnection,
    table: str,
    contract: FeedContract,
    relation: str,
    texts: Mapping[str, str],
    line: str | None = None,
) -> None:
    """Creates `table` from `relation`; `texts` gives each delivered column's SQL of its text."""
    numbered = "" if line is None else f"{line} AS line, "
    passed = "" if line is None else "line, "
    clean = ", ".join(f"{trimmed(text)} AS {_raw(name)}" for name, text in texts.items())
    values, unreadable = [], {}
    for place, column in enumerate(contract.columns):
        name = quoted(column.name)
        if column.name not in texts:
            values.append(f"NULL::{SQL_TYPES[column.kind]} AS {name}")
            continue
        raw = _raw(column.name)
        values.append(f"{from_text(column, raw)} AS {name}")
        if from_text(column, raw) != raw:
            unreadable[place] = f"{raw} IS NOT NULL AND {name} IS NULL"
    names = ", ".join(quoted(column.name) for column in contract.columns)
    con.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT {passed}{names}, {unreadable_mask(unreadable)} AS unreadable "
        f"FROM (SELECT *, {', '.join(values)} FROM (SELECT {numbered}{clean} FROM {relation}))"
    )


def _raw(name: str) -> str:
    return quoted(f"raw {name}")


BATCH = 20_000
_STREAM = "incoming_rows"


def stage_rows(incoming: FeedFile, names: Sequence[str], rows: Iterator[tuple[int, Sequence[str]]]) -> None:
    """Fills the staging table from (row number as a spreadsheet shows it, cells in the order of `names`).

    A FeedsError of the reader is passed on.
    """
    delivered = [(name, place) for place, name in enumerate(names) if incoming.contract.has(name)]
    types: dict[str, pa.DataType] = {"line": pa.int64(), **{name: pa.string() for name, _ in delivered}}
    schema = pa.schema(types)
    refused: list[FeedsError] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            while chunk := list(islice(rows, BATCH)):
                cells = [[row[place] for _, row in chunk] for _, place in delivered]
                yield pa.record_batch([[line for line, _ in chunk], *cells], schema=schema)
        except FeedsError as error:  # DuckDB would wrap it in an error of its own
            refused.append(error)
            raise

    incoming.con.register(_STREAM, pa.RecordBatchReader.from_batches(schema, batches()))
    try:
        texts = {name: quoted(name) for name, _ in delivered}
        stage(incoming.con, incoming.table, incoming.contract, _STREAM, texts, f"line - {FIRST_ROW}")
    except duckdb.Error:
        if refused:
            raise refused.pop() from None
        raise
    finally:
        incoming.con.unregister(_STREAM)
