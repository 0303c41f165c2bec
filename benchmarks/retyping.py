"""One household typed again: from the event of its corrected evidence to typing's answer, on the bus.

A city is delivered, typed and published as its bureaus would. Then the typing worker runs alone in a process of its
own, on the log in PostgreSQL, and hears of one upheld objection after the other: the row of the credit feed that marked
a household abnormal was wrong. The clock runs from the event's publication until `CorrectionAnswered` and, where the
type changed, `TypingAdjusted` have been read.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import orjson
import pyarrow.parquet as pq

from benchmarks.harness import Measurement, Size
from benchmarks.prepared_data import REGION, feeds, postgres
from services.typing.settings import TypingSettings
from shared.contracts.objection import EvidenceCorrected
from shared.contracts.typing import CorrectionAnswered, TypingAdjusted
from shared.database.connections import Database
from shared.feeds.contract.feeds import TYPING_FEEDS
from shared.messaging.bus import Bus, Reader, Record
from shared.messaging.transports import open_bus
from tests.fixtures.service_client import Issuer
from tests.integration.typing.objections import event_of, unmarked
from tests.integration.typing.typing_client import running_client, typing_settings

GOAL = 150.0
MOST_HOUSEHOLDS = 100_000
"""So many at most: what is delivered and typed first takes most of the benchmark's time."""
WARMING, CORRECTIONS = 3, 40
PATIENCE = 60.0


def measure(size: Size) -> list[Measurement]:
    """Milliseconds from event to event; a round is the median of its corrections."""
    households = min(size.households, MOST_HOUSEHOLDS)
    with tempfile.TemporaryDirectory() as name, postgres(Path(name)) as url:
        folder = Path(name)
        issuer = Issuer(folder)
        settings = typing_settings(url, folder / "typing", issuer)
        times = asyncio.run(measured(settings, issuer, feeds(households), size.rounds))
    medians = [statistics.median(each) for each in times]
    every = sorted(taken for each in times for taken in each)
    note = f"least {every[0]:.0f} ms, p90 {statistics.quantiles(every, n=10)[8]:.0f} ms, most {every[-1]:.0f} ms"
    claim = f"{GOAL:g} ms from EvidenceCorrected to its answer, {households:,} households, median of {CORRECTIONS}"
    return [Measurement(claim, medians, [GOAL] * len(medians), 1.0, unit="ms", notes=[note])]


async def measured(settings: TypingSettings, issuer: Issuer, source: Path, rounds: int) -> list[list[float]]:
    """The times of every round, each household once."""
    await publish(settings, issuer, source)
    marked = marked_abnormal(source, WARMING + rounds * CORRECTIONS)
    bus = open_bus(settings.bus_url.get_secret_value())
    with worker(settings):
        async with answers(bus) as reader:
            await streamed(settings)
            taken = [await answered_in(bus, reader, uscc) for uscc in marked]
    await bus.close()
    of_rounds = taken[WARMING:]
    return [of_rounds[start : start + CORRECTIONS] for start in range(0, len(of_rounds), CORRECTIONS)]


async def publish(settings: TypingSettings, issuer: Issuer, source: Path) -> None:
    """Every feed delivered, a run ordered, typed and published."""
    async with running_client(settings, issuer) as office:
        for feed in TYPING_FEEDS:
            answer = await office.deliver(source / f"{feed}.parquet")
            assert answer.status_code == 201, answer.text
        (run,) = await office.close_reports()
        await office.work()
        answer = await office.publish(run)
        assert answer.status_code == 200, answer.text


def marked_abnormal(source: Path, many: int) -> list[str]:
    """Households that the credit feed marks, for nothing worse."""
    table = pq.read_table(source / "credit.parquet", columns=["uscc", "abnormal", "seriously_dishonest"]).to_pylist()
    marked = [row["uscc"] for row in table if row["abnormal"] and not row["seriously_dishonest"]]
    assert len(marked) >= many, "more rounds than the sample has marked households"
    return sorted(marked)[:: len(marked) // many][:many]


@contextmanager
def worker(settings: TypingSettings) -> Iterator[None]:
    """The service's worker in a process of its own, until the end of the block."""
    secret = settings.pseudonym_key.get_secret_value(), settings.correction_keys.get_secret_value()
    named = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "BUS_URL": settings.bus_url.get_secret_value(),
        "ISSUER": settings.issuer,
        "JWKS": settings.jwks,
        "DATA_DIR": str(settings.data_dir),
        "PSEUDONYM_KEY": secret[0],
        "CORRECTION_KEYS": secret[1],
        "LOG_LEVEL": "warning",
    }
    environment = os.environ | {f"MINGLU_TYPING_{name}": value for name, value in named.items()}
    process = subprocess.Popen([sys.executable, "-m", "services.typing.service"], env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


async def streamed(settings: TypingSettings) -> None:
    """Until the worker has told of every household of the run."""
    database = Database(settings.database_url)
    pool = await database.pool()
    until = time.monotonic() + PATIENCE
    while await pool.fetchval("select count(*) from bulk_stream where next_record < total"):
        assert time.monotonic() < until, "the run is not streamed"
        await asyncio.sleep(0.2)
    await database.close()


@asynccontextmanager
async def answers(bus: Bus) -> AsyncIterator[Reader]:
    """What typing says from the end of its topic on."""
    topics = [CorrectionAnswered.topic, EvidenceCorrected.topic]
    await bus.ensure_topics(topics)
    async with bus.reader([CorrectionAnswered.topic]) as reader:
        await reader.seek({partition: bound.end for partition, bound in (await reader.bounds()).items()})
        yield reader


def complete(said: Mapping[str, str | None]) -> bool:
    """Whether typing has answered, and told of the new type where it changed."""
    outcome = said.get(CorrectionAnswered.event_type)
    return outcome is not None and (outcome != "changed" or TypingAdjusted.event_type in said)


async def answered_in(bus: Bus, reader: Reader, uscc: str) -> float:
    """Milliseconds from the publication of a correction until its answer, and the new type with it, have been read."""
    event = event_of(unmarked(uscc, region=REGION))
    began = time.perf_counter()
    await bus.publish(event.data.topic, [Record(uscc, event.encode())])
    said: dict[str, str | None] = {}
    while not complete(said):
        assert time.perf_counter() < began + PATIENCE, "no answer"
        for message in await reader.read(1000, 1.0):
            heard = orjson.loads(message.value)
            if heard["subject"] == uscc:
                said[heard["type"]] = heard["data"].get("outcome")
    taken = (time.perf_counter() - began) * 1000
    assert said.get(CorrectionAnswered.event_type) in ("changed", "unchanged"), said
    return taken
