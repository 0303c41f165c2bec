"""Which rows of a feed seem to have the key of another row: candidates, to be compared exactly afterwards."""

import numpy as np
from numpy.typing import NDArray

from shared.feeds.hash_index import HashIndex
from shared.feeds.registered import Registered
from shared.feeds.scan import Scan

_YEAR_SPREAD = np.uint64(0xD1B54A32D192ED03)  # any odd number with its bits well mixed
_SLOTS_PER_ROW = 8
_SPARE_SLOTS = 1 << 20


def repeats(scan: Scan, registered: Registered | None, households: NDArray[np.int32]) -> NDArray[np.int32]:
    """Positions of candidates; `households` are the positions of the rows' households, -1 for unknown ones.

    Rows of unknown households are all candidates: they are looked at closely in any case.
    """
    if len(scan.keys):
        return HashIndex(scan.keys).repeats
    if registered is not None and len(registered.accepted):
        ranks, years = _year_ranks(scan)
        if len(registered.accepted) * years <= _SLOTS_PER_ROW * len(scan.rows) + _SPARE_SLOTS:
            return _repeats_by_household(households, ranks, years, len(registered.accepted))
    if len(scan.years):
        return HashIndex(scan.codes + scan.years.astype(np.uint64) * _YEAR_SPREAD).repeats
    return HashIndex(scan.codes).repeats


def _year_ranks(scan: Scan) -> tuple[NDArray[np.int64] | None, int]:
    """Every row's year counted from 0 among those that occur, and how many occur."""
    if not len(scan.years):
        return None, 1
    occurring = np.flatnonzero(np.bincount(scan.years))
    if len(occurring) == 1:
        return None, 1
    rank = np.zeros(occurring[-1] + 1, np.int64)
    rank[occurring] = np.arange(len(occurring))
    return rank[scan.years], len(occurring)


def _repeats_by_household(
    households: NDArray[np.int32], ranks: NDArray[np.int64] | None, years: int, known: int
) -> NDArray[np.int32]:
    """One slot for each household and year: two rows in one slot are candidates."""
    slots = households if ranks is None else households * np.int64(years) + ranks
    strangers = np.flatnonzero(households < 0).astype(np.int32)
    owner = np.full(known * years, -1, np.int32)
    here = np.arange(len(households), dtype=np.int32)
    owner[slots] = here  # a stranger's slot lies before or among others': at worst one candidate too many
    others = np.flatnonzero(owner[slots] != here).astype(np.int32)
    return np.unique(np.concatenate([others, owner[slots[others]], strangers]))
