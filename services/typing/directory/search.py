"""Searches by what people type: a name or a part of it, or a code or a part of it, in ways that follow one another.

First names that begin with the words, then names that hold them, then codes; a page goes on where the one before
ended. Every way yields candidates in the order of its index, a few more at a time: what is common fills the page from
the first row of the index, what is rare has few rows. Only where nothing is found, names that resemble the words are
looked for.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import asyncpg
import numpy as np

from services.typing.directory.repository import BY_NUMBER, CODES_BY_PART, POSTINGS, WORD_COUNTS
from services.typing.names.folding import BEGINNING, WORD, code_part, fold_names, inner_words
from services.typing.names.postings import Numbers, read_numbers
from services.typing.runs.repository import ResultFilter

MOST_SECONDS = 3.0
MOST_ROWS = 1_000_000
"""Rows of the index of one word; a search that would need more is too wide."""
FIRST_ROWS, MOST_ROWS_AT_ONCE = 6, 384
"""Rows of the index of one word that are read first, and later at most."""
FEW = 2_000
"""Households of a word that are looked at one by one rather than compared with those of another word first."""
LARGEST_STEP = 4_096
ALIKE = 0.3
"""How much of their words two names must share to resemble each other (Dice's measure)."""
CANDIDATES_ALIKE = 20_000
LOOKED_AT_ALIKE = 300

T = TypeVar("T")
Position = tuple[int, str, int]
"""Where a page ended: the way, and the county and number, or the code and number, of its last household."""
Candidate = tuple[str, int, str]
"""Where it stands in the way's order (text and number), and a county that may show it."""


class TooMany(Exception):
    """So many households have the words that the search was given up."""


@dataclass(frozen=True)
class Found:
    """A household of the directory, and where a page that ends with it goes on."""

    row: asyncpg.Record
    position: Position


@dataclass(frozen=True)
class Way:
    """One way of searching: its candidates after a place, and which names and codes it means."""

    candidates: Callable[[str, int], AsyncIterator[Sequence[Candidate]]]
    means: Callable[[str, str], bool]


@dataclass(frozen=True)
class Search:
    """What is looked for: folded words of two characters at least, in a region, of a type."""

    pool: asyncpg.Pool
    words: str
    wanted: ResultFilter

    async def page(self, *, beginnings: bool = False, after: Position | None = None) -> list[Found]:
        """Up to ``wanted.limit`` households, way by way; only names that begin with the words, if ``beginnings``.

        TooMany when it takes longer than ``MOST_SECONDS``.
        """
        first, place, number = after or (0, "", 0)
        found: list[Found] = []
        ways = self.ways()[:1] if beginnings else self.ways()
        try:
            async with asyncio.timeout(MOST_SECONDS):
                for position in range(max(first, 0), len(ways)):
                    start = (place, number) if position == first else ("", 0)
                    before = [way.means for way in ways[:position]]
                    found += await self.follow(ways[position], position, start, before, self.wanted.limit - len(found))
                    if len(found) >= self.wanted.limit:
                        break
        except TimeoutError:
            raise TooMany from None
        return found

    def ways(self) -> list[Way]:
        """The ways of this search, in their order."""
        words = self.words
        ways = [
            Way(self.names_beginning, lambda name, _: name.startswith(words)),
            Way(self.names_holding, lambda name, _: words in name),
        ]
        if (code := code_part(words)) is not None:
            ways += [self.code_way("uscc", code, 0), self.code_way("uscc", f"92{code}", 0)]
            ways += [self.code_way("organisation", code, 8), self.code_way("ending", code[::-1], None)]
        return ways

    def code_way(self, column: str, part: str, place: int | None) -> Way:
        """Codes that have the part at a place, or at their end."""

        def candidates(after: str, number: int) -> AsyncIterator[Sequence[Candidate]]:
            return self.codes(column, part, after, number)

        def means(_: str, code: str) -> bool:
            return code.endswith(part[::-1]) if place is None else code.startswith(part, place)

        return Way(candidates, means)

    async def follow(
        self, way: Way, position: int, start: tuple[str, int], before: Sequence[Callable[[str, str], bool]], limit: int
    ) -> list[Found]:
        """The next households of one way, without those that ways before it have shown."""
        found: list[Found] = []
        async for candidates in way.candidates(*start):
            places = {(number, region): (place, number) for place, number, region in candidates}
            rows = await self.entries([(number, region) for _, number, region in candidates])
            for row, name in zip(rows, fold_names([row["name"] for row in rows]), strict=True):
                if way.means(name, row["uscc"]) and not any(means(name, row["uscc"]) for means in before):
                    found.append(Found(row, (position, *places[row["number"], row["region"]])))
            if len(found) >= limit:
                break
        return found[:limit]

    async def entries(self, numbers: Sequence[tuple[int, str]]) -> list[asyncpg.Record]:
        """What the counties show of these numbers, of the wanted type."""
        values = [number for number, _ in numbers], [region for _, region in numbers], self.wanted.type
        return list(await self.pool.fetch(BY_NUMBER, *values)) if numbers else []

    def names_beginning(self, region: str, number: int) -> AsyncIterator[Sequence[Candidate]]:
        """Households whose names may begin with the words."""
        return self.by_words({BEGINNING + self.words[:WORD], *self.longer_words()}, region, number)

    def names_holding(self, region: str, number: int) -> AsyncIterator[Sequence[Candidate]]:
        """Households whose names may hold the words."""
        return self.by_words(inner_words(self.words), region, number)

    def longer_words(self) -> set[str]:
        """The words inside what is looked for, without the first, which its beginning says already."""
        return inner_words(self.words[1:])

    async def by_words(self, words: set[str], region: str, number: int) -> AsyncIterator[Sequence[Candidate]]:
        """Households with all of these words, after one of a county, by county and number."""
        if len(words) == 1:
            [word] = words
            async for some in self.postings(word, region, number):
                yield some
            return
        counts = {row["word"]: row["households"] for row in await self.counted(words)}
        if len(counts) < len(words):
            return
        rarest = sorted(words, key=lambda word: (counts[word], word))
        compared = rarest[: 1 if counts[rarest[0]] <= FEW else 3]
        common = await self.households_of(compared[0], region, number)
        for word in compared[1:]:
            other = await self.households_of(word, region, number)
            common = {
                county: np.intersect1d(numbers, other[county], assume_unique=True)
                for county, numbers in common.items()
                if county in other
            }
        ordered = [(county, one, county) for county in sorted(common) for one in common[county].tolist()]
        for some in steps(ordered, self.wanted.limit):
            yield some

    async def counted(self, words: set[str]) -> Sequence[asyncpg.Record]:
        """How many households each word has in the region; words that none has are left out."""
        return list(await self.pool.fetch(WORD_COUNTS, sorted(words), self.wanted.scope))

    async def households_of(self, word: str, region: str = "", number: int = 0) -> Mapping[str, Numbers]:
        """All numbers of a word by county, after one of a county."""
        rows: defaultdict[str, list[bytes]] = defaultdict(list)
        for row in await self.pool.fetch(POSTINGS, word, self.wanted.scope, region, number, MOST_ROWS):
            rows[row["region"]].append(row["numbers"])
        return {county: after(read_numbers(parts), county, region, number) for county, parts in rows.items()}

    async def postings(self, word: str, region: str, number: int) -> AsyncIterator[Sequence[Candidate]]:
        """Households of a word, in the order of the index, of which a few rows are read at a time."""
        limit = FIRST_ROWS
        while rows := await self.pool.fetch(POSTINGS, word, self.wanted.scope, region, number, limit):
            read = [(row["region"], read_numbers([row["numbers"]])) for row in rows]
            some = [(county, after(numbers, county, region, number).tolist()) for county, numbers in read]
            ordered = [(county, one, county) for county, numbers in some for one in numbers]
            for step in steps(ordered, self.wanted.limit):
                yield step
            if len(rows) < limit:
                return
            region, number = read[-1][0], int(read[-1][1][-1])
            limit = min(limit * 8, MOST_ROWS_AT_ONCE)

    async def codes(self, column: str, part: str, place: str, number: int) -> AsyncIterator[Sequence[Candidate]]:
        """Households whose code has the part, by the column."""
        limit = self.wanted.limit * 2
        while rows := await self.pool.fetch(CODES_BY_PART.format(column=column), part, place, number, limit):
            yield [(row["place"], row["number"], region) for row in rows for region in self.inside(row["regions"])]
            if len(rows) < limit:
                return
            place, number = rows[-1]["place"], rows[-1]["number"]
            limit = min(limit * 4, LARGEST_STEP)

    def inside(self, regions: Sequence[str]) -> list[str]:
        """Those of a household's counties that are asked for."""
        return [region for region in regions if region.startswith(self.wanted.scope)]

    async def alike(self) -> list[asyncpg.Record]:
        """Households whose names resemble the words, the nearest first: those that share the rarest words with them."""
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await self.nearest()
        except TimeoutError:
            raise TooMany from None

    async def nearest(self) -> list[asyncpg.Record]:
        """The same, however long it takes."""
        words = inner_words(self.words)
        counts = sorted((row["households"], row["word"]) for row in await self.counted(words))
        shared: defaultdict[tuple[int, str], int] = defaultdict(int)
        taken = 0
        for households, word in counts:
            taken += households
            if taken > CANDIDATES_ALIKE and shared:
                break
            for county, numbers in (await self.households_of(word)).items():
                for number in numbers[:CANDIDATES_ALIKE].tolist():
                    shared[number, county] += 1
        nearest = sorted(shared, key=lambda one: (-shared[one], one[1], one[0]))[:LOOKED_AT_ALIKE]
        rows = await self.entries(nearest)
        folded = fold_names([row["name"] for row in rows])
        scored = [(likeness(self.words, name), row) for row, name in zip(rows, folded, strict=True)]
        scored = [one for one in scored if one[0] >= ALIKE]
        scored.sort(key=lambda one: (-one[0], one[1]["uscc"]))
        return [row for _, row in scored[: self.wanted.limit]]


def after(numbers: Numbers, county: str, region: str, number: int) -> Numbers:
    """The numbers of a county that come after one of a region."""
    return numbers[np.searchsorted(numbers, number, side="right") :] if county == region else numbers


def steps(candidates: Sequence[T], limit: int) -> list[Sequence[T]]:
    """The candidates, a few at first and then more at a time."""
    parts, first, size = [], 0, limit * 2
    while first < len(candidates):
        parts.append(candidates[first : first + size])
        first, size = first + size, min(size * 4, LARGEST_STEP)
    return parts


def likeness(words: str, name: str) -> float:
    """How much two folded names resemble each other, from 0 to 1; more than 1 when one holds the other."""
    left, right = inner_words(words), inner_words(name)
    share = 2 * len(left & right) / ((len(left) + len(right)) or 1)
    return share + (words in name)
