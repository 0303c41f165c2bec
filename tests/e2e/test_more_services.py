"""A line on the list of services is all that a complete service needs to come up with `minglu up`."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from deploy.local.ports import PORTS, free_port, is_free
from deploy.services import SERVICES
from shared.platform.settings import ServiceSettings
from tests.fixtures import waiting
from tests.fixtures.empty.settings import EmptySettings
from tests.fixtures.ledger.settings import LedgerSettings

ROOT = Path(__file__).parents[2]
ALL: list[type[ServiceSettings]] = [*SERVICES, LedgerSettings, EmptySettings]
PATIENCE = 180.0


def until(true: Callable[[], bool], process: subprocess.Popen[bytes], output: Path) -> None:
    """Wait until a condition holds; fails the test when the platform ends before, or when it never holds."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.1)


def first_port() -> int:
    """A port from which the ports of all services are free."""
    steps = [one.default_port() - SERVICES[0].default_port() for one in ALL]
    return next(port for port in iter(free_port, PORTS.stop) if all(is_free(port + step) for step in steps))


class WiderPlatform:
    """The running platform with the list and two more services."""

    def __init__(self, folder: Path) -> None:
        self.data, self.port, self.output = folder / "data", first_port(), folder / "output"
        arguments = ["up", "--data", str(self.data), "--port", str(self.port), "--households", "0"]
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.wider_platform", *arguments], cwd=ROOT, stdout=file, stderr=file
            )
        until(lambda: "按 Ctrl-C 停止" in self.output.read_text(), self.process, self.output)

    def address(self, service: type[ServiceSettings]) -> str:
        """Where a service answers."""
        return f"http://127.0.0.1:{self.port + service.default_port() - SERVICES[0].default_port()}"

    def family(self) -> list[psutil.Process]:
        """Every process below `minglu up`."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def database_url(self, service: type[ServiceSettings]) -> str:
        """The URL that the service was given, for asyncpg."""
        kept = (self.data / "secrets" / f"{service.service_name()}.env").read_text()
        url = re.search(rf"^{service.variable('database_url')}=(.*)$", kept, re.MULTILINE)
        assert url is not None
        return url[1].strip("'").replace("+asyncpg", "")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WiderPlatform]:
    """Started once for the tests of this file; the last one stops it."""
    platform = WiderPlatform(tmp_path_factory.mktemp("wider"))
    try:
        yield platform
    finally:
        if platform.process.poll() is None:
            platform.process.send_signal(signal.SIGTERM)
            platform.process.wait(60)


@pytest.mark.parametrize("service", ALL)
def test_each_service_is_ready_and_its_address_is_printed(
    platform: WiderPlatform, service: type[ServiceSettings]
) -> None:
    assert httpx.get(f"{platform.address(service)}/readyz", trust_env=False).json() == {"status": "ready"}
    assert f"{platform.address(service)}/docs  {service.title}" in platform.output.read_text()


@pytest.mark.parametrize("service", ALL)
async def test_each_services_worker_works_on_its_database(
    platform: WiderPlatform, service: type[ServiceSettings]
) -> None:
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1"
    connection = await asyncpg.connect(platform.database_url(service))
    try:
        await waiting.until(lambda: connection.fetchval(query, f"{service.service_name()}-worker"))
    finally:
        await connection.close()


def test_every_process_of_a_service_is_there_and_none_has_ended(platform: WiderPlatform) -> None:
    commands = [" ".join(process.cmdline()) for process in platform.family()]
    for service in ALL:
        ours = [command for command in commands if f"{service.package()}.service" in command]
        assert len(ours) == 2 + len(service.further_workers), ours
    assert "child_ended" not in (platform.data / "logs" / "up.log").read_text()


def test_the_ledger_answers_an_officers_call(platform: WiderPlatform) -> None:
    command = [sys.executable, "-m", "tests.e2e.wider_platform", "token", "--role", "officer", "--region", "41"]
    done = subprocess.run(
        [*command, "--data", str(platform.data)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    headers = {"Authorization": f"Bearer {done.stdout.strip()}"}
    entries = f"{platform.address(LedgerSettings)}/v1/entries"
    entry = {"region": "410102", "note": "第一笔", "amount": 7}
    assert httpx.post(entries, json=entry, headers=headers, trust_env=False).status_code == 201
    assert [one["note"] for one in httpx.get(entries, headers=headers, trust_env=False).json()["items"]] == ["第一笔"]


def test_ctrl_c_leaves_nothing(platform: WiderPlatform) -> None:
    family = platform.family()
    platform.process.send_signal(signal.SIGINT)
    assert platform.process.wait(90) == 0
    left = [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert left == []
