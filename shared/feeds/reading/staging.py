"""Staging: texts become typed rows in a table of their own, from a relation of DuckDB (ordinary CSV, Parquet with other
types) or from rows that Python reads one by one (XLSX, irregular CSV), in batches through Arrow.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import duckdb
import pyarrow as pa

from shared.feeds.contract.model import SQL_TYPES, Column, FeedsError
from shared.feeds.reading.feed_file import FIRST_ROW, FeedFile, Header
from shared.feeds.reading.sql import (
    TEXTUAL,
    folded,
    from_text,
    from_text_folded,
    is_error,
    quoted,
    trimmed,
    trimmed_quickly,
    unreadable_mask,
)


def stage(
    incoming: FeedFile,
    relation: str,
    texts: Mapping[str, str],
    line: str | None = None,
    others: Sequence[str] = (),
) -> None:
    """Creates the staging table from `relation`; `texts` gives each delivered column's SQL of its text, `others` that
    of the columns which are not the contract's. A row is `blank` when none of its cells has content.
    """
    con, contract, table = incoming.con, incoming.contract, incoming.table
    passed = "" if line is None else "line, "
    numbered = "" if line is None else f"{line} AS line, "
    outside = [(f'"other {place}"', text) for place, text in enumerate(others)]
    cleaned = [f"{_cleaned(incoming, contract.column(name), text)} AS {_raw(name)}" for name, text in texts.items()]
    first, second, values, unreadable, errors = [], [], [], {}, {}
    for place, column in enumerate(contract.columns):
        name, raw = quoted(column.name), _raw(column.name)
        if column.name not in texts:
            values.append(f"NULL::{SQL_TYPES[column.kind]} AS {name}")
        elif column.kind in TEXTUAL:
            values.append(f"CASE WHEN {is_error(raw)} THEN NULL ELSE {raw} END AS {name}")
            unreadable[place], errors[place] = f"{raw} IS NOT NULL AND {name} IS NULL", "true"
        else:
            quick, again = quoted(f"quick {column.name}"), quoted(f"again {column.name}")
            first.append(f"{from_text(column, raw)} AS {quick}")
            text = folded(column, raw, key=column.name in contract.key)
            second.append(f"CASE WHEN {quick} IS NULL AND {raw} IS NOT NULL THEN {text} END AS {again}")
            values.append(
                f"CASE WHEN {again} IS NULL THEN {quick} ELSE {from_text_folded(column, again)} END AS {name}"
            )
            unreadable[place], errors[place] = f"{again} IS NOT NULL AND {name} IS NULL", is_error(again)
    names = ", ".join(quoted(column.name) for column in contract.columns)
    columns = ", ".join(cleaned + [f"{text} AS {name}" for name, text in outside])
    query = f"SELECT {numbered}{columns} FROM {relation}"
    for more in (first, second, values, [f"{unreadable_mask(unreadable, errors)} AS unreadable"]):
        query = f"SELECT {', '.join(['*', *more])} FROM ({query})"
    nothing = " AND ".join(f"{quoted(column.name)} IS NULL" for column in contract.columns)
    beside = " AND ".join(f"{trimmed(name)} IS NULL" for name, _ in outside) or "true"
    blank = f"CASE WHEN {nothing} AND unreadable = 0 THEN {beside} ELSE false END AS blank"
    con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {passed}{names}, unreadable, {blank} FROM ({query})")


def _cleaned(incoming: FeedFile, column: Column, text: str) -> str:
    """SQL of a cell before it is typed. What can be none of the known codes and words is folded in a second reading."""
    if column.kind == "text":
        return trimmed(text)
    if column.kind not in TEXTUAL:
        return text
    key = column.name in incoming.contract.key
    return folded(column, text, key=key) if incoming.folding else trimmed_quickly(text)


def _raw(name: str) -> str:
    return quoted(f"raw {name}")


BATCH = 20_000
_STREAM = "incoming_rows"


def stage_rows(incoming: FeedFile, header: Header, rows: Iterator[tuple[int, Sequence[str]]]) -> None:
    """Fills the staging table from (row number as a spreadsheet shows it, cells in the file's order), blank rows left
    out; what is slow anyway is folded at once.

    A FeedsError of the reader is passed on.
    """
    delivered = list(header.places.items())
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
        stage(replace(incoming, folding=True), _STREAM, texts, f"line - {FIRST_ROW}", ["'row'"])
    except duckdb.Error:
        if refused:
            raise refused.pop() from None
        raise
    finally:
        incoming.con.unregister(_STREAM)
