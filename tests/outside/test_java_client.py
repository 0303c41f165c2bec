"""Another government's system in another language: Java's own Kafka client, and HTTP by a client that
openapi-generator makes from the committed description. tests/outside/java is the whole of it.
"""

import asyncio
import datetime as dt
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from services.typing.service import SERVICE
from shared import clock
from shared.feeds.contract.feeds import FEEDS, TYPING_FEEDS
from shared.feeds.sample.writing import write_sample
from shared.platform.identity import Role
from shared.platform.service import WorkerContext
from tests.faults.counting_service import running
from tests.fixtures.guarded_kafka import PASSWORD, GuardedKafka
from tests.fixtures.served import served
from tests.fixtures.service_client import Issuer
from tests.integration.typing.typing_client import (
    CITY,
    PROVINCE,
    YEARLY,
    TypingClient,
    running_client,
    typing_settings,
)
from tests.outside.generated import JAVA_OPTIONS, java_classes, java_classpath

pytestmark = pytest.mark.kafka

TODAY = dt.date(2026, 8, 1)
HOUSEHOLDS = 400
SECONDS = 240


@pytest.fixture
async def office(
    database_url: str, tmp_path: Path, issuer: Issuer, guarded_kafka: GuardedKafka
) -> AsyncIterator[TypingClient]:
    """The typing service and its worker, on a bus with TLS and passwords."""
    bus_url = guarded_kafka.url("minglu_typing")
    settings = typing_settings(database_url, tmp_path / "typing", issuer, bus_url=bus_url)
    with clock.travel(TODAY):
        async with running_client(settings, issuer) as office, guarded_kafka.bus("minglu_typing") as bus:
            context = WorkerContext(settings, office.resources.database, bus, office.resources)
            async with running(*SERVICE.worker_tasks(context)):
                yield office


def what_bureaus_have(folder: Path) -> list[dict[str, Any]]:
    """The files of a small city's bureaus."""
    folder.mkdir()
    write_sample(folder, region=CITY, households=HOUSEHOLDS, seed=7, today=TODAY)
    files = [(feed, folder / f"{feed}.parquet") for feed in TYPING_FEEDS]
    return [
        {"feed": feed, "path": str(path), "rows": pq.read_metadata(path).num_rows}
        | ({"year": 2025} if feed in YEARLY else {})
        for feed, path in files
    ]


def tokens(office: TypingClient) -> dict[str, str]:
    """What the identity provider gave to the people and programs of the other system: by feed, and by role."""
    headers = {feed: office.as_(Role.BUREAU, department=FEEDS[feed].department) for feed in TYPING_FEEDS}
    headers |= {str(role): office.as_(role, PROVINCE) for role in (Role.OFFICER, Role.APPROVER)}
    return {whose: header["Authorization"].removeprefix("Bearer ") for whose, header in headers.items()}


async def run_java(given: dict[str, Any]) -> dict[str, Any]:
    """What the system in Java says that it saw."""
    classes, classpath = await asyncio.to_thread(lambda: (java_classes(), java_classpath()))
    command = ["java", *JAVA_OPTIONS, "-cp", f"{classes}:{classpath}", "OutsideSystem"]
    done = await asyncio.to_thread(
        subprocess.run, command, input=json.dumps(given).encode(), capture_output=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


async def test_a_system_in_java_delivers_closes_publishes_and_hears_every_household_in_order(
    office: TypingClient, guarded_kafka: GuardedKafka, tmp_path: Path
) -> None:
    async with served(office.app) as port:
        told = await run_java(
            {
                "api": f"http://127.0.0.1:{port}",
                "bootstrap": guarded_kafka.broker.address,
                "ca": str(guarded_kafka.ca),
                "passwords": {user: PASSWORD.format(user=user) for user in ("bureau", "publicity")},
                "tokens": tokens(office),
                "deliveries": what_bureaus_have(tmp_path / "bureaus"),
                "region": CITY,
            }
        )
    accepted = await office.sql("SELECT sum(accepted)::int AS accepted FROM delivery")
    assert told.pop("accepted") == accepted[0]["accepted"] > HOUSEHOLDS
    assert told.pop("typed") == told.pop("counted") > HOUSEHOLDS // 2
    assert told == {
        "closing": "taken ordered",
        "published": "published",
        "impossible": "refused",
        "late": "taken changed",
    }
