"""A stream of HouseholdTyped killed between its batches: every household is told, twice at most by the same event."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import orjson
import pytest

from deploy.local.postgres import EmbeddedPostgres
from services.typing.resources import Resources
from services.typing.runs import streams
from services.typing.settings import TypingSettings
from shared.database.connections import Database
from shared.messaging.bulk_stream import BulkStream
from shared.messaging.bus import Bus
from shared.messaging.transports import open_bus
from tests.fixtures.fork_server import forks
from tests.fixtures.forked import CRASH_VARIABLE
from tests.fixtures.service_client import Issuer
from tests.integration.typing.bus_listener import all_records
from tests.integration.typing.staged_city import StagedCity, Stages, stages_of
from tests.integration.typing.typing_client import running_client

pytestmark = pytest.mark.faults

BATCH = 500


@pytest.fixture
def stages(
    postgres_server: EmbeddedPostgres, template_of: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Stages:
    return stages_of(postgres_server, template_of, tmp_path_factory.mktemp)


@pytest.fixture
async def city(stages: Stages, tmp_path: Path, issuer: Issuer) -> AsyncIterator[StagedCity]:
    with stages.copied("published", tmp_path, issuer) as settings:
        async with running_client(settings, issuer) as office:
            yield StagedCity(office, stages.at("published").runs, stages, settings)


def stream_until_killed(settings: TypingSettings, bus_url: str, stream_id: str, crash: str) -> None:
    os.environ[CRASH_VARIABLE] = crash
    asyncio.run(stream(settings, bus_url, stream_id))


async def stream(settings: TypingSettings, bus_url: str, stream_id: str) -> None:
    database, bus = Database(settings.database_url), open_bus(bus_url)
    source = await streams.stream_source(Resources.open(settings, database), stream_id)
    await BulkStream(database, bus, batch=BATCH).run(stream_id, source)
    await bus.close()
    await database.close()


def start(*args: object) -> ForkServerProcess:
    process = forks.Process(target=stream_until_killed, args=args, daemon=True)
    process.start()
    return process


async def test_killed_between_batches_and_begun_again(city: StagedCity, bus: Bus, bus_url: str, topic: str) -> None:
    stream_id = f"household-typed/{city.last}"
    async with city.office.resources.database.engine.begin() as connection:
        await connection.exec_driver_sql(f"update bulk_stream set topic = '{topic}'")
    cursors = []
    for crash in ("bulk.acked:1", "bulk.acked:3", "bulk.acked:2"):
        process = start(city.settings, bus_url, stream_id, crash)
        await asyncio.to_thread(process.join, 60)
        assert process.exitcode == -9
        (row,) = await city.office.sql("select next_record from bulk_stream where stream_id = $1", stream_id)
        cursors.append(row["next_record"])
    assert cursors == [0, 2 * BATCH, 3 * BATCH], "the cursor moves only behind what was acknowledged"
    await stream(city.settings, bus_url, stream_id)

    events = [orjson.loads(value) for value in await all_records(bus, topic)]
    told = Counter(event["id"] for event in events)
    run = await city.office.stored(city.last)
    assert len(told) == run.households == len({event["subject"] for event in events})
    assert sum(told.values()) == (run.households or 0) + 3 * BATCH
    assert len({orjson.dumps(event) for event in events}) == len(told), "told twice, it is the same event"
