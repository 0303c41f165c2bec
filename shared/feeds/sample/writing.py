"""Writes a sample chunk by chunk: memory does not grow with the number of households. Files appear under their names
only when they are complete.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import FeedsError
from shared.feeds.sample import business_feeds, inspection_feeds, registration_feeds
from shared.feeds.sample.planted_errors import NOTE_COLUMNS, ErrorPlanter, PlantedRows, as_texts, plant
from shared.feeds.sample.population import SERIALS, SampleHouseholds, SampleSetting, draw_households
from shared.reference.regions import counties_of

Format = Literal["parquet", "csv"]
FORMATS: tuple[Format, ...] = ("parquet", "csv")
_REPEATING = ("region", "choice", "year", "bool", "count")  # kinds for which Parquet's dictionary encoding saves space


class SampleFiles:
    """One file per feed, as a context manager: on success the files get their names, otherwise they are removed."""

    def __init__(self, directory: Path, fmt: Format) -> None:
        self._directory = directory
        self._format = fmt
        self._writers: dict[str, pq.ParquetWriter | pa_csv.CSVWriter] = {}
        self.rows: dict[str, int] = dict.fromkeys(FEEDS, 0)

    def append(self, feed: str, table: pa.Table) -> None:
        """Adds rows; every chunk of a feed has the columns and types of its first."""
        writer = self._writers.get(feed) or self._open(feed, table.schema)
        if len(table):
            writer.write_table(table)
        self.rows[feed] += len(table)

    def _open(self, feed: str, schema: pa.Schema) -> pq.ParquetWriter | pa_csv.CSVWriter:
        path = self._partial(feed)
        writer = pa_csv.CSVWriter(path, schema) if self._format == "csv" else _parquet_writer(feed, path, schema)
        self._writers[feed] = writer
        return writer

    def _partial(self, feed: str) -> Path:
        return self._directory / f".{feed}.{self._format}.part"

    def __enter__(self) -> "SampleFiles":
        self._directory.mkdir(parents=True, exist_ok=True)
        other = FORMATS[1 - FORMATS.index(self._format)]
        if present := [feed for feed in FEEDS if (self._directory / f"{feed}.{other}").exists()]:
            raise FeedsError(
                f"文件夹 {self._directory} 里已有 {present[0]}.{other}，与新样例会重复，请先移走或换一个文件夹。"
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for feed, writer in self._writers.items():
            writer.close()
            if kind is None:
                self._partial(feed).replace(self._directory / f"{feed}.{self._format}")
            else:
                self._partial(feed).unlink()


def _parquet_writer(feed: str, path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    repeating: Any = [column.name for column in FEEDS[feed].columns if column.kind in _REPEATING]
    return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=repeating)


CHUNK: Final = 200_000
PLANTED_FILE: Final = "planted.csv"
_PLANTED_NUMBERS: Final = 10_000  # numbers above those of the households, reserved for planted rows
_MOST: Final = SERIALS - _PLANTED_NUMBERS
_EVENNESS: Final = 6.0  # spread of the counties' shares: most lie between half and twice the average

Notes = list[tuple[str, int, str, str]]


def write_sample(
    directory: Path,
    *,
    region: str,
    households: int,
    seed: int,
    fmt: Format = "parquet",
    with_errors: bool = False,
    today: date,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Writes all feeds of `households` in the counties below `region` as of `today`; returns rows per feed.

    The same arguments give the same files. With errors the cells are all texts (Parquet too), bad rows are
    planted and described in `planted.csv` (feed, row, column, code), and the answer has their number under
    `planted`. `progress(done, households)` is called after each chunk. FeedsError: no such region, no
    households, or a sample of the other format in the way.
    """
    setting = _sample_setting(region, households, seed, today)
    batches = ErrorPlanter(setting, households).feeds() if with_errors else None
    notes: Notes = []
    with SampleFiles(directory, fmt) as files:
        for first in range(0, households, CHUNK):
            count = min(CHUNK, households - first)
            for feed, table in _tables(setting, first, count):
                files.append(feed, table if batches is None else _with_planted_rows(feed, table, batches, first, notes))
            if progress:
                progress(first + count, households)
    if not with_errors:
        return files.rows
    _write_notes(directory / PLANTED_FILE, notes)
    return {**files.rows, "planted": len(notes)}


def _sample_setting(region: str, households: int, seed: int, today: date) -> SampleSetting:
    counties = counties_of(region)
    if not counties:
        raise FeedsError(f"区划代码 {region} 下没有县级区划，请给出省（2 位）、市（4 位）或县（6 位）代码。")
    if not 0 < households <= _MOST:
        raise FeedsError(f"户数应为 1 到 {_MOST} 之间的整数。")
    if seed < 0:
        raise FeedsError("随机种子应为非负整数。")
    shares = np.random.default_rng((seed, 0)).dirichlet(np.full(len(counties), _EVENNESS))
    return SampleSetting(counties, shares, seed, today)


def _tables(setting: SampleSetting, first: int, count: int) -> Iterator[tuple[str, pa.Table]]:
    """One chunk of every feed."""
    rng = generators(setting, first)
    return feeds_of(draw_households(setting, first, count, rng()), setting, rng)


def generators(setting: SampleSetting, first: int) -> Callable[[], np.random.Generator]:
    """The random generators of a chunk, one after the other: each feed has its own, so that one feed's draws do not
    shift another's.
    """
    streams = iter(np.random.SeedSequence((setting.seed, 3, first // CHUNK)).spawn(16))
    return lambda: np.random.Generator(np.random.PCG64(next(streams)))


def feeds_of(
    all_: SampleHouseholds, setting: SampleSetting, rng: Callable[[], np.random.Generator]
) -> Iterator[tuple[str, pa.Table]]:
    """Every feed of these households."""
    of = business_feeds.figures(all_, rng())
    yield "registration", registration_feeds.registration(all_, setting, rng())
    yield "credit", registration_feeds.credit(all_, rng())
    yield "suspension", registration_feeds.suspension(all_, setting, rng())
    yield "annual_report", business_feeds.annual_report(all_, of, setting, rng())
    yield "tax", business_feeds.tax(all_, of, setting, rng())
    yield "tax_registration", business_feeds.tax_registration(all_, of, setting, rng())
    yield "social_insurance", business_feeds.social_insurance(all_, of, setting, rng())
    yield "intellectual_property", business_feeds.intellectual_property(all_, rng())
    yield "penalty", registration_feeds.penalty(all_, setting, rng())
    yield "dishonest_debtor", registration_feeds.dishonest_debtor(all_, setting, rng())
    yield "contact", registration_feeds.contact(all_, setting, rng())
    yield "credit_risk", inspection_feeds.credit_risk(all_, setting, rng())
    yield "violation", inspection_feeds.violation(all_, setting, rng())
    yield "operator_kind", registration_feeds.operator_kind(all_, setting, rng())


def _with_planted_rows(
    feed: str, table: pa.Table, batches: dict[str, list[PlantedRows]], first: int, notes: Notes
) -> pa.Table:
    texts = as_texts(table)
    if first:
        return texts
    with_rows, planted = plant(texts, batches[feed])
    notes += [(feed, row, column, code) for row, column, code in planted]
    return with_rows


def _write_notes(path: Path, notes: Notes) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NOTE_COLUMNS)
        writer.writerows(notes)
