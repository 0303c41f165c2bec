"""Writes a sample chunk by chunk: memory does not grow with the number of households."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from shared.feeds.errors import FeedsError
from shared.feeds.sample import business, registers
from shared.feeds.sample.files import Format, SampleFiles
from shared.feeds.sample.planted import NOTE_COLUMNS, Planted, Planting, as_texts, plant
from shared.feeds.sample.population import SERIALS, Setting, draw
from shared.regions import counties_of

CHUNK: Final = 200_000
PLANTED_FILE: Final = "planted.csv"
_PLANTED_NUMBERS: Final = 10_000  # kept free above the households for planted rows
_MOST: Final = SERIALS - _PLANTED_NUMBERS
_EVENNESS: Final = 6.0  # of the counties' shares: most within half and twice the average

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
    """Writes the eleven feeds of `households` in the counties below `region` as of `today`; rows a feed.

    The same arguments give the same files. With errors the cells are all texts (Parquet too), bad rows are
    planted and described in `planted.csv` (feed, row, column, code), and the answer has their number under
    `planted`. `progress(done, households)` is called after each chunk. FeedsError: no such region, no
    households, or a sample of the other format in the way.
    """
    setting = _setting(region, households, seed, today)
    batches = Planting(setting, households).feeds() if with_errors else None
    notes: Notes = []
    with SampleFiles(directory, fmt) as files:
        for first in range(0, households, CHUNK):
            count = min(CHUNK, households - first)
            for feed, table in _tables(setting, first, count):
                files.append(feed, table if batches is None else _spoilt(feed, table, batches, first, notes))
            if progress:
                progress(first + count, households)
    if not with_errors:
        return files.rows
    _write_notes(directory / PLANTED_FILE, notes)
    return {**files.rows, "planted": len(notes)}


def _setting(region: str, households: int, seed: int, today: date) -> Setting:
    counties = counties_of(region)
    if not counties:
        raise FeedsError(f"区划代码 {region} 下没有县级区划，请给出省（2 位）、市（4 位）或县（6 位）代码。")
    if not 0 < households <= _MOST:
        raise FeedsError(f"户数应为 1 到 {_MOST} 之间的整数。")
    if seed < 0:
        raise FeedsError("随机种子应为非负整数。")
    shares = np.random.default_rng((seed, 0)).dirichlet(np.full(len(counties), _EVENNESS))
    return Setting(counties, shares, seed, today)


def _tables(setting: Setting, first: int, count: int) -> Iterator[tuple[str, pa.Table]]:
    """One chunk of every feed. A generator of random numbers for each: no feed's draws shift another's."""
    streams = iter(np.random.SeedSequence((setting.seed, 3, first // CHUNK)).spawn(13))

    def rng() -> np.random.Generator:
        return np.random.Generator(np.random.PCG64(next(streams)))

    all_ = draw(setting, first, count, rng())
    of = business.figures(all_, rng())
    yield "registration", registers.registration(all_, setting, rng())
    yield "credit", registers.credit(all_, rng())
    yield "suspension", registers.suspension(all_, setting, rng())
    yield "annual_report", business.annual_report(all_, of, setting, rng())
    yield "tax", business.tax(all_, of, setting, rng())
    yield "tax_registration", business.tax_registration(all_, of, setting, rng())
    yield "social_insurance", business.social_insurance(all_, of, setting, rng())
    yield "intellectual_property", business.intellectual_property(all_, rng())
    yield "penalty", registers.penalty(all_, setting, rng())
    yield "dishonest_debtor", registers.dishonest_debtor(all_, setting, rng())
    yield "contact", registers.contact(all_, setting, rng())


def _spoilt(feed: str, table: pa.Table, batches: dict[str, list[Planted]], first: int, notes: Notes) -> pa.Table:
    texts = as_texts(table)
    if first:
        return texts
    spoilt, found = plant(texts, batches[feed])
    notes += [(feed, row, column, code) for row, column, code in found]
    return spoilt


def _write_notes(path: Path, notes: Notes) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NOTE_COLUMNS)
        writer.writerows(notes)
