"""Writes the following year of a sample, feed by feed: what does not fit into DuckDB's memory spills."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import FeedContract, FeedsError, Kind
from shared.feeds.sample import writing as first_year
from shared.feeds.sample.arrays import MONEY
from shared.feeds.sample.following import chances, figures, households, inspected, opening, registered
from shared.feeds.sample.following.previous import PreviousSample, opened
from shared.feeds.sample.population import SampleSetting

FOLLOWING: Final = {
    "registration": registered.REGISTRATION,
    "credit": registered.CREDIT,
    "suspension": registered.SUSPENSION,
    "annual_report": figures.ANNUAL_REPORT,
    "tax": figures.TAX,
    "tax_registration": figures.TAX_REGISTRATION,
    "social_insurance": figures.SOCIAL_INSURANCE,
    "intellectual_property": inspected.INTELLECTUAL_PROPERTY,
    "penalty": registered.PENALTY_ROWS,
    "dishonest_debtor": registered.DEBTOR,
    "operator_kind": registered.OPERATOR_KIND,
    "contact": registered.CONTACT,
    "credit_risk": inspected.CREDIT_RISK,
    "violation": inspected.VIOLATION_ROWS,
}
"""SQL of every feed of the households that there were."""
_ARROW: Final[dict[Kind, pa.DataType]] = {
    "date": pa.date32(),
    "bool": pa.bool_(),
    "money": MONEY,
    "count": pa.int64(),
    "year": pa.int32(),
}


def write_following_sample(
    directory: Path,
    *,
    after: Path,
    seed: int,
    fmt: first_year.Format = "parquet",
    today: dt.date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Writes the feeds of the year that follows the sample in `after`, as of `today` (none: a year after the last day
    of that sample); returns rows per feed. The same sample and arguments give the same files.

    FeedsError or FolderNotUsable, and nothing is written: not one sample of one year, or a day of another year.
    """
    if seed < 0:
        raise FeedsError("随机种子应为非负整数。")
    if directory.resolve() == after.resolve():
        raise FeedsError("下一年的样例要写到另一个文件夹，上一年的保持不变。")
    with opened(after) as previous:
        setting = _setting(previous, seed, today or _a_year_later(previous.day))
        year_seed = int(np.random.default_rng((seed, setting.year)).integers(2**31))
        chances.define(previous.con, seed=seed, year=setting.year, before=previous.day, today=setting.today)
        households.decide(previous.con)
        there = previous.con.execute("SELECT count(*) FROM household").fetchall()[0][0]
        named = households.name_anew(previous.con, seed=year_seed, first=there, chunk=first_year.CHUNK)
        with first_year.SampleFiles(directory, fmt) as files:
            _append_following(previous, files, lambda done: progress(done, len(FOLLOWING) + 1) if progress else None)
            _append_new(previous, files, _with_seed(setting, year_seed), there + named)
            if progress:
                progress(len(FOLLOWING) + 1, len(FOLLOWING) + 1)
        return files.rows


def _setting(previous: PreviousSample, seed: int, today: dt.date) -> SampleSetting:
    if today.year != previous.year + 2:
        raise FeedsError(
            f"上一年的样例是 {previous.year} 年度的，下一年的截止日应在 {previous.year + 2} 年，不能是 {today}。"
        )
    counties = opening.counties_of_sample(previous.con)
    shares = np.array(list(counties.values()), dtype=np.float64)
    return SampleSetting(tuple(counties), shares / shares.sum(), seed, today)


def _with_seed(setting: SampleSetting, seed: int) -> SampleSetting:
    return SampleSetting(setting.counties, setting.shares, seed, setting.today)


def _a_year_later(day: dt.date) -> dt.date:
    return day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _append_following(previous: PreviousSample, files: first_year.SampleFiles, progress: Callable[[int], None]) -> None:
    for done, (feed, sql) in enumerate(FOLLOWING.items()):
        schema = _schema(FEEDS[feed])
        columns, key = ", ".join(schema.names), ", ".join(FEEDS[feed].key)
        # in no visible order, but always in the same one
        order = f"draw({FEEDS[feed].key[0]}, 'order of {feed}'), {key}"
        reader = previous.con.sql(f"SELECT {columns} FROM ({sql}) ORDER BY {order}").to_arrow_reader(first_year.CHUNK)
        files.append(feed, schema.empty_table())
        for batch in reader:
            files.append(feed, pa.Table.from_batches([batch]).cast(schema))
        progress(done + 1)


def _append_new(previous: PreviousSample, files: first_year.SampleFiles, setting: SampleSetting, first: int) -> None:
    count = opening.how_many_open(previous.con)
    for start in range(0, count, first_year.CHUNK):
        rng = first_year.generators(setting, start)
        size = min(first_year.CHUNK, count - start)
        new = opening.new_households(previous, setting, rng(), first + start, size)
        for feed, table in first_year.feeds_of(new, setting, rng):
            files.append(feed, table.cast(_schema(FEEDS[feed])))


def _schema(feed: FeedContract) -> pa.Schema:
    return pa.schema([(column.name, _ARROW.get(column.kind, pa.string())) for column in feed.columns])
