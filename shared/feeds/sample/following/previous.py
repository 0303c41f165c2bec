"""The sample that is continued: opened read-only, and refused unless it is one sample of one year, without errors."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from shared.closed_duckdb import open_closed
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import FeedContract, FeedsError, FolderNotUsable, Kind
from shared.feeds.reading.sql import file_literal, literal, quoted
from shared.feeds.sample.people import HOUSEHOLD_MARK, OPERATOR_MARK
from shared.feeds.sample.writing import PLANTED_FILE

MEMORY_LIMIT: Final = "1GB"
SAMPLE_TYPES: Final[dict[Kind, str]] = {
    "text": "VARCHAR",
    "uscc": "VARCHAR",
    "region": "VARCHAR",
    "choice": "VARCHAR",
    "date": "DATE",
    "bool": "BOOLEAN",
    "money": "DECIMAL(18,2)",
    "count": "BIGINT",
    "year": "INTEGER",
}
"""What a sample's columns are, by their kind in the contract."""
_ABOUT_A_YEAR: Final = ("annual_report", "tax", "social_insurance")


@dataclass(frozen=True)
class PreviousSample:
    """`con` holds each feed as the view `last_…`; `year` is that of its figures, `day` the last day on which anything
    happened in it.
    """

    con: duckdb.DuckDBPyConnection
    year: int
    day: dt.date


@contextmanager
def opened(directory: Path) -> Iterator[PreviousSample]:
    """The sample in a folder. FeedsError or FolderNotUsable, before anything is written, if it is none."""
    files = _files_of(directory)
    with (
        tempfile.TemporaryDirectory(prefix="minglu-sample-") as spill,
        open_closed([directory], memory_limit=MEMORY_LIMIT, spill=Path(spill)) as con,
    ):
        for feed, path in files.items():
            _show(con, FEEDS[feed], path)
        try:
            _refuse_real_people(con, directory)
            _refuse_strangers(con, directory)
            yield PreviousSample(con, *_year_and_day(con, directory))
        except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
            raise FeedsError(f"{directory} 不是合成的样例：有的单元格不是合同规定的形式。") from error


def _files_of(directory: Path) -> dict[str, Path]:
    if not directory.is_dir():
        raise FolderNotUsable(f"没有这个文件夹：{directory}。")
    if (directory / PLANTED_FILE).exists():
        raise FeedsError(f"{directory} 里的样例有意写错了一些行（见 {PLANTED_FILE}），不能接着生成下一年。")
    found = {
        feed: [p for p in (directory / f"{feed}.parquet", directory / f"{feed}.csv") if p.is_file()] for feed in FEEDS
    }
    if not any(found.values()):
        raise FeedsError(f"{directory} 不是合成的样例：里面没有部门数据（如 registration.parquet）。")
    if missing := [feed for feed, paths in found.items() if not paths]:
        raise FeedsError(f"{directory} 里的样例不全，缺少：{'、'.join(missing)}。")
    if twice := [feed for feed, paths in found.items() if len(paths) > 1]:
        raise FeedsError(f"{directory} 里同一种数据有两个文件：{'、'.join(twice)}，请只留一个。")
    return {feed: path for feed, (path,) in found.items()}


def _show(con: duckdb.DuckDBPyConnection, feed: FeedContract, path: Path) -> None:
    """The file as a view; refused when its columns are not those of a sample."""
    types = {column.name: SAMPLE_TYPES[column.kind] for column in feed.columns}
    if path.suffix == ".csv":
        listed = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in types.items())
        source = f"read_csv({file_literal(path)}, header = true, auto_detect = false, columns = {{{listed}}})"
        _refuse_header(path, list(types))
    else:
        source = f"read_parquet({file_literal(path)})"
    try:
        con.execute(f"CREATE VIEW {quoted(f'last_{feed.name}')} AS FROM {source}")
        columns = {name: kind for name, kind, *_ in con.execute(f"DESCRIBE FROM {source}").fetchall()}
    except duckdb.Error as error:
        raise FeedsError(f"{path} 读不出来，不是合成的样例。") from error
    if columns != types:
        raise FeedsError(f"{path} 不是合成的样例：它的列与 {feed.title}（{feed.name}）的样例不同。")


def _refuse_header(path: Path, names: list[str]) -> None:
    with path.open(encoding="utf-8", errors="replace") as file:
        header = file.readline(10_000).strip()
    if [name.strip('"') for name in header.split(",")] != names:
        raise FeedsError(f"{path} 不是合成的样例：它的列与样例不同。")


def _refuse_real_people(con: duckdb.DuckDBPyConnection, directory: Path) -> None:
    """Whatever is not marked as invented may be somebody's: it is not continued."""
    unmarked = con.execute(
        """SELECT count(*) FROM last_registration
        WHERE NOT ends_with(coalesce(name, ''), $1) OR NOT ends_with(coalesce(operator_name, $2), $2)""",
        [HOUSEHOLD_MARK, OPERATOR_MARK],
    ).fetchall()[0][0]
    if unmarked:
        raise FeedsError(
            f"{directory} 不是合成的样例：有 {unmarked:,} 户的字号没有“{HOUSEHOLD_MARK}”或经营者没有“{OPERATOR_MARK}”。"
        )


def _refuse_strangers(con: duckdb.DuckDBPyConnection, directory: Path) -> None:
    """Feeds of another sample, or of another year's, have households that this register does not have."""
    if con.execute("SELECT count(*) - count(DISTINCT uscc) FROM last_registration").fetchall() != [(0,)]:
        raise FeedsError(f"{directory} 不是合成的样例：登记信息里有重复的统一社会信用代码。")
    for name, feed in FEEDS.items():
        if feed.has("uscc"):
            strangers = con.execute(
                f"SELECT count(*) FROM {quoted(f'last_{name}')} ANTI JOIN last_registration USING (uscc)"
            ).fetchall()[0][0]
            if strangers:
                raise FeedsError(f"{directory} 不是同一份样例：{name} 有 {strangers:,} 行不属于登记信息里的户。")


def _year_and_day(con: duckdb.DuckDBPyConnection, directory: Path) -> tuple[int, dt.date]:
    """The year of the figures, and the last day of which any feed knows."""
    happened = [(name, column.name) for name, feed in FEEDS.items() for column in feed.columns if column.not_future]
    days = " UNION ALL ".join(f"SELECT max({column}) AS day FROM last_{name}" for name, column in happened)
    day: dt.date | None = con.execute(f"SELECT max(day) FROM ({days})").fetchall()[0][0]
    if day is None:
        raise FeedsError(f"{directory} 里的登记信息没有一户，不能接着生成下一年。")
    spans = {name: con.execute(f"SELECT min(year), max(year) FROM last_{name}").fetchall()[0] for name in _ABOUT_A_YEAR}
    known = {name: span for name, span in spans.items() if span[1] is not None}
    year: int = max((last for _, last in known.values()), default=day.year - 1)
    # a sample is about the year before its day, with reports and taxes of one year more
    in_order = all(last == year and year - 1 <= first for first, last in known.values()) and day.year == year + 1
    if not in_order:
        seen = "，".join(f"{name} {first}–{last}" for name, (first, last) in known.items())
        raise FeedsError(f"{directory} 里的数据不是同一年的：{seen}，最近的日期是 {day}。")
    return year, day
