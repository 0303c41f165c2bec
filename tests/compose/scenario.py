"""The trial: started three times, each server killed, the broker wiped. Nothing is lost, and nobody lends a hand.

What is looked at is what others see: answers to reports that an outside system writes on the bus, and events that
arrive in another service. A report that is written while something is down must be answered all the same.
"""

import asyncio
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import orjson
from rich.progress import Progress

from deploy.local.data_directory import DataDirectory
from deploy.local.first_run import FirstRun, FirstRunOrder, last_closing
from deploy.local.service_client import Client
from deploy.local.token_issuer import Issuer
from shared import clock
from shared.messaging.bus import BusDownError, Record
from shared.messaging.transports import open_bus
from tests.compose.engine import Project
from tests.compose.secrets import BUS_HOST

REGION, HOUSEHOLDS = "410105", 40
INBOUND, ANSWERS = "annual-report.events", "annual-report.answers"
FACTS = ("typing.events",)
CLOSED_ON = last_closing(clock.today())


class Trial:
    """Steps that end when what they promise has come about."""

    def __init__(self, project: Project, folder: Path, secrets: dict[str, str]) -> None:
        self._project, self._secrets = project, secrets
        self._data = DataDirectory(folder / "outside")
        self._data.prepare()
        self._issuer = Issuer(self._data.issuer)
        self._issuer.ensure()
        trust = folder / "files" / "deploy" / "trust"
        trust.mkdir(parents=True)
        (trust / "jwks.json").write_bytes(self._issuer.jwks_file.read_bytes())
        ca = folder / "volumes" / "certificates" / "ca.pem"
        self._reporter, self._reader = (
            f"kafka+ssl://{secrets[name]}@{BUS_HOST}:9094?ca={ca}"
            for name in ("MINGLU_BUS_REPORTERS", "MINGLU_BUS_READERS")
        )
        self._began = time.monotonic()

    def run(self, killed: Collection[str]) -> None:
        """All steps; Failed or an AssertionError says what did not come about."""
        with self.step("first up"):
            self._project.up()
        with self.step("a run is published and heard of"):
            asyncio.run(self.publish())
            self.everybody_knows()
            facts = asyncio.run(self.facts())
            assert len(facts) > HOUSEHOLDS
        with self.step("down and up"):
            took = self._project.down()
            assert max(took.values()) < 30, f"hard to stop: {took}"
            self._project.up()
            self.a_report_is_answered()
        for name in killed:
            with self.step(f"{name} is killed"):
                self._project.kill(name)
                self.a_report_is_answered()
        with self.step("the broker comes back empty"):
            self._project.wipe("kafka", "kafka")
            self._project.up()
            self._project.until(lambda: facts <= asyncio.run(self.facts()), "every event is sent again", 120)
            self.a_report_is_answered()
            self.everybody_knows()
        with self.step("down"):
            self._project.down()

    async def publish(self) -> None:
        """A county is delivered, typed and published over HTTP, as in the demonstration."""
        client = Client(f"http://{self._project.running['typing'].address}:8001", self._issuer, REGION)
        try:
            order = FirstRunOrder(REGION, HOUSEHOLDS, CLOSED_ON)
            await FirstRun(self._data, client, order, Progress(disable=True)).seed()
        finally:
            await client.close()

    def everybody_knows(self) -> None:
        """Recognition has a copy of each household, once."""
        self._project.until(
            lambda: self.sql("recognition", "SELECT count(*) FROM household") == f"{HOUSEHOLDS}", "copies"
        )

    def a_report_is_answered(self) -> None:
        """An outside system reports on the bus; the answer names its event."""
        report = str(uuid4())
        asyncio.run(self.report(report))
        self._project.until(lambda: report in asyncio.run(self.answered()), "the report is answered")

    async def report(self, event: str) -> None:
        """One household filed late, as a bureau's system would say it: again and again until the bus has taken it."""
        uscc = self.sql("typing", "SELECT min(uscc) FROM household_name")
        filed = {"uscc": uscc, "year": CLOSED_ON.year - 1, "filed_on": CLOSED_ON.isoformat()}
        envelope = {
            "specversion": "1.0",
            "id": event,
            "source": "/synthetic/reports",
            "type": "cn.minglu.annual-report.AnnualReportFiled.v1",
            "subject": uscc,
            "datacontenttype": "application/json",
            "data": filed,
        }
        bus = open_bus(self._reporter)
        try:
            for _ in range(120):
                try:
                    return await bus.publish(INBOUND, [Record(uscc, orjson.dumps(envelope))])
                except BusDownError:
                    await asyncio.sleep(0.5)
            raise BusDownError("never came up")
        finally:
            await bus.close()

    async def answered(self) -> set[str]:
        """Ids of the events that have been answered."""
        return {str(event["data"]["event"]) for event in await self.events(self._reporter, {ANSWERS})}

    async def facts(self) -> set[str]:
        """Ids of what the services have told, as a system that may read them sees it."""
        return {str(event["id"]) for event in await self.events(self._reader, FACTS)}

    async def events(self, url: str, topics: Collection[str]) -> list[dict[str, dict[str, object]]]:
        """All events that the topics hold now; none while the broker or a topic is not there."""
        found: list[dict[str, dict[str, object]]] = []
        bus = open_bus(url)
        try:
            async with bus.reader(topics) as reader:
                bounds = await reader.bounds()
                await reader.seek({partition: bound.first for partition, bound in bounds.items()})
                total = sum(bound.end - bound.first for bound in bounds.values())
                while len(found) < total and (read := await reader.read(1000, 2.0)):
                    found += [orjson.loads(message.value) for message in read]
        except BusDownError:
            return []
        finally:
            await bus.close()
        return found

    def sql(self, service: str, query: str) -> str:
        """One value of a service's database."""
        password = f"PGPASSWORD={self._secrets['POSTGRES_PASSWORD']}"
        ask = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-d", f"minglu_{service}", "-Atc", query]
        done = self._project.running["postgres"].run(["env", password, *ask])
        return done.stdout.strip()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Says what is done and how long it took."""
        began = time.monotonic()
        yield
        print(f"{time.monotonic() - self._began:7.1f} s  {what} ({time.monotonic() - began:.1f} s)", flush=True)  # noqa: T201
