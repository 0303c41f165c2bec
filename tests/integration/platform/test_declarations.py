"""A service that is declared wrongly, or told too little, ends at its start: one line on stderr, no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.ledger.settings import LedgerSettings

ROOT = Path(__file__).parents[3]
SECRET = "correct-horse-battery"
TOLD = {
    "database_url": f"postgresql+asyncpg://ledger:{SECRET}@127.0.0.1:1/none",
    "bus_url": f"postgresql+asyncpg://ledger:{SECRET}@127.0.0.1:1/none",
    "issuer": "https://issuer.test",
    "jwks": "jwks.json",
    "data_dir": ".",
}
HTTP = ("-m", "uvicorn", "--app-dir", ".", "--port", "1", "--factory", "declared:SERVICE.asgi")
WORKER = ("-m", "declared")
DECLARATION = """
from fastapi import APIRouter
from shared.contracts.payload import Payload
from shared.contracts.typing import HouseholdTyped
from shared.platform.identity import Role, allow
from shared.platform.service import Service, Subscription
from shared.platform.unit_of_work import TransactionalRoute
from tests.fixtures.ledger.settings import LedgerSettings

router = APIRouter()
changes = APIRouter(route_class=TransactionalRoute)
subscriptions = []
further = {{}}

async def on_event(session, event, resources):
    ...

{fault}

SERVICE = Service(
    settings=LedgerSettings,
    resources=lambda settings, database: database,
    routers=[router, changes],
    subscriptions=subscriptions,
    further_workers=further,
)
if __name__ == "__main__":
    SERVICE.work()
"""
HANDLED = "{HouseholdTyped: on_event}"
NO_ACCESS = "@router.get('/v1/forgotten')\nasync def forgotten(): ..."
NO_TRANSACTION = "@router.post('/v1/loose', dependencies=[allow(Role.OFFICER)])\nasync def loose(): ..."
OTHER_TOPIC = """
from shared.contracts.objection import ObjectionUpheld
handlers = {HouseholdTyped: on_event, ObjectionUpheld: on_event}
subscriptions = [Subscription('ledger', ['typing.events'], handlers)]
"""
NO_CONTRACT = """
class RainFell(HouseholdTyped): ...
subscriptions = [Subscription('ledger', ['typing.events'], {HouseholdTyped: on_event, RainFell: on_event})]
"""
UNKNOWN_TOPIC = f"subscriptions = [Subscription('ledger', ['weather.events'], {HANDLED})]"
NO_HANDLER = f"subscriptions = [Subscription('ledger', ['typing.events', 'objection.events'], {HANDLED})]"
ITS_OWN_WORKER = """
from shared.platform.service import FurtherWorker
LedgerSettings.further_workers = ('worker',)
further = {"worker": FurtherWorker()}
"""
ONE_NAME = f"subscriptions = [Subscription('ledger', ['typing.events'], {HANDLED})] * 2"
FAULTS = [
    (HTTP, NO_ACCESS, "/v1/forgotten states 0 times who may call it"),
    (HTTP, NO_TRANSACTION, "POST /v1/loose must be a TransactionalRoute"),
    (HTTP, UNKNOWN_TOPIC, "subscription ledger: no event is published on topic weather.events"),
    (WORKER, UNKNOWN_TOPIC, "subscription ledger: no event is published on topic weather.events"),
    (WORKER, NO_HANDLER, "subscription ledger: no handler for any event of objection.events"),
    (WORKER, OTHER_TOPIC, "subscription ledger: ObjectionUpheld comes on objection.events"),
    (WORKER, NO_CONTRACT, "subscription ledger: RainFell is in no contract"),
    (WORKER, ONE_NAME, "two subscriptions share a name: ledger, ledger"),
    ((*WORKER, "tides"), "", "no worker tides; further workers: none"),
    (WORKER, ITS_OWN_WORKER, "a further worker cannot be named worker"),
    (WORKER, "LedgerSettings.further_workers = ('tides',)", "further workers: LedgerSettings lists tides"),
    (WORKER, "del LedgerSettings.title", "LedgerSettings gives the service no title"),
]


def started(
    folder: Path, fault: str, program: tuple[str, ...], told: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """A service declared with a fault, started as in production and given some settings."""
    (folder / "declared.py").write_text(DECLARATION.format(fault=fault))
    settings = {LedgerSettings.variable(name): value for name, value in told.items()}
    return subprocess.run(
        [sys.executable, *program],
        cwd=folder,
        env={**os.environ, **settings, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(("program", "fault", "expected"), FAULTS)
def test_a_wrong_declaration_ends_the_start_with_one_line(
    tmp_path: Path, program: tuple[str, ...], fault: str, expected: str
) -> None:
    done = started(tmp_path, fault, program, TOLD)
    assert done.returncode == 1
    assert done.stderr.startswith(f"service ledger: {expected}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("program", [HTTP, WORKER])
def test_missing_and_wrong_settings_are_named_and_no_value_is_printed(tmp_path: Path, program: tuple[str, ...]) -> None:
    told = TOLD | {"port": SECRET}
    del told["issuer"], told["jwks"]
    done = started(tmp_path, "", program, told)
    assert done.returncode == 1
    assert done.stderr.startswith("service ledger: settings: ")
    assert done.stderr.count("\n") == 1
    for setting in ("issuer", "jwks", "port"):
        assert LedgerSettings.variable(setting) in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_a_list_with_two_services_on_one_port_starts_no_platform(tmp_path: Path) -> None:
    script = (
        "from deploy import services; from services.typing.settings import TypingSettings as Typing\n"
        "class Twin(Typing):\n    service: str = 'twin'\n"
        "services.SERVICES = (*services.SERVICES, Twin)\n"
        "from deploy.local.cli import main; main()"
    )
    command = [sys.executable, "-c", script, "up", "--data", str(tmp_path / "data")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 3
    assert done.stderr == "错误：服务清单 deploy/services.py 有误：TypingSettings、Twin 的端口都是 8001\n"
