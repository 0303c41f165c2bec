"""Invariant O2 under kills: wherever typing dies, each correction and each lifting is answered exactly once, and each
delivery is compared with it exactly once.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from deploy.local.postgres import EmbeddedPostgres
from services.typing import handlers
from services.typing.corrections import repository as corrections_repository
from services.typing.corrections.settlement import settle_deliveries
from services.typing.resources import Resources
from services.typing.retyping import corrected_evidence
from services.typing.service import SERVICE
from services.typing.settings import TypingSettings
from shared.database.connections import Database
from shared.messaging.bus import Record
from shared.messaging.events import Event
from shared.messaging.transports import open_bus
from shared.worker.failpoints import failpoint
from tests.faults.counting_service import eventually
from tests.fixtures.fork_server import forks
from tests.fixtures.forked import CRASH_VARIABLE
from tests.fixtures.service_client import Issuer
from tests.integration.typing.bus_listener import household_with_defects
from tests.integration.typing.objections import (
    assert_type_follows_from_facts,
    event_of,
    hear,
    lifting,
    said_about,
    stored_states,
    type_of,
    unmarked,
)
from tests.integration.typing.staged_city import StagedCity, Stages, stages_of
from tests.integration.typing.test_correction_settlement import UNMARKED, deliver
from tests.integration.typing.typing_client import running_client

pytestmark = pytest.mark.faults

HEARING = ("consumer.read", "correction.stored", "correction.answered", "consumer.applied", "consumer.committed")
"""Where a worker may die while it hears of a correction."""


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


def listen_until_killed(settings: TypingSettings, bus_url: str, topic: str, crash: str, variant: str) -> None:
    os.environ[CRASH_VARIABLE] = crash
    if variant:
        vars(handlers)["hear_correction"] = answer_in_a_second_transaction
    asyncio.run(listen(settings, bus_url, topic))


async def listen(settings: TypingSettings, bus_url: str, topic: str) -> None:
    database, bus = Database(settings.database_url), open_bus(bus_url)
    subscription = replace(SERVICE.subscriptions[0], topics=[topic])
    await subscription.consumer(database, bus, Resources.open(settings, database)).run()


async def answer_in_a_second_transaction(session: Any, resources: Resources, event: Event) -> None:
    """The naive variant: the correction is stored and committed, then the household is typed again and answered."""
    if await corrections_repository.find_correction(session, event.data.correction):  # type: ignore[attr-defined]  # EvidenceCorrected
        return
    async with resources.database.transaction() as first:
        correction = await corrected_evidence.new_correction(first, event)
        stored = await corrected_evidence.store_corrected_row(first, resources, event.data)  # type: ignore[arg-type]  # EvidenceCorrected
        correction.columns, correction.accepted_file = stored.columns, stored.accepted_file
        correction.rejected_keys_file = stored.rejected_keys_file
        await corrections_repository.add_correction(first, correction)
    failpoint("correction.between")
    await corrected_evidence.retype_and_answer(session, resources, event, correction)


def settle_until_killed(settings: TypingSettings, crash: str) -> None:
    os.environ[CRASH_VARIABLE] = crash

    async def settle() -> None:
        database = Database(settings.database_url)
        await settle_deliveries(Resources.open(settings, database))
        await database.close()

    asyncio.run(settle())


async def killed(process: ForkServerProcess) -> None:
    """Run a process until it has died at its point."""
    process.start()
    await asyncio.to_thread(process.join, 60)
    assert process.exitcode == -9


async def hear_with_kills(
    city: StagedCity, bus_url: str, topic: str, events: Sequence[Event], points: Sequence[str], variant: str = ""
) -> None:
    """Events on the topic; a worker dies at each of the points in turn, and the last one lives."""
    bus = open_bus(bus_url)
    await bus.ensure_topics({topic})
    await bus.publish(topic, [Record(event.subject, event.encode()) for event in events])
    arguments = (city.settings, bus_url, topic)
    for point in points:
        worker = forks.Process(target=listen_until_killed, args=(*arguments, f"{point}:1", variant), daemon=True)
        await killed(worker)
    last = forks.Process(target=listen_until_killed, args=(*arguments, "", variant), daemon=True)
    last.start()

    async def all_heard() -> bool:
        query = "select coalesce(sum(next_offset), 0) as heard from consumer_offset where topic = $1"
        (row,) = await city.office.sql(query, topic)
        return int(row["heard"]) >= len(events)

    assert await eventually(all_heard)
    last.kill()
    await asyncio.to_thread(last.join)
    await bus.close()


@pytest.mark.parametrize("point", HEARING)
async def test_a_correction_is_answered_once_wherever_typing_dies(
    city: StagedCity, make_database: Any, topic: str, point: str
) -> None:
    uscc = await household_with_defects(city, "base.abnormal")
    corrected = unmarked(uscc)
    kills = 1 if point == "consumer.committed" else 2  # what is committed does not come again
    await hear_with_kills(city, make_database(), topic, [event_of(corrected), event_of(corrected)], [point] * kills)
    kind = await type_of(city.office, uscc)
    assert kind != "ineligible"
    assert (await said_about(city.office, uscc)).answers == [("changed", "ineligible", kind)]
    assert len((await said_about(city.office, uscc)).of("TypingAdjusted")) == 1
    await assert_type_follows_from_facts(city.office, uscc)


async def test_a_lifting_is_answered_once_wherever_typing_dies(
    city: StagedCity, make_database: Any, topic: str
) -> None:
    uscc = await household_with_defects(city, "base.abnormal")
    corrected = unmarked(uscc)
    await hear(city, corrected)
    points = ("consumer.read", "correction.answered", "consumer.applied")
    await hear_with_kills(city, make_database(), topic, [event_of(lifting(corrected))], points)
    said = await said_about(city.office, uscc)
    assert [(one["outcome"], one["lifted"]) for one in said.of("CorrectionAnswered")] == [
        ("changed", False),
        ("changed", True),
    ]
    assert await type_of(city.office, uscc) == "ineligible"


async def test_an_answer_in_a_second_transaction_would_be_caught(
    city: StagedCity, make_database: Any, topic: str
) -> None:
    uscc = await household_with_defects(city, "base.abnormal")
    events = [event_of(unmarked(uscc))]
    await hear_with_kills(city, make_database(), topic, events, ["correction.between"], variant="naive")
    assert (await said_about(city.office, uscc)).answers == [], "it is stored, and never answered"


async def test_a_delivery_is_compared_once_wherever_typing_dies(city: StagedCity, tmp_path: Path) -> None:
    await settle_deliveries(city.office.resources)
    uscc = await household_with_defects(city, "base.abnormal")
    corrected = unmarked(uscc)
    await hear(city, corrected)
    await deliver(city, tmp_path, "credit", {uscc: UNMARKED})
    for _ in range(2):
        process = forks.Process(target=settle_until_killed, args=(city.settings, "correction.settled:1"), daemon=True)
        await killed(process)
    assert await stored_states(city.office) == {corrected.correction: "in-force"}
    await settle_deliveries(city.office.resources)
    assert await stored_states(city.office) == {corrected.correction: "met"}
    assert len((await said_about(city.office, uscc)).of("CorrectionMet")) == 1
