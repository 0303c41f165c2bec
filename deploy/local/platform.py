"""The whole platform on one machine: started in order, kept running, stopped in the reverse order.

Starts the embedded PostgreSQL, brings the schemas up to date, starts the services and their workers, and at the first
start seeds a region with synthetic evidence and a season of recognition. A second start resumes the data.
"""

import asyncio
import datetime as dt
import json
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from rich.console import Console
from rich.progress import Progress

from deploy.local.data_directory import DataDirectory
from deploy.local.development_sign_in import DevelopmentSignIn
from deploy.local.errors import CommandError, WrongUsageError
from deploy.local.first_run import FirstRun, FirstRunOrder, last_closing
from deploy.local.migrations import migrate
from deploy.local.ports import is_free
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.postgres_files import PostgresError
from deploy.local.sample_calendar import machine_today, sample_days, turn_to
from deploy.local.sample_messages import deliver_contacts, describe_inbox, describe_messages
from deploy.local.sample_objection import ObjectionOfSample
from deploy.local.sample_publication import PublicationOfSample
from deploy.local.sample_season import begin_season
from deploy.local.sample_support import SupportOfSample
from deploy.local.sandboxes import Sandboxes
from deploy.local.service_client import Client
from deploy.local.service_processes import HOST, Connections, audit_signer, service_programs
from deploy.local.summary import Addresses, example_household, show_addresses, show_results
from deploy.local.supervisor import Supervisor
from deploy.local.token_issuer import Issuer
from deploy.services import SERVICES, Services, check_services, owner_of, role_of
from shared.database.privileges import AUDITOR

log = structlog.get_logger()

READY_SECONDS = 90.0
PORT_SECONDS = 5.0
CRASH_LOOP = 5
"""Ends of one process before the platform was up: something is wrong that waiting does not mend."""

T = TypeVar("T")

HOUSEHOLDS, REGION = 100_000, "4101"
"""What a first start shows unless told otherwise: Zhengzhou."""


@dataclass(frozen=True)
class StartOptions:
    """What the user asked for; None: nothing in particular."""

    region: str | None
    households: int | None
    port: int


class Platform:
    """One run of ``minglu up``."""

    def __init__(self, data: DataDirectory, wish: StartOptions, services: Services = SERVICES) -> None:
        check_services(services)
        self.data, self.wish, self.services = data, wish, services
        self.issuer = Issuer(data.issuer)
        self.supervisor = Supervisor(data.logs)
        self.postgres = EmbeddedPostgres(data.postgres)
        self.console = Console(highlight=False)
        self.ports = ports_from(wish.port, services)
        self.state: dict[str, Any] = {}
        self.bases = {service: f"http://{HOST}:{port}" for service, port in self.ports.items()}
        self.sandboxes = Sandboxes(data, wish.port - services[0].default_port(), self.bases.get("notification", ""))
        self.sign_in = DevelopmentSignIn(data, wish.port - services[0].default_port(), self.bases.get("portal", ""))
        region = wish.region or REGION
        self.clients = {service: Client(base, self.issuer, region) for service, base in self.bases.items()}

    async def run(self) -> None:
        """Start, seed at the first start, then stay up."""
        began = time.monotonic()
        self.supervisor.end_leftovers()
        for port in (*self.ports.values(), *self.sandboxes.ports, self.sign_in.port):
            await require_free(port)
        self.issuer.ensure()
        try:
            async with self.database() as urls:
                try:
                    await self.serve(urls)
                    await self.show()
                    log.info("up", seconds=round(time.monotonic() - began, 1))
                    await asyncio.Event().wait()
                finally:
                    self.console.print("正在停止…")
                    await self.supervisor.stop()
        finally:
            for client in self.clients.values():
                await client.close()
            log.info("stopped")

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Connections]:
        """The embedded server with one database and role per service, migrated; started again if it dies."""
        keeper = None
        try:
            urls = self.start_database()
            keeper = asyncio.create_task(self.restart_database())
            names = {service.package(): service.service_name() for service in self.services}
            orders = {package: (urls.owned[name], role_of(name)) for package, name in names.items()}
            await migrate(orders, self.data.logs / "migrations.log")
            yield urls
        finally:
            if keeper is not None:
                keeper.cancel()
                await asyncio.gather(keeper, return_exceptions=True)
            self.postgres.stop()

    def start_database(self) -> Connections:
        """Start the server (in the main thread: Linux ties a child's life to the thread that made it)."""
        try:
            self.postgres.start()
            self.postgres.create_role(AUDITOR)
            urls = {service: self._database_of(role_of(service)) for service in self.ports}
            bus = self.postgres.create_database("minglu_bus")
        except PostgresError as error:
            raise CommandError(str(error).rstrip("。")) from error
        used, owned, audited = ({service: each[kind] for service, each in urls.items()} for kind in range(3))
        return Connections(used, bus, owned, audited)

    def _database_of(self, name: str) -> tuple[str, str, str]:
        """A service's database: its URL for the service, for the migrations and for the auditor."""
        owner = owner_of(name)
        used = self.postgres.create_database(name, owner=owner, role=name)
        self.postgres.sql(f"GRANT CONNECT ON DATABASE {name} TO {AUDITOR}")
        return used, self.postgres.url_of(name, owner), self.postgres.url_of(name, AUDITOR)

    async def restart_database(self) -> None:
        """Start the server again when it has died; the services reconnect by themselves."""
        while True:
            await asyncio.sleep(1)
            if self.postgres.running:
                continue
            log.warning("database_ended")
            try:
                self.postgres.start()
            except PostgresError as error:
                log.warning("database_not_started", error=str(error))

    async def serve(self, urls: Connections) -> None:
        """Start the services and their workers; CommandError if a service does not become ready."""
        self.state = self.data.read_state() or self.first_state()
        if not self.data.calendar.exists():
            turn_to(self.data, machine_today() + dt.timedelta(days=self.state.get("season_shift", 0)))
        if not self.data.typing_calendar.exists():
            self.data.turn_typing_calendar(0)
        self.sign_in.admit_staff(self.state["region"])
        for program in (*self.sandboxes.programs(), *self.sign_in.programs()):
            await self.supervisor.start(program)
        peers = {**self.sandboxes.settings(self.state["region"]), **self.portal_settings(), **self.sign_in.settings()}
        for service in self.services:
            for program in service_programs(service, self.data, urls, self.ports[service.service_name()], peers):
                await self.supervisor.start(program)
        await self.supervisor.start(audit_signer(self.services, self.data, urls))
        try:
            async with asyncio.timeout(READY_SECONDS):
                for client in self.clients.values():
                    await self.fail_on_crash_loop(wait_until_ready(client))
        except TimeoutError:
            raise CommandError(f"服务在 {READY_SECONDS:.0f} 秒内没有就绪，原因见日志 {self.data.logs}") from None

    def portal_settings(self) -> dict[str, str]:
        """Where the portal finds the other services and sends integrators, the region that it opens with, itself."""
        titles = {one.title.removeprefix("名录 · "): self.bases[one.service_name()] for one in self.services}
        return {
            **{f"{name}_url": base for name, base in self.bases.items()},
            "public_urls": json.dumps(titles, ensure_ascii=False),
            "home_region": self.state["region"],
            "portal_address": self.bases.get("portal", ""),
        }

    async def fail_on_crash_loop(self, work: Coroutine[None, None, T]) -> T:
        """Do the work, but give up when one of the processes ends again and again."""
        task = asyncio.create_task(work)
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=0.5)
                for child in self.supervisor.children.values():
                    if child.crashes >= CRASH_LOOP:
                        raise CommandError(f"{child.program.name} 反复退出，原因见日志 {child.log_file}")
            return task.result()
        finally:
            task.cancel()

    async def show(self) -> None:
        """Seed if this folder has not been seeded, then print what there is to see."""
        client = self.clients["typing"]
        run = await self.seeded(client)
        uscc = None
        if run is not None:
            show_results(self.console, run)
            for one in self.clients.values():
                one.region = client.region
            await self.fail_on_crash_loop(deliver_contacts(self.data, self.clients))
            lines = await self.fail_on_crash_loop(begin_season(self.data, self.clients, run))
            lines += await self.fail_on_crash_loop(ObjectionOfSample(self.data, self.clients, run).come())
            publication = PublicationOfSample(self.data, self.clients, self.sandboxes)
            lines += await self.fail_on_crash_loop(publication.come())
            lines += await self.fail_on_crash_loop(SupportOfSample(self.data, self.clients, run).come())
            await self.fail_on_crash_loop(self.sign_in.admit_operators(self.clients))
            lines += await self.fail_on_crash_loop(describe_inbox(self.data, self.clients["notification"]))
            lines += await self.fail_on_crash_loop(describe_messages(self.sandboxes))
            for line in lines:
                self.console.print(line, soft_wrap=True)
            uscc = await example_household(client, run)
        if "portal" in self.bases:
            await self.fail_on_crash_loop(self.sign_in.open_accounts())
        titles = {service.service_name(): service.title for service in self.services}
        show_addresses(self.console, Addresses(self.bases, titles), self.data, client.region, uscc)

    async def seeded(self, client: Client) -> dict[str, object] | None:
        """The published run of the first start, now or earlier; None if no households were asked for."""
        state = self.state
        if not state["households"]:
            return None
        self.report_kept_choices(state)
        client.region = state["region"]
        if "run" in state:
            view: dict[str, object] = (await client.get(f"/v1/runs/{state['run']}", "officer")).json()
            return view
        order = FirstRunOrder(state["region"], state["households"], dt.date.fromisoformat(state["closed_on"]))
        with Progress(console=Console(stderr=True), transient=True) as progress:
            run = await self.fail_on_crash_loop(FirstRun(self.data, client, order, progress).seed())
        self.data.write_state({**self.data.read_state(), "run": run["id"]})
        return run

    def first_state(self) -> dict[str, Any]:
        """What the first start decides for good: region, households, the closing that they are typed at, the day on
        which the demonstration's calendar begins.
        """
        asked = HOUSEHOLDS if self.wish.households is None else self.wish.households
        today = machine_today()
        closed_on = last_closing(today)
        region = self.wish.region or REGION
        days = sample_days(region, closed_on, today)
        state = {
            "region": region,
            "households": asked,
            "closed_on": closed_on.isoformat(),
            "season_shift": (days.apply - today).days if days is not None else 0,
        }
        if asked:
            self.data.write_state(state)
        return state

    def report_kept_choices(self, state: Mapping[str, Any]) -> None:
        """A folder keeps its households: a later start that asks for others is told so."""
        asked = (self.wish.region, self.wish.households)
        kept = (state["region"], state["households"])
        if any(wish is not None and wish != fact for wish, fact in zip(asked, kept, strict=True)):
            self.console.print(f"数据目录已有 {kept[0]} 的 {kept[1]:,} 户，继续使用；要另外生成请换 --data")


def ports_from(first: int, services: Services) -> dict[str, int]:
    """Each service's port: the first one's is given, the others are as far from it as their default ports are."""
    shift = first - services[0].default_port()
    ports = {service.service_name(): service.default_port() + shift for service in services}
    if not all(0 < port < 65536 for port in ports.values()):
        raise WrongUsageError(f"端口 {first} 放不下全部服务：它们会用到 {', '.join(map(str, ports.values()))}")
    return ports


async def wait_until_ready(client: Client) -> None:
    """Wait until the service says that it is ready."""
    while True:
        if await client.ready():
            return
        await asyncio.sleep(0.1)


async def require_free(port: int) -> None:
    """CommandError if somebody else listens on the port; a moment is given to what is just ending."""
    deadline = time.monotonic() + PORT_SECONDS
    while not is_free(port):
        if time.monotonic() > deadline:
            raise CommandError(f"端口 {port} 已被其他程序占用，请停止它，或用 --port 换一个端口")
        await asyncio.sleep(0.2)
