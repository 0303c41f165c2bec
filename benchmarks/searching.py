"""Searching the directory over HTTP: two characters anywhere in a name, and the first page of a region and type.

The words are the commonest of all names (some are in every one), some rare ones and some that nobody has, each in the
province, a city and a county. The plain way is one statement over a table of names: LIKE, in the order of its key. The
service's answers are also held against the goals in milliseconds.
"""

import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import asyncpg
import httpx

from benchmarks.harness import Measurement, Size
from benchmarks.lookup import publish, served, service_environment
from benchmarks.prepared_data import REGION, SEED, postgres, published_like_files
from services.typing.names.folding import BEGINNING
from shared.database.connections import Database
from shared.law.model.outcome import HouseholdType

COMMONEST, OTHERS, PLAIN_WORDS = 60, 120, 12
NOBODYS = ["龘靐", "zq"]
GOALS = {1_000_000: 20.0, 8_000_000: 50.0}
FIRST_PAGE_GOAL = 10.0
COMMON_WORDS = f"""
    SELECT word FROM name_posting WHERE word NOT LIKE '{BEGINNING}%' GROUP BY word
     ORDER BY sum(households) DESC LIMIT {COMMONEST}"""
OTHER_WORDS = f"""
    SELECT word FROM (SELECT DISTINCT word FROM name_posting WHERE word NOT LIKE '{BEGINNING}%') w
     ORDER BY md5(word) LIMIT {OTHERS}"""
PLAIN_SEARCH = "SELECT uscc, name, region, type FROM plain WHERE name LIKE $1 AND region LIKE $2 ORDER BY uscc LIMIT 20"


@dataclass(frozen=True)
class Asked:
    """What is asked of the directory: paths of searches and of lists, words with a region for the plain way."""

    searches: Sequence[str]
    lists: Sequence[str]
    plain: Sequence[tuple[str, str]]


def measure(size: Size) -> list[Measurement]:
    """The p99 of answers, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as url:
        asyncio.run(publish(url, published_like_files(Path(folder), size.households)))
        asked = asyncio.run(prepare(url))
        with served("services.typing.service:SERVICE.asgi", service_environment(url, Path(folder))) as port:
            searching = [p99_of(port, asked.searches) for _ in range(size.rounds + 1)][1:]
            listing = [p99_of(port, asked.lists) for _ in range(size.rounds + 1)][1:]
        plain = [asyncio.run(p99_of_plain(url, asked.plain)) for _ in range(size.rounds)]
    goal = next((goal for households, goal in GOALS.items() if size.households <= households), max(GOALS.values()))
    return [
        Measurement(f"p99 of two characters: the goal of {goal:g} ms", searching, [goal] * size.rounds, 1.0, unit="ms"),
        Measurement("p99 of LIKE over a table of names, in SQL", searching, plain, 1.0, unit="ms"),
        Measurement(
            f"p99 of a first page of a region and type: the goal of {FIRST_PAGE_GOAL:g} ms",
            listing,
            [FIRST_PAGE_GOAL] * size.rounds,
            1.0,
            unit="ms",
        ),
    ]


async def prepare(url: str) -> Asked:
    """The words and regions to ask for."""
    connection = await asyncpg.connect(**Database(url).connect_options())
    common = [row["word"] for row in await connection.fetch(COMMON_WORDS)]
    others = [row["word"] for row in await connection.fetch(OTHER_WORDS)]
    counties = [row["region"] for row in await connection.fetch("SELECT region FROM current_run ORDER BY region")]
    await connection.close()
    words = [*common, *others, *NOBODYS]
    regions = ["", REGION[:2], REGION, counties[0], counties[-1]]
    searches = [search_path(word, region) for word in words for region in regions]
    kinds = [None, *HouseholdType]
    lists = [list_path(region, kind) for region in (*regions[1:], *counties) for kind in kinds]
    chosen = random.Random(SEED)  # noqa: S311 - a choice of words
    plain = [(word, REGION) for word in chosen.sample(words, min(PLAIN_WORDS, len(words)))]
    return Asked(chosen.sample(searches, len(searches)), lists, plain)


def search_path(word: str, region: str) -> str:
    """The path of a search."""
    return "/v1/households?" + urlencode({"name": word} | ({"region": region} if region else {}))


def list_path(region: str, kind: HouseholdType | None) -> str:
    """The path of a list."""
    return "/v1/households?" + urlencode({"region": region} | ({"type": kind.slug} if kind is not None else {}))


def p99_of(port: int, paths: Sequence[str]) -> float:
    """The p99 of one client that asks one after the other."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        return p99(milliseconds(client, path) for path in itertools.chain(paths[:5], paths))


def milliseconds(client: httpx.Client, path: str) -> float:
    """How long an answer takes."""
    began = time.perf_counter()
    client.get(path).raise_for_status()
    return (time.perf_counter() - began) * 1000


async def p99_of_plain(url: str, words: Sequence[tuple[str, str]]) -> float:
    """The same of the plain statement."""
    connection = await asyncpg.connect(**Database(url).connect_options())
    times = []
    for word, region in words:
        began = time.perf_counter()
        await connection.fetch(PLAIN_SEARCH, f"%{word}%", f"{region}%")
        times.append((time.perf_counter() - began) * 1000)
    await connection.close()
    return p99(times)


def p99(times: "Iterator[float] | Sequence[float]") -> float:
    """What 99 of 100 stayed below."""
    return statistics.quantiles(times, n=100, method="inclusive")[98]
