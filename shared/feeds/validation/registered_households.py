"""The registered households: the accepted rows of the registration feed, found by a 64-bit hash of their code.

The index looks up millions of hashes per second in numpy, without sorting.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from shared.feeds.validation.uscc_faults import uscc_faults

Hashes = NDArray[np.uint64]
Positions = NDArray[np.int32]

_ODD = 0x9E3779B97F4A7C15  # 2^64 / golden ratio: spreads its multiples over the high bits
_SLOTS_PER_ROW = 2
_ABSENT = -1


class HashIndex:
    """Positions of `hashes`; `repeats` are the positions whose hash occurs more than once, each once, ascending."""

    def __init__(self, hashes: Hashes) -> None:
        self._hashes = hashes
        self._tables: list[Positions] = []
        repeats = [np.empty(0, np.int32)]
        waiting, keys = np.arange(len(hashes), dtype=np.int32), hashes
        while len(waiting):
            table = np.full(_size(len(waiting)), _ABSENT, np.int32)
            slots = _slots(keys, table, len(self._tables))
            table[slots] = waiting
            owners = table[slots]
            lost = np.flatnonzero(owners != waiting)
            owners, losers, keys = owners[lost], waiting[lost], keys[lost]
            same = hashes[owners] == keys
            repeats += [owners[same], losers[same]]
            waiting, keys = losers[~same], keys[~same]
            self._tables.append(table)
        self.repeats: Positions = np.unique(np.concatenate(repeats))

    def find(self, hashes: Hashes) -> Positions:
        """For every hash the position of an equal one, or -1."""
        positions = np.full(len(hashes), _ABSENT, np.int32)
        missing, keys = np.arange(len(hashes), dtype=np.int32), hashes
        for level, table in enumerate(self._tables):
            candidates = table[_slots(keys, table, level)]
            hit = (self._hashes[candidates] == keys) & (candidates != _ABSENT)
            if level == 0:
                np.copyto(positions, candidates, where=hit)
            else:
                positions[missing[hit]] = candidates[hit]
            rest = np.flatnonzero(~hit)
            missing, keys = missing[rest], keys[rest]
        return positions


def _slots(hashes: Hashes, table: Positions, level: int) -> NDArray[np.int64]:
    """Slots by multiplicative hashing, with another factor per table."""
    factor = np.uint64(_ODD * (2 * level + 1) % (1 << 64))
    bits = len(table).bit_length() - 1
    slots = hashes * factor
    slots >>= np.uint64(64 - bits)
    return slots.view(np.int64)


def _size(rows: int) -> int:
    """The size of a table: a power of two, at least 16."""
    return 1 << max(4, (_SLOTS_PER_ROW * rows - 1).bit_length())


@dataclass(frozen=True)
class RegisteredHouseholds:
    """By position in `index`: `accepted` rows, and those whose code is `flagged` for its check characters."""

    index: HashIndex
    accepted: NDArray[np.bool_]
    flagged: NDArray[np.bool_]

    def look_up(self, codes: Hashes) -> "HouseholdLookup":
        """The households of the codes with these hashes."""
        positions = self.index.find(codes)
        if not len(self.accepted):
            none = np.zeros(len(codes), np.bool_)
            return HouseholdLookup(positions, none, none)
        known = (positions >= 0) & self.accepted[positions]
        return HouseholdLookup(positions, known, known & self.flagged[positions])


@dataclass(frozen=True)
class HouseholdLookup:
    """For every row of a feed: the `positions` of its household's registration (-1: there is none), whether the
    household is `known` (it has an accepted registration), and whether its code is `flagged`.
    """

    positions: NDArray[np.int32]
    known: NDArray[np.bool_]
    flagged: NDArray[np.bool_]


def registered_households_in(con: duckdb.DuckDBPyConnection, relation: str) -> RegisteredHouseholds:
    """The households of a relation with a column `uscc` of accepted registrations."""
    table = con.sql(f"SELECT uscc, hash(uscc) AS code FROM {relation} WHERE uscc IS NOT NULL").to_arrow_table()
    codes = table.column("code").to_numpy()
    flagged = np.zeros(len(codes), np.bool_)
    start = 0
    for chunk in table.column("uscc").chunks:
        flagged[uscc_faults(chunk).checksum + start] = True
        start += len(chunk)
    return RegisteredHouseholds(HashIndex(codes), np.ones(len(codes), np.bool_), flagged)
