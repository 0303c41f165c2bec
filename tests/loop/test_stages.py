"""The rig itself: everybody hears of the published run; a worker that dies at a named point is started again."""

import datetime as dt

import pytest

from tests.loop.killed_workers import KilledWorkers
from tests.loop.world import NAMES, World


async def test_everybody_has_heard_of_the_published_run(world: World) -> None:
    (typed,) = await world.sql("typing", "select count(*) from result")
    for service in NAMES[1:]:
        (heard,) = await world.sql(service, "select count(type) from household")
        assert heard["count"] == typed["count"] > 0


@pytest.mark.parametrize("world", ["noticed"], indirect=True)
async def test_a_worker_that_dies_at_a_named_point_is_started_again_and_finishes(world: World) -> None:
    after = dt.date.fromisoformat(world.facts["closes_on"]) + dt.timedelta(days=1)
    points = ["deadline.handled:1", "deadline.marked:1", "relay.acked:1", "relay.marked:1"]
    async with KilledWorkers(world, {"recognition": points}) as workers:
        await workers.step(on=after)
        assert workers.left == {}
        assert workers.killed == [("recognition", point) for point in points]
    assert len(await world.told("recognition.events", "PublicNoticeClosed")) == 1
