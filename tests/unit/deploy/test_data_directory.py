"""The data folder: private, for one `up` at a time, its secrets made once."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from deploy.audit_signer import checkpointers
from deploy.local.data_directory import DataDirectory, write_private
from deploy.local.errors import CommandError, WrongUsageError
from deploy.local.first_run import BUREAUS, last_closing
from deploy.local.sandboxes import GATEWAY_SECRET, NATIONAL_SECRET, Sandboxes
from deploy.local.service_processes import Connections, audit_signer, service_environment, service_programs
from deploy.services import SERVICES
from services.notification.peer_urls import parse_peer
from services.notification.provider_urls import parse_provider
from services.objection.settings import ObjectionSettings
from shared.feeds.contract.feeds import TYPING_FEEDS
from shared.platform.sealed_fields.keys import VaultKeys, parse_keys
from shared.platform.settings import ServiceSettings
from tests.fixtures.ledger.settings import LedgerSettings

ROOT = Path(__file__).parents[3]
URLS = Connections(
    {one.service_name(): f"postgresql+asyncpg://a:b@127.0.0.1:1/{one.service_name()}" for one in SERVICES},
    "postgresql+asyncpg://a:b@127.0.0.1:1/b",
)


class SealingLedger(LedgerSettings):
    """The ledger, if it sealed anything."""

    vault_keys: VaultKeys


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    """A folder that has been prepared."""
    data = DataDirectory(tmp_path / "data")
    data.prepare()
    return data


def test_everything_in_it_is_for_its_user_alone(data: DataDirectory) -> None:
    data.secret("pseudonym.key")
    data.write_state({"region": "4101"})
    opened = [path for path in [data.root, *data.root.rglob("*")] if path.stat().st_mode & 0o077]
    assert opened == []


def test_a_secret_is_made_once(data: DataDirectory) -> None:
    first = data.secret("pseudonym.key")
    assert len(bytes.fromhex(first)) == 32
    assert data.secret("pseudonym.key") == first
    assert data.secret("audit.key") != first


def test_a_second_holder_is_refused_and_told_who_holds_it(data: DataDirectory) -> None:
    script = (
        "import sys, pathlib\nfrom deploy.local.data_directory import DataDirectory\n"
        "with DataDirectory(pathlib.Path(sys.argv[1])).locked():\n print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(data.root)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(CommandError, match=f"进程 {holder.pid}"), data.locked():
            pytest.fail("both hold the folder")
        holder.stdin.close()
        holder.wait(30)
    with data.locked():
        assert (data.root / "lock").read_text() != str(holder.pid)


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(WrongUsageError, match="不是文件夹"):
        DataDirectory(tmp_path / "data").prepare()


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    write_private(path, "old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("power cut")))
    with pytest.raises(OSError, match="power cut"):
        write_private(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    write_private(path, "newer")
    assert path.read_text() == "newer"


@pytest.mark.parametrize("kind", SERVICES)
def test_the_environment_is_what_the_service_reads(
    data: DataDirectory, monkeypatch: pytest.MonkeyPatch, kind: type[ServiceSettings]
) -> None:
    environment = service_environment(kind, data, URLS, 8123)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = kind()
    assert settings.port == 8123
    assert settings.data_dir == data.root / kind.service_name()
    known = {kind.variable(name) for name in kind.model_fields}
    assert set(environment) - known == set()


def test_only_who_takes_identity_numbers_in_can_replace_them(
    data: DataDirectory,
) -> None:
    services: list[type[ServiceSettings]] = [*SERVICES, LedgerSettings]
    urls = Connections({one.service_name(): "postgresql://database" for one in services}, "postgresql://bus")
    environments = {one.service_name(): service_environment(one, data, urls, 8123) for one in services}
    keys = {one.service_name(): environments[one.service_name()].get(one.variable("pseudonym_key")) for one in services}
    assert keys["typing"] == keys["recognition"] is not None
    assert keys["ledger"] is None
    assert "pseudonym_key" not in ServiceSettings.model_fields, "a service that needs it says so itself"


def test_a_service_that_seals_personal_data_has_a_vault_of_its_own_that_outlives_the_process(
    data: DataDirectory,
) -> None:
    def keys(settings: type[ServiceSettings]) -> str:
        urls = Connections({settings.service_name(): "postgresql://database"}, "postgresql://bus")
        return service_environment(settings, data, urls, 8123).get(settings.variable("vault_keys"), "")

    services: list[type[ServiceSettings]] = [*SERVICES, LedgerSettings]
    assert {one.service_name() for one in services if keys(one)} == {
        "notification",
        "objection",
        "portal",
        "recognition",
    }
    assert list(parse_keys(keys(ObjectionSettings))) == ["k1"]
    assert keys(ObjectionSettings) == keys(ObjectionSettings)
    assert keys(ObjectionSettings) not in {keys(SealingLedger), data.secret("objection-audit.key")}


def test_only_typing_follows_a_calendar_of_its_own(data: DataDirectory) -> None:
    calendars = {
        one.service_name(): service_environment(one, data, URLS, 8123).get(one.variable("clock_shift_file"))
        for one in SERVICES
    }
    assert calendars.pop("typing") == str(data.typing_calendar)
    assert set(calendars.values()) == {str(data.calendar)}


def test_no_secret_is_on_a_command_line(data: DataDirectory) -> None:
    """Command lines are visible to every user of a machine; environments are not."""
    programs = [program for service in SERVICES for program in service_programs(service, data, URLS, 8123)]
    programs += Sandboxes(data, 0, "http://127.0.0.1:8004").programs()
    words = " ".join(word for program in programs for word in program.command)
    assert data.secret("pseudonym.key") not in words
    assert not [secret for secret in data.secrets.glob("sandbox-*.key") if secret.read_text() in words]
    assert "postgresql" not in words


def test_the_services_are_pointed_to_the_sandboxes_of_their_platform(data: DataDirectory) -> None:
    peers = Sandboxes(data, 1000, "http://127.0.0.1:9004").settings("4101")
    pointed: dict[str, str] = {}
    for one in SERVICES:
        pointed |= service_environment(one, data, URLS, 8123, peers)
    assert pointed["MINGLU_OBJECTION_DIRECTORY_URL"] == "http://127.0.0.1:9093"
    assert pointed["MINGLU_OBJECTION_DIRECTORY_REGION"] == "41"
    gateway = parse_provider(SecretStr(pointed["MINGLU_NOTIFICATION_SMS_FIRST"]))
    assert (gateway.base, gateway.secret.get_secret_value()) == ("http://127.0.0.1:9094", data.secret(GATEWAY_SECRET))
    assert not [name for name in pointed if name.startswith("MINGLU_TYPING_") and "DIRECTORY" in name]
    system = parse_peer(SecretStr(pointed["MINGLU_NOTIFICATION_PROVINCE_DIRECTORY"]))
    assert (system.base, system.region) == ("http://127.0.0.1:9096/province-directory", "41")
    assert system.secret.get_secret_value() == data.secret(NATIONAL_SECRET)


def test_the_first_start_delivers_the_feeds_that_typing_takes_registration_first() -> None:
    assert set(BUREAUS) == set(TYPING_FEEDS)
    assert next(iter(BUREAUS)) == "registration"


@pytest.mark.parametrize(
    ("today", "closed_on"),
    [("2026-06-29", "2025-06-30"), ("2026-06-30", "2026-06-30"), ("2026-12-31", "2026-06-30")],
)
def test_the_last_closing_is_the_last_30_june(today: str, closed_on: str) -> None:
    assert last_closing(dt.date.fromisoformat(today)) == dt.date.fromisoformat(closed_on)


def test_the_audits_are_signed_with_a_seed_each_by_one_process_that_is_told_no_other_secret(
    data: DataDirectory,
) -> None:
    names = [one.service_name() for one in SERVICES]
    audited = {name: f"postgresql://minglu_auditor:x@127.0.0.1/{name}" for name in names}
    signer = audit_signer(SERVICES, data, Connections({}, "postgresql://bus", {}, audited))
    seeds = {signer.environment[one.variable("audit_key")] for one in SERVICES}
    assert len(seeds) == len(SERVICES)
    assert {name.rpartition("_AUDIT_")[2] for name in signer.environment} == {"DATABASE_URL", "KEY", "DIR"}
    assert len(checkpointers(signer.environment)) == len(SERVICES)
    for one in SERVICES:
        told = service_environment(one, data, URLS, 8123)
        assert not seeds & set(told.values()), "no service can sign"
