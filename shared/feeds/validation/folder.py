"""Validation of a folder of feeds: `tax.csv`, `tax-2.csv`, `tax-3.parquet`, ….

`check_folder` serves the command line and offline runs.
"""

import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import FeedsError, FolderNotUsable
from shared.feeds.reading.feed_file import UNREADABLE_FILE, is_broken_parquet, is_out_of_resources
from shared.feeds.validation.feed_checker import CheckedFeed, FeedChecker
from shared.feeds.validation.registered_households import RegisteredHouseholds
from shared.feeds.validation.rejects import rejects_query, write_rejects_csv
from shared.reference.personal_data import OperatorPseudonym

SUFFIXES = (".csv", ".parquet", ".xlsx")
OWN_FILES = frozenset({"rejects.csv", "planted.csv"})
"""Files that `minglu feeds` itself writes into such a folder: not feeds, and no reason for a warning."""

_NAME = re.compile(rf"(?P<feed>{'|'.join(FEEDS)})(-(?P<number>\d+))?(?P<suffix>\.\w+)", re.ASCII)


@dataclass(frozen=True)
class FolderFiles:
    """Files by feed (in the feeds' order, numbered files by number) and all other files."""

    files: dict[str, list[Path]]
    ignored: list[Path]


def find_feed_files(directory: Path) -> FolderFiles:
    """The feeds' files of a folder, not of folders below it. Raises FolderNotUsable."""
    numbered: dict[str, list[tuple[int, str, Path]]] = {}
    ignored = []
    for path in _entries(directory):
        match = _NAME.fullmatch(path.name)
        if match and path.is_file() and match["suffix"].lower() in SUFFIXES:
            numbered.setdefault(match["feed"], []).append((int(match["number"] or 0), path.name, path))
        elif path.name not in OWN_FILES and not path.name.startswith("."):
            ignored.append(path)
    return FolderFiles(
        {feed: [path for *_, path in sorted(numbered[feed])] for feed in FEEDS if feed in numbered}, ignored
    )


def _entries(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except FileNotFoundError:
        raise FolderNotUsable(f"没有这个文件夹：{directory}。") from None
    except NotADirectoryError:
        raise FolderNotUsable(f"这不是文件夹：{directory}。") from None
    except OSError as error:
        raise FolderNotUsable(f"文件夹打不开：{directory}（{error.strerror}）。") from error


Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FeedReport:
    """Counts of one feed; `flagged` counts accepted rows that carry a flag, `unreadable` rejected ones of which nobody
    can tell whose they are. Identical duplicates count in `rows` only."""

    feed: str
    files: tuple[str, ...]
    rows: int
    accepted: int
    rejected: int
    flagged: int
    delivered: bool
    warnings: tuple[str, ...] = ()
    unreadable: int = 0


@dataclass
class CheckedFeeds:
    """Checked feeds in a DuckDB connection (see `check_folder`). `ignored`: files that are no feeds."""

    con: duckdb.DuckDBPyConnection
    reports: dict[str, FeedReport]
    today: date
    ignored: tuple[Path, ...]
    _checked: list[CheckedFeed]

    def add(self, checked: CheckedFeed) -> None:
        """Adds a feed's result to the report."""
        source, counts = checked.source, checked.counts
        self._checked.append(replace(checked, households=None))  # large, and needed only for checking
        self.reports[source.contract.name] = FeedReport(
            source.contract.name,
            source.names,
            counts.rows,
            counts.accepted,
            counts.rejected,
            counts.flagged,
            delivered=True,
            warnings=source.warnings,
            unreadable=counts.unreadable,
        )

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Wrap reads of the accepted rows in it: a Parquet file that is broken in a column that no check had to read
        (its statistics sufficed) raises FeedsError only then.
        """
        try:
            yield
        except duckdb.Error as error:
            if is_out_of_resources(error) or not is_broken_parquet(error):
                raise
            names = [name for report in self.reports.values() for name in report.files if f"/{name}" in str(error)]
            raise FeedsError(f"{f'文件{names[0]}' if names else '一个Parquet文件'}{UNREADABLE_FILE}。") from error

    def write_rejects(self, path: Path) -> int:
        """Writes all rejects as CSV (columns feed, file, row, column, code, severity, message); their number."""
        return write_rejects_csv(self.con, [rejects_query(feed.source, feed.tables) for feed in self._checked], path)


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
    - `accepted_<feed>`: the contract's columns typed (see `contract.feeds`), `operator_ref` VARCHAR in place of
      `operator_id` when a pseudonym is given, no other personal column;
    - `rejected_keys_<feed>(uscc VARCHAR, year INTEGER)`: keys whose facts are unknown because a row of theirs
      was rejected (year NULL: all years).
    A feed without a file has neither, and `reports[feed].delivered` is False. Without a registration feed it is
    unknown which households exist, and this is not checked.
    Raises FolderNotUsable when the folder cannot be listed, FeedsError when a file cannot be read at all.
    `progress(feed, done, total)` is called before every feed and, with an empty name, at the end.
    """
    files = find_feed_files(directory)
    chosen = [feed for feed in FEEDS if feed in set(feeds)]
    con = _connect(memory_limit, temp_directory)
    checker = FeedChecker(con, today, pseudonym)
    result = CheckedFeeds(con, {}, today, tuple(files.ignored), [])
    registered: RegisteredHouseholds | None = None
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
    """A database in memory. What does not fit spills to a private folder that is removed with it."""
    private = None if temp_directory else tempfile.mkdtemp(prefix="minglu-")
    spill = temp_directory or Path(str(private)) / "spill"
    con = duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": str(spill)})
    if private:
        weakref.finalize(con, shutil.rmtree, private, ignore_errors=True)
    return con
