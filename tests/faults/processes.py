"""Relays, consumers and writers as processes of their own, to be killed. A fork server makes starting them cheap."""

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from shared.database.connections import Database
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.transports import open_bus
from tests.faults.counting_service import handlers, kinds_on, step
from tests.faults.naive_variants import ConsumerWithOffsetsApart, RelayThatMarksFirst, step_in_two_transactions
from tests.fixtures.fork_server import forks
from tests.fixtures.forked import CRASH_VARIABLE

KILLS = int(os.environ.get("MINGLU_TEST_KILLS", "30"))
"""Kills of the whole suite; each loop takes its share."""

POINT_SECONDS = 60.0
"""How long a process may take to its first passage of a named point; it has work to do when the loop begins."""


def start(
    role: str, database_url: str, bus_url: str, topic: str, ledger: Path | None = None, crash: str = ""
) -> "ForkServerProcess":
    process = forks.Process(target=run, args=(role, database_url, bus_url, topic, ledger, crash), daemon=True)
    process.start()
    return process


def run(role: str, database_url: str, bus_url: str, topic: str, ledger: Path | None, crash: str) -> None:
    os.environ[CRASH_VARIABLE] = crash
    asyncio.run(_run(role, database_url, bus_url, topic, ledger))


async def _run(role: str, database_url: str, bus_url: str, topic: str, ledger: Path | None) -> None:
    database, bus, kinds = Database(database_url), open_bus(bus_url), kinds_on(topic)
    consumer: dict[str, Any] = {"name": "test", "topics": {topic}, "handlers": handlers(kinds), "batch": 100}
    match role:
        case "relay":
            await Relay(database, bus, batch=50, poll=0.1).run()
        case "naive relay":
            await RelayThatMarksFirst(database, bus, batch=50, poll=0.1).run()
        case "consumer":
            await Consumer(database, bus, **consumer).run()
        case "naive consumer":
            await ConsumerWithOffsetsApart(database, bus, **consumer).run()
        case "writer" | "naive writer":
            assert ledger is not None
            write = step if role == "writer" else step_in_two_transactions
            with ledger.open("a", buffering=1) as acknowledged:
                while True:
                    key = f"key-{random.randrange(5)}"
                    acknowledged.write(f"{key} {await write(database, kinds, key)}\n")


def kill_loop(
    role: str,
    database_url: str,
    bus_url: str,
    topic: str,
    points: Sequence[str],
    kills: int,
    ledger: Path | None = None,
) -> int:
    """Starts the role again and again; each time it is killed. Returns kills.

    First once at each named point, waiting until the process has come there: what a point can break is broken for
    sure, on a machine of any speed. Then by chance, at a later passage of a point or just anywhere.
    """
    chance = random.Random(kills)
    for turn in range(kills):
        if turn < len(points):
            crash, patience = f"{points[turn]}:1", POINT_SECONDS
        elif points and turn % 2:
            crash, patience = f"{chance.choice(points)}:{chance.randint(1, 3)}", 2.0
        else:
            crash, patience = "", chance.uniform(0.05, 0.8)
        process = start(role, database_url, bus_url, topic, ledger, crash)
        process.join(patience)
        if turn < len(points):
            assert process.exitcode == -signal.SIGKILL, f"{role} never came to {points[turn]}"
        process.kill()
        process.join()
    return kills
