"""Checks one uploaded file for a service and writes what the service stores."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.reading.feed_file import UNREADABLE_FILE, duckdb_errors_refused
from shared.feeds.reading.sql import literal
from shared.feeds.validation.feed_checker import CheckedFeed, FeedChecker, Finding
from shared.feeds.validation.registered_households import registered_households_in
from shared.feeds.validation.rejects import rejects_query
from shared.reference.personal_data import OperatorPseudonym

ROW_GROUP = 122_880
Judge = Callable[[CheckedFeed], Sequence[Finding]]
"""What a service finds wrong with accepted rows beside the contract: those rows are rejected, too."""


@dataclass(frozen=True)
class DeliveryReport:
    """What `check_delivery` found and wrote.

    `unreadable`: rejected rows of which nobody can tell whose they are. `years`: the years of accepted rows (empty for
    feeds without a year). Coverage is not derived: it is what the
    bureau declares.
    """

    feed: str
    rows: int
    accepted: int
    rejected: int
    flagged: int
    unreadable: int
    years: tuple[int, ...]
    warnings: tuple[str, ...]
    accepted_path: Path
    rejects_path: Path
    rejected_keys_path: Path


def check_delivery(
    path: Path,
    feed: str,
    *,
    today: date,
    registered: str | None,
    pseudonym: OperatorPseudonym,
    con: duckdb.DuckDBPyConnection,
    out: Path,
    name: str | None = None,
    judge: Judge | None = None,
) -> DeliveryReport:
    """Checks one uploaded file of one feed and writes three files into the existing directory `out`:

    - `accepted.parquet`: accepted rows, typed as in `check_folder`, in the order of the file, identical rows
      once; the same input, day and pseudonym key give the same bytes. Money is BIGINT fen;
    - `rejects.parquet`: feed, file, row, column, code, severity, message, by row;
    - `rejected-keys.parquet`: uscc VARCHAR, year INTEGER (NULL: all years) of rejected rows.

    The suffix of `path` gives the format (.csv, .parquet, .xlsx); `name` is the file name that rejects show
    (default: that of `path`). `today` is the day of delivery. `registered` names a relation in `con` with a
    column `uscc` of accepted registrations; None leaves `unknown-household` to be judged later. `judge` sees the
    accepted rows whole, before anything is written. `con` is an open
    connection of the caller's; helper tables made in it are dropped again. The call is synchronous and uses
    CPU: run it in a thread. Personal columns are in none of the files.
    Raises FeedsError when the file is refused whole; `out` then holds nothing of it.
    """
    contract = FEEDS[feed]
    households = None if registered is None or feed == "registration" else registered_households_in(con, registered)
    with _isolated(con) as space:
        checker = FeedChecker(con, today, pseudonym, space)
        checked = checker.check(contract, [(path, name or path.name)], households)
        if judge is not None:
            checked = checked.without(judge(checked))
        return _write_files(checked, out)


@contextmanager
def _isolated(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """An in-memory database for the tables of the check, with row order preserved; both are undone afterwards."""
    name = f"delivery_{secrets.token_hex(8)}"
    ((ordered,),) = con.execute("SELECT current_setting('preserve_insertion_order')").fetchall()
    con.execute(f"ATTACH ':memory:' AS {name}")
    con.execute("SET preserve_insertion_order = true")
    try:
        yield f"{name}."
    finally:
        con.execute(f"SET preserve_insertion_order = {ordered}")
        con.execute(f"DETACH {name}")


def _write_files(checked: CheckedFeed, out: Path) -> DeliveryReport:
    con, tables, counts = checked.source.con, checked.tables, checked.counts
    feed = checked.source.contract.name
    accepted, rejects, keys = (out / name for name in ("accepted.parquet", "rejects.parquet", "rejected-keys.parquet"))
    try:
        with duckdb_errors_refused(
            "、".join(checked.source.names), UNREADABLE_FILE
        ):  # broken in a column that no check had to read
            _copy_to_parquet(con, checked.accepted(storable=True), accepted)
        rejects_sql = rejects_query(checked.source, tables)
        _copy_to_parquet(con, f'SELECT * EXCLUDE (id) FROM ({rejects_sql}) ORDER BY id, "column", code', rejects)
        _copy_to_parquet(con, f"SELECT * FROM {tables.rejected_keys} ORDER BY ALL", keys)
    except BaseException:
        for written in (accepted, rejects, keys):
            written.unlink(missing_ok=True)
        raise
    years: list[tuple[int]] = []
    if checked.source.contract.has("year"):
        years = con.execute(f"SELECT DISTINCT year FROM read_parquet({literal(str(accepted))}) ORDER BY 1").fetchall()
    return DeliveryReport(
        feed,
        counts.rows,
        counts.accepted,
        counts.rejected,
        counts.flagged,
        counts.unreadable,
        tuple(year for (year,) in years),
        checked.source.warnings,
        accepted,
        rejects,
        keys,
    )


def _copy_to_parquet(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    form = f"FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROW_GROUP}"
    con.execute(f"COPY ({query}) TO {literal(str(path))} ({form})")
