"""Rows of one feed with the same key: candidates by hash or by household and year, then compared exactly. Identical
rows count once; rows that differ are all rejected.
"""

import numpy as np
from numpy.typing import NDArray

from shared.feeds.reading.source import Source
from shared.feeds.reading.sql import literal
from shared.feeds.validation.registered_households import HashIndex, RegisteredHouseholds
from shared.feeds.validation.rejects import FindingTables
from shared.feeds.validation.scan import Scan

_YEAR_SPREAD = np.uint64(0xD1B54A32D192ED03)  # any odd number with its bits well mixed
_SLOTS_PER_ROW = 8
_SPARE_SLOTS = 1 << 20


def duplicate_candidates(
    scan: Scan, registered: RegisteredHouseholds | None, households: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Positions of candidates; `households` are the positions of the rows' households, -1 for unknown ones.

    Rows of unknown households are all candidates: they are checked exactly in any case.
    """
    if len(scan.keys):
        return HashIndex(scan.keys).repeats
    if registered is not None and len(registered.accepted):
        ranks, years = _year_ranks(scan)
        if len(registered.accepted) * years <= _SLOTS_PER_ROW * len(scan.rows) + _SPARE_SLOTS:
            return _candidates_by_household(households, ranks, years, len(registered.accepted))
    if len(scan.years):
        return HashIndex(scan.codes + scan.years.astype(np.uint64) * _YEAR_SPREAD).repeats
    return HashIndex(scan.codes).repeats


def _year_ranks(scan: Scan) -> tuple[NDArray[np.int64] | None, int]:
    """Every row's year as a rank among the years that occur, from 0, and how many occur."""
    if not len(scan.years):
        return None, 1
    occurring = np.flatnonzero(np.bincount(scan.years))
    if len(occurring) == 1:
        return None, 1
    rank = np.zeros(occurring[-1] + 1, np.int64)
    rank[occurring] = np.arange(len(occurring))
    return rank[scan.years], len(occurring)


def _candidates_by_household(
    households: NDArray[np.int32], ranks: NDArray[np.int64] | None, years: int, household_count: int
) -> NDArray[np.int32]:
    """One slot for each household and year: two rows in one slot are candidates."""
    slots = households if ranks is None else households * np.int64(years) + ranks
    strangers = np.flatnonzero(households < 0).astype(np.int32)
    owner = np.full(household_count * years, -1, np.int32)
    here = np.arange(len(households), dtype=np.int32)
    owner[slots] = here  # an unknown household's slot may coincide with another's: at worst one candidate too many
    others = np.flatnonzero(owner[slots] != here).astype(np.int32)
    return np.unique(np.concatenate([others, owner[slots[others]], strangers]))


DUPLICATE_KEY = "duplicate-key"


def find_duplicates(source: Source, tables: FindingTables) -> None:
    """Adds `duplicate-key` findings, and to `dropped` all but the first of identical rows.

    Looks only at suspects marked as `repeated` (by hash); keys that merely share a hash are separated here.
    """
    run = source.con.execute
    key = source.key()
    names = [f"key{place}" for place in range(len(key))]
    whole = " AND ".join(f"{name} IS NOT NULL" for name in names)
    keyed = ", ".join(f"{part} AS {name}" for part, name in zip(key, names, strict=True))
    repeated = f"SELECT row, {source.compared_columns()} AS content, {keyed} FROM {tables.suspects} WHERE repeated"
    grouped = (
        f"SELECT row, min(row) OVER same AS first, count(*) OVER same AS rows, "
        f"min(content) OVER same = max(content) OVER same AS identical "
        f"FROM ({repeated}) WHERE {whole} WINDOW same AS (PARTITION BY {', '.join(names)})"
    )
    run(f"INSERT INTO {tables.dropped} SELECT row FROM ({grouped}) WHERE identical AND row <> first")
    run(
        f"INSERT INTO {tables.findings} SELECT row, {literal(source.contract.key[0])}, '{DUPLICATE_KEY}' "
        f"FROM ({grouped}) WHERE rows > 1 AND NOT identical"
    )
