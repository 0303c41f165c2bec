"""A run's codes by county and type, a hundred to a row: the order in which results are listed, without an index.

An index on (region, type, code) of a million results takes longer to build than to copy the results. These rows are a
by-product of encoding them, in an order that they have anyway, and a page reads one or two.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

Column = np.ndarray[Any, Any]
GROUP_COLUMNS = ("run_number", "region", "type", "last", "households", "usccs")
CODE_BYTES = 18
CODES_OF_ROW = 100
"""1.8 kB, which PostgreSQL does not move out of line."""
MOST_TYPES = 16
ROW_HEAD = struct.Struct(">h ii i6s ih i18s ii i")

CODES_OF_GROUP = f"""CROSS JOIN LATERAL (
    SELECT substr(g.usccs, {CODE_BYTES} * n + 1, {CODE_BYTES}) AS uscc
      FROM generate_series(0, g.households - 1) n) one"""
"""Each code of a row `g`, as `one.uscc`."""


def groups_file(rows: Path) -> Path:
    """Where the groups of a file of rows are, in the same format."""
    return rows.with_suffix(".groups")


class GroupedCodes:
    """Collects the codes of a run, batch by batch."""

    def __init__(self) -> None:
        self._codes: defaultdict[tuple[bytes, int], list[Column]] = defaultdict(list)

    def add(self, regions: pa.Array[Any], types: Column, codes: Column) -> None:
        """The households of a batch; codes are bytes of fixed width."""
        named = regions.dictionary_encode()
        keys = named.indices.to_numpy() * MOST_TYPES + types
        order = np.argsort(keys, kind="stable")
        sorted_keys = keys[order]
        starts = np.flatnonzero(np.diff(sorted_keys, prepend=-1))
        for part, start in zip(np.split(codes[order], starts[1:]), starts, strict=True):
            region, kind = divmod(int(sorted_keys[start]), MOST_TYPES)
            self._codes[str(named.dictionary[region]).encode(), kind].append(part)

    def rows(self, number: int) -> Iterator[bytes]:
        """The rows of a run in PostgreSQL's binary COPY format, without header and trailer."""
        for (region, kind), parts in sorted(self._codes.items()):
            codes = np.concatenate(parts)
            if not np.all(codes[:-1] <= codes[1:]):
                codes = np.sort(codes)
            for first in range(0, len(codes), CODES_OF_ROW):
                some = codes[first : first + CODES_OF_ROW]
                text = some.tobytes()
                head = (6, 4, number, 6, region, 2, kind, CODE_BYTES, bytes(some[-1]), 4, len(some), len(text))
                yield ROW_HEAD.pack(*head) + text
