"""Checks feeds row by row against their contracts: what the rest of the platform calls.

`check_folder` checks a folder of feeds for `minglu type` and `minglu feeds check`; `check_delivery` checks
one uploaded file of one feed for a service. Both keep the good rows, typed, and describe every bad one.
"""

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from shared.feeds.checking import CheckedFeed, Checker
from shared.feeds.contracts import FEEDS
from shared.feeds.delivery import DeliveryReport, check_delivery
from shared.feeds.errors import FeedsError, FolderNotUsable
from shared.feeds.folder import find_files
from shared.feeds.opened import UNREADABLE, is_broken_parquet, is_machines_fault
from shared.feeds.registered import Registered
from shared.feeds.rejects import rejects_query, write_csv
from shared.identifiers import OperatorPseudonym

__all__ = [
    "CheckedFeeds",
    "DeliveryReport",
    "FeedReport",
    "FeedsError",
    "FolderNotUsable",
    "check_delivery",
    "check_folder",
]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FeedReport:
    """Counts of one feed; `flagged` counts accepted rows that carry a flag. Identical duplicates count
    in `rows` only."""

    feed: str
    files: tuple[str, ...]
    rows: int
    accepted: int
    rejected: int
    flagged: int
    delivered: bool
    warnings: tuple[str, ...] = ()


@dataclass
class CheckedFeeds:
    """Checked feeds in a DuckDB connection (see `check_folder`). `ignored`: files that are no feeds."""

    con: duckdb.DuckDBPyConnection
    reports: dict[str, FeedReport]
    today: date
    ignored: tuple[Path, ...]
    _checked: list[CheckedFeed]

    def add(self, checked: CheckedFeed) -> None:
        """Takes a feed's result into the report."""
        source, counts = checked.source, checked.counts
        self._checked.append(replace(checked, households=None))  # large, and only checking needs them
        self.reports[source.contract.name] = FeedReport(
            source.contract.name,
            source.names,
            counts.rows,
            counts.accepted,
            counts.rejected,
            counts.flagged,
            delivered=True,
            warnings=source.warnings,
        )

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Use it around reading the accepted rows: a Parquet file broken in a column that no check had to read (its
        statistics said enough) is refused only then, as a FeedsError."""
        try:
            yield
        except duckdb.Error as error:
            if is_machines_fault(error) or not is_broken_parquet(error):
                raise
            names = [name for report in self.reports.values() for name in report.files if f"/{name}" in str(error)]
            raise FeedsError(f"{f'文件{names[0]}' if names else '一个Parquet文件'}{UNREADABLE}。") from error

    def write_rejects(self, path: Path) -> int:
        """Writes all rejects as CSV (columns feed, file, row, column, code, severity, message); their number."""
        return write_csv(self.con, [rejects_query(feed.source, feed.tables) for feed in self._checked], path)


def check_folder(
    directory: Path,
    feeds: Iterable[str],
    *,
    today: date,
    pseudonym: OperatorPseudonym | None = None,
    memory_limit: str = "1500MB",
    temp_directory: Path | None = None,
    progress: Progress | None = None,
) -> CheckedFeeds:
    """Checks the given feeds of a folder; `today` is the day of delivery.

    In the returned `con` every delivered feed has
    - `accepted_<feed>`: the contract's columns typed (see `contracts`), `operator_ref` VARCHAR in place of
      `operator_id` when a pseudonym is given, no other personal column;
    - `rejected_keys_<feed>(uscc VARCHAR, year INTEGER)`: keys whose facts are unknown because a row of theirs
      was rejected (year NULL: all years).
    A feed without a file has neither, and `reports[feed].delivered` is False. Without a registration feed nobody
    can say which households are unknown: then that is not checked.
    Raises FolderNotUsable when the folder cannot be listed, FeedsError when a file cannot be read at all.
    `progress(feed, done, total)` is called before every feed and, with an empty name, at the end.
    """
    files = find_files(directory)
    chosen = [feed for feed in FEEDS if feed in set(feeds)]
    con = _connect(memory_limit, temp_directory)
    checker = Checker(con, today, pseudonym)
    result = CheckedFeeds(con, {}, today, tuple(files.ignored), [])
    registered: Registered | None = None
    for done, feed in enumerate(chosen):
        if progress:
            progress(feed, done, len(chosen))
        paths = files.files.get(feed, [])
        if not paths:
            result.reports[feed] = FeedReport(feed, (), 0, 0, 0, 0, delivered=False)
            continue
        checked = checker.check(FEEDS[feed], [(path, path.name) for path in paths], registered)
        registered = registered or checked.households
        con.execute(f"CREATE VIEW accepted_{feed} AS {checked.accepted()}")
        result.add(checked)
    if progress:
        progress("", len(chosen), len(chosen))
    return result


def _connect(memory_limit: str, temp_directory: Path | None) -> duckdb.DuckDBPyConnection:
    """A database in memory. What does not fit spills to a folder that nobody else can read and that goes with it."""
    private = None if temp_directory else tempfile.mkdtemp(prefix="minglu-")
    spill = temp_directory or Path(str(private)) / "spill"
    con = duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": str(spill)})
    if private:
        weakref.finalize(con, shutil.rmtree, private, ignore_errors=True)
    return con
