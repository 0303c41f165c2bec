"""The loop under kill -9 of each worker at each named point, with clocks apart and two schedulers: everything is
answered once, and the platform ends as if nobody had disturbed it.
"""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.buses import Site
from tests.loop.final_state import differences, digest_of, final_state
from tests.loop.killed_workers import KilledWorkers
from tests.loop.objection_case import file_objection
from tests.loop.scenario import Undisturbed, assert_everything_once, fortnight, growing_household
from tests.loop.stages import WorldStages
from tests.loop.told import assert_told_once
from tests.loop.world import World

pytestmark = pytest.mark.faults

BUS_POINTS = ["consumer.read", "consumer.applied", "consumer.committed", "relay.read", "relay.acked", "relay.marked"]
POINTS = {
    "typing": ["consumer.read:1", "relay.read:1"],
    "recognition": [f"{point}:1" for point in BUS_POINTS],
    "objection": [*(f"{point}:1" for point in BUS_POINTS), "log.appended:1"],
    "notification": ["consumer.read:1", "consumer.applied:1", "consumer.committed:1"],
}
"""Beside those that the scenario names for its single steps"""
SKEWS = [{"typing": 300.0, "objection": -300.0}, {"typing": -300.0, "recognition": 300.0}]


@pytest.fixture(scope="module")
async def undisturbed(world_stages: WorldStages, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """How the platform ends when nobody is killed."""
    async with world_stages.copied("noticed", tmp_path_factory.mktemp("undisturbed")) as world:
        cases = await fortnight(world, Undisturbed(world))
        await assert_everything_once(world, cases)
        return await final_state(world)


async def assert_same_end(world: World, undisturbed: dict[str, Any]) -> None:
    """The final state is that of the undisturbed life."""
    found = await final_state(world)
    different = differences(undisturbed, found)
    assert not different, "\n".join(different)
    assert digest_of(found) == digest_of(undisturbed)
    await assert_told_once(world)


@pytest.mark.parametrize("world", ["noticed"], indirect=True)
async def test_workers_killed_at_every_named_point_answer_once_and_end_alike(
    world: World, undisturbed: dict[str, Any]
) -> None:
    async with KilledWorkers(world, POINTS) as workers:
        cases = await fortnight(world, workers)
        assert workers.left == {}, "not every point was come to"
    await assert_everything_once(world, cases)
    await assert_same_end(world, undisturbed)


@pytest.mark.kafka
@pytest.mark.parametrize("transport", ["kafka"])
async def test_on_kafka_too(world_stages: WorldStages, tmp_path: Path, site: Site, undisturbed: dict[str, Any]) -> None:
    site.wipe()
    site.start()
    async with world_stages.copied("noticed", tmp_path, bus=site.url) as world:
        async with KilledWorkers(world, POINTS) as workers:
            cases = await fortnight(world, workers)
            assert workers.left == {}, "not every point was come to"
        await assert_everything_once(world, cases)
        await assert_same_end(world, undisturbed)


@pytest.mark.parametrize("world", ["noticed"], indirect=True)
@pytest.mark.parametrize("skews", SKEWS, ids=["typing ahead", "typing behind"])
async def test_clocks_five_minutes_apart_and_two_schedulers_change_nothing(
    world: World, skews: dict[str, float], undisturbed: dict[str, Any]
) -> None:
    async with KilledWorkers(world, skews=skews, doubled=frozenset({"objection", "recognition"})) as workers:
        cases = await fortnight(world, workers)
    await assert_everything_once(world, cases)
    await assert_same_end(world, undisturbed)


@pytest.mark.parametrize("world", ["noticed"], indirect=True)
async def test_both_topics_from_their_beginning_change_nothing_at_the_end(
    world: World, undisturbed: dict[str, Any]
) -> None:
    conductor = Undisturbed(world)
    await fortnight(world, conductor)
    for worker in world.workers.values():
        await worker.hear_again()
    await conductor.step(on=dt.date(2026, 10, 27))
    await assert_same_end(world, undisturbed)


async def test_a_last_day_that_passed_while_everybody_was_down_is_told_of_once(world: World) -> None:
    conductor = Undisturbed(world)
    uscc = await growing_household(world)
    case = await conductor.step(lambda: file_objection(world, "typing", uscc=uscc), on=dt.date(2026, 7, 8))
    last_day = dt.date.fromisoformat((await case.view())["accept_by"])
    for days in (4, 4, 5):
        await conductor.step(on=last_day + dt.timedelta(days=days))
    (overdue,) = [one["data"] for one in await world.told("objection.events", "ObjectionOverdue")]
    assert (overdue["objection"], overdue["what"], overdue["due_on"]) == (case.id, "accept", last_day.isoformat())
