"""The typing service on the bus: a consumer as the worker runs it, and the events that others publish."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from services.typing.service import SERVICE
from shared.contracts.annual_report import AnnualReportFiled
from shared.contracts.objection import EvidenceCorrected
from shared.contracts.payload import Payload
from shared.messaging.bus import Bus, Reader, Record
from shared.messaging.events import Event, new_event
from tests.faults.counting_service import eventually, running
from tests.fixtures.waiting import PATIENCE
from tests.integration.typing.staged_city import StagedCity


@dataclass
class BusListener:
    """A bus that the service listens to, on a topic of the test's own."""

    city: StagedCity
    bus: Bus
    topic: str
    reader: Reader

    async def say(self, *payloads: Payload, actor: str | None = None) -> list[Event]:
        """Publish facts of the annual reports, each as a new event, and wait until they were heard."""
        events = [new_event(said, subject=subject(said), source="/annual-report", actor=actor) for said in payloads]
        await self.repeat(*events)
        return events

    async def repeat(self, *events: Event) -> None:
        """Publish these very events and wait until all that was published is settled."""
        await self.bus.publish(self.topic, [Record(event.subject, event.encode()) for event in events])
        assert await eventually(self.all_heard)

    async def all_heard(self) -> bool:
        """Whether the consumer has come to the end of the topic."""
        query = "select partition, next_offset from consumer_offset where topic = $1"
        heard = {row["partition"]: row["next_offset"] for row in await self.city.office.sql(query, self.topic)}
        return heard == {partition.number: bound.end for partition, bound in (await self.reader.bounds()).items()}

    async def letters(self) -> list[tuple[str, str]]:
        """Open dead letters: kind and cause."""
        query = "select kind, cause from dead_letter where settled_at is null order by letter_id"
        return [(row["kind"], row["cause"]) for row in await self.city.office.sql(query)]


@asynccontextmanager
async def listening(city: StagedCity, bus: Bus, topic: str) -> AsyncIterator[BusListener]:
    """The service listens while the block runs."""
    await bus.ensure_topics({topic})
    resources = city.office.resources
    subscribed = SERVICE.subscriptions[0]
    subscription = replace(subscribed, topics=[topic], unusable=dict.fromkeys([topic], *subscribed.unusable.values()))
    consumer = subscription.consumer(resources.database, bus, resources)
    async with running(consumer.run()), bus.reader({topic}) as reader:
        yield BusListener(city, bus, topic, reader)


def subject(said: Payload) -> str:
    """Whom or where a fact is about."""
    return said.uscc if isinstance(said, AnnualReportFiled | EvidenceCorrected) else said.region  # type: ignore[attr-defined]  # a closing


async def all_records(bus: Bus, topic: str) -> Sequence[bytes]:
    """All records that lie on a topic, in order per key."""
    async with bus.reader({topic}) as reader:
        return await _read(reader)


async def _read(reader: Reader) -> list[bytes]:
    bounds = await reader.bounds()
    await reader.seek({partition: bound.first for partition, bound in bounds.items()})
    total = sum(bound.end - bound.first for bound in bounds.values())
    values: list[bytes] = []
    async with asyncio.timeout(PATIENCE):
        while len(values) < total:
            values += [message.value for message in await reader.read(2000, 0.5)]
    return values


def late_report(uscc: str, *, year: int = 2025) -> AnnualReportFiled:
    return AnnualReportFiled(uscc=uscc, year=year, filed_on=dt.date(2026, 7, 20))


async def household_with_defects(city: StagedCity, *defects: str) -> str:
    """A household of the first run with exactly these defects."""
    page = await city.office.get(f"/v1/runs/{city.runs[0]}/results", type="ineligible", limit=1000)
    for item in page.json()["items"]:
        if {clause for clause in item["clauses"] if clause.startswith("base.")} == set(defects):
            return str(item["uscc"])
    raise LookupError(defects)
