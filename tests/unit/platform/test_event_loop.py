"""Processes without HTTP run on the loop that those with it have."""

import asyncio

import uvloop

from shared.platform.event_loop import run


def test_a_worker_runs_on_uvloop() -> None:
    seen: list[asyncio.AbstractEventLoop] = []

    async def work() -> None:
        seen.append(asyncio.get_running_loop())

    run(work())
    assert [type(one) for one in seen] == [uvloop.Loop]
