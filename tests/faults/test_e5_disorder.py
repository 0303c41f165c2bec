"""E5: order across keys does not matter, and disorder within a household's state events never regresses it."""

import random
from typing import Any

import pytest
from sqlalchemy import text

from shared.database.connections import Database
from shared.messaging.bus import Bus, Record
from shared.messaging.consumer import Consumer
from shared.messaging.events import new_event
from tests.faults.counting_service import Kinds, apply_state, apply_states, eventually, running, scalar
from tests.faults.naive_variants import apply_last_state

pytestmark = pytest.mark.faults

KEYS = [f"key-{number}" for number in range(60)]
REVISIONS = 15


def shuffled(kinds: Kinds, seed: int) -> list[Record]:
    """Every state of every key, each key's own in disorder, one of them late and some twice."""
    chance = random.Random(seed)
    records = [
        Record(key, new_event(kinds.state(revision=n, value=n * 10), subject=key, source="/test").encode())
        for key in KEYS
        for n in range(1, REVISIONS + 1)
    ]
    chance.shuffle(records)
    late = records.pop(0)
    return [*records, *chance.sample(records, 100), late]


async def final_states(service: Database, bus: Bus, kinds: Kinds, **how: Any) -> set[tuple[str, int, int]]:
    topic = kinds.state.topic
    await bus.ensure_topics({topic})
    records = shuffled(kinds, seed=5)
    await bus.publish(topic, records)

    async def done() -> bool:
        return await scalar(service, "SELECT coalesce(sum(next_offset), 0) FROM consumer_offset") == len(records)

    async with running(Consumer(service, bus, name="test", topics={topic}, batch=97, **how).run()):
        assert await eventually(done)
    async with service.session() as session:
        return {tuple(row) for row in await session.execute(text("SELECT key, revision, value FROM state"))}


NEWEST = {(key, REVISIONS, REVISIONS * 10) for key in KEYS}


async def test_e5_the_newest_state_wins_in_any_order(service: Database, bus: Bus, kinds: Kinds):
    assert await final_states(service, bus, kinds, handlers={kinds.state: apply_state}) == NEWEST


async def test_e5_the_newest_state_wins_in_batches(service: Database, bus: Bus, kinds: Kinds):
    assert await final_states(service, bus, kinds, batch_handlers={kinds.state: apply_states}) == NEWEST


async def test_e5_taking_the_last_for_the_newest_is_found_out(service: Database, bus: Bus, kinds: Kinds):
    assert await final_states(service, bus, kinds, handlers={kinds.state: apply_last_state}) != NEWEST


async def test_e5_state_events_leave_no_inbox_rows(service: Database, bus: Bus, kinds: Kinds):
    await final_states(service, bus, kinds, handlers={kinds.state: apply_state})
    assert await scalar(service, "SELECT count(*) FROM inbox") == 0
