"""Which households are known: the accepted rows of the registration feed, found by the hash of their code."""

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from shared.feeds.codes import code_faults
from shared.feeds.hash_index import Hashes, HashIndex


@dataclass(frozen=True)
class Registered:
    """By position in `index`: `accepted` rows, and those whose code is `flagged` for its check characters."""

    index: HashIndex
    accepted: NDArray[np.bool_]
    flagged: NDArray[np.bool_]

    def look_up(self, codes: Hashes) -> "Households":
        """The households of the codes with these hashes."""
        positions = self.index.find(codes)
        if not len(self.accepted):
            nobody = np.zeros(len(codes), np.bool_)
            return Households(positions, nobody, nobody)
        known = (positions >= 0) & self.accepted[positions]
        return Households(positions, known, known & self.flagged[positions])


@dataclass(frozen=True)
class Households:
    """For every row of a feed: the `positions` of its household's registration (-1: there is none), whether the
    household is `known`, which an accepted registration makes it, and whether its code is `flagged`."""

    positions: NDArray[np.int32]
    known: NDArray[np.bool_]
    flagged: NDArray[np.bool_]


def registered_in(con: duckdb.DuckDBPyConnection, relation: str) -> Registered:
    """The households of a relation with a column `uscc` of accepted registrations."""
    table = con.sql(f"SELECT uscc, hash(uscc) AS code FROM {relation} WHERE uscc IS NOT NULL").to_arrow_table()
    codes = table.column("code").to_numpy()
    flagged = np.zeros(len(codes), np.bool_)
    start = 0
    for chunk in table.column("uscc").chunks:
        flagged[code_faults(chunk).checksum + start] = True
        start += len(chunk)
    return Registered(HashIndex(codes), np.ones(len(codes), np.bool_), flagged)
