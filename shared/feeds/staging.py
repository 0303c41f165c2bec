"""Texts become typed rows in a table of their own: for CSV, XLSX and Parquet files of unfitting types.

The table has the contract's columns (a column that the file lacks is NULL), `unreadable` (see `cells`) and, where
the reader knows it, `line` (see `opened.Part`). Without `line` the rows are in the order of the file and follow the
header without gaps, so that `rowid` tells.
"""

from collections.abc import Mapping

import duckdb

from shared.feeds.cells import cleaned, from_text, mask
from shared.feeds.model import SQL_TYPES, FeedContract
from shared.feeds.sql import quoted


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
    clean = ", ".join(f"{cleaned(text)} AS {_raw(name)}" for name, text in texts.items())
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
        f"CREATE OR REPLACE TABLE {table} AS SELECT {passed}{names}, {mask(unreadable)} AS unreadable "
        f"FROM (SELECT *, {', '.join(values)} FROM (SELECT {numbered}{clean} FROM {relation}))"
    )


def _raw(name: str) -> str:
    return quoted(f"raw {name}")
