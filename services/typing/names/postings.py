"""The index of names as rows: which numbers join or leave which words of a county, and their rows written again.

A word's numbers in a county are kept whole: what changes is merged into them, so a number stands once under a word, and
not under words that its household's name no longer holds. A row holds a few hundred numbers; the database keeps it in
place, and a page of a search reads one or two rows however common the word is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import asyncpg
import numpy as np

from services.typing.names.folding import BEGINNING, WORD, fold_names, words_of

Numbers = np.ndarray[tuple[int], np.dtype[np.int32]]
STORED = np.dtype("<i4")
ROW_NUMBERS = 400
"""Numbers of a row at most: 1.6 kB, which PostgreSQL does not move out of line."""

POSTINGS_OF_WORDS = """
    SELECT word, numbers FROM name_posting WHERE region = $1 AND word = ANY($2::text[]) ORDER BY word, last"""
FORGET_WORDS = "DELETE FROM name_posting WHERE region = $1 AND word = ANY($2::text[])"
POSTING_COLUMNS = ("word", "region", "last", "households", "numbers")
PostingRow = tuple[str, str, int, int, bytes]


@dataclass
class CountyChanges:
    """Numbers by word that join and leave in one county."""

    joining: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    leaving: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, numbers: Iterable[int], names: Sequence[str]) -> None:
        """Households that the county's index does not know."""
        joining = self.joining
        for number, folded in zip(numbers, fold_names(names), strict=True):
            if len(folded) < WORD:
                continue
            joining[BEGINNING + folded[:WORD]].append(number)
            for place in range(len(folded) - 1):
                under = joining[folded[place : place + WORD]]
                if not under or under[-1] != number:
                    under.append(number)

    def rename(self, number: int, before: str, now: str) -> None:
        """A household of the county with another name than before."""
        old, new = (words_of(folded) for folded in fold_names([before, now]))
        for word in new - old:
            self.joining[word].append(number)
        for word in old - new:
            self.leaving[word].append(number)

    @property
    def words(self) -> list[str]:
        """The words whose rows change."""
        return sorted(self.joining.keys() | self.leaving.keys())

    def rows(self, region: str, before: Mapping[str, Sequence[bytes]]) -> Iterator[PostingRow]:
        """The rows of all these words after the change."""
        for word in self.words:
            if word not in before and word not in self.leaving:
                yield from rows_of(word, region, np.array(sorted(self.joining[word]), STORED))
                continue
            kept = np.frombuffer(b"".join(before.get(word, ())), STORED)
            numbers = np.union1d(kept, np.array(self.joining.get(word, ()), STORED))
            if word in self.leaving:
                numbers = np.setdiff1d(numbers, np.array(self.leaving[word], STORED))
            yield from rows_of(word, region, numbers.astype(STORED, copy=False))


def rows_of(word: str, region: str, numbers: Numbers) -> Iterator[PostingRow]:
    """A word's numbers as rows."""
    for first in range(0, len(numbers), ROW_NUMBERS):
        part = numbers[first : first + ROW_NUMBERS]
        yield word, region, int(part[-1]), len(part), part.tobytes()


def read_numbers(rows: Iterable[bytes]) -> Numbers:
    """Numbers of some rows, in their order."""
    return np.frombuffer(b"".join(rows), STORED).astype(np.int32, copy=False)


async def write_changes(connection: asyncpg.Connection, region: str, changes: CountyChanges) -> None:
    """Merge a county's changes into its index, in the caller's transaction."""
    words = changes.words
    before: defaultdict[str, list[bytes]] = defaultdict(list)
    for row in await connection.fetch(POSTINGS_OF_WORDS, region, words):
        before[row["word"]].append(row["numbers"])
    if before:
        await connection.execute(FORGET_WORDS, region, list(before))
    rows = changes.rows(region, before)
    await connection.copy_records_to_table("name_posting", records=rows, columns=POSTING_COLUMNS)
