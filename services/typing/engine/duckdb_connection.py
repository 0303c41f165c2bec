"""DuckDB connections of the engine, and statements that report their progress.

Rows keep their order (snapshots and results are read side by side) unless a caller gives that up.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import duckdb

from shared.closed_duckdb import NO_EXTENSIONS, Configuration, spilling_into

Progress = Callable[[float], None]
"""Called with the share of a step that is done, 0–1, never decreasing; called from another thread."""

MEMORY_LIMIT = "1500MB"
POLL_SECONDS = 0.2


def connect(
    *, memory_limit: str = MEMORY_LIMIT, temp_directory: Path | None = None, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A database in memory that spills beyond `memory_limit` into `temp_directory`."""
    config: Configuration = {"memory_limit": memory_limit, **NO_EXTENSIONS}
    if temp_directory is not None:
        config |= spilling_into(temp_directory)
    if threads is not None:
        config["threads"] = threads
    return duckdb.connect(config=config)


def sql_literal(value: object) -> str:
    """A text as an SQL literal: a path, a date in ISO form, an identifier's name."""
    return "'" + str(value).replace("'", "''") + "'"


def relation_names(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The names of the tables and views that the connection sees."""
    rows = con.execute("SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views()")
    return frozenset(name for (name,) in rows.fetchall())


def column_names(con: duckdb.DuckDBPyConnection, relation: str) -> frozenset[str]:
    """The column names of a relation."""
    return frozenset(row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall())


def run_statement(con: duckdb.DuckDBPyConnection, statement: str, progress: Progress | None = None) -> None:
    """Execute a statement and report its progress to `progress` while it runs."""
    if progress is None:
        con.execute(statement)
        return
    con.execute("SET enable_progress_bar = true")
    con.execute("SET enable_progress_bar_print = false")
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(con, done, progress), daemon=True)
    watcher.start()
    try:
        con.execute(statement)
    finally:
        done.set()
        watcher.join()
    progress(1.0)


def _watch(con: duckdb.DuckDBPyConnection, done: threading.Event, progress: Progress) -> None:
    highest = 0.0
    while not done.wait(POLL_SECONDS):
        share = min(con.query_progress() / 100, 0.99)
        if share > highest:
            highest = share
            progress(share)
