"""The container files: no engine runs them here, so everything that can be checked without one is checked.

The Compose file against the specification (and by the client where there is one), the settings it names against the
settings classes, the Dockerfile's promises, and the databases' SQL on a real server.
"""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import compose_spec
import pytest
import yaml
from pydantic_settings import BaseSettings

from deploy import migrate
from deploy.local.postgres import SETTINGS as POSTGRES_SETTINGS, EmbeddedPostgres
from deploy.services import SERVICES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
ROLES = (ROOT / "deploy" / "postgres" / "roles.sql").read_text("utf-8")
HBA = (ROOT / "deploy" / "postgres" / "pg_hba.conf").read_text("utf-8")
EXAMPLE = (ROOT / "deploy" / "secrets.env.example").read_text("utf-8")
SETTINGS: dict[str, type[BaseSettings]] = {one.service_name(): one for one in SERVICES}
"""The settings class of every service that has containers."""


def environment_of(container: str) -> dict[str, str]:
    """A container's environment."""
    return dict(COMPOSE["services"][container].get("environment", {}))


def ours() -> list[str]:
    """The containers that run our image."""
    return [name for name, service in COMPOSE["services"].items() if service["image"].startswith("minglu")]


def variables(settings: type[BaseSettings]) -> dict[str, bool]:
    """Environment variables that a settings class knows, and whether it cannot do without."""
    prefix = settings.model_config["env_prefix"]
    return {f"{prefix}{name.upper()}": field.is_required() for name, field in settings.model_fields.items()}


def test_the_file_follows_the_specification() -> None:
    compose_spec.PyCompose.from_json(json.dumps(COMPOSE))


def test_a_misspelt_key_would_be_noticed() -> None:
    with pytest.raises(ValueError, match="healthchek"):
        compose_spec.PyCompose.from_json(json.dumps(yaml.safe_load(TEXT.replace("healthcheck:", "healthchek:"))))


def test_the_client_accepts_the_file(tmp_path: Path) -> None:
    client = next((c for c in (["docker", "compose"], ["docker-compose"]) if works([*c, "version"])), None)
    if client is None:
        pytest.skip("no Docker Compose client here; the specification was checked without it")
    filled = tmp_path / "secrets.env"
    filled.write_text(re.sub(r"=$", "=0123456789abcdef", EXAMPLE, flags=re.MULTILINE))
    done = subprocess.run(
        [*client, "--env-file", str(filled), "config", "--quiet"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def works(command: list[str]) -> bool:
    """Can the command be run?"""
    return (
        shutil.which(command[0]) is not None
        and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


def of_services() -> list[str]:
    """The containers that run a service."""
    return [name for name in ours() if name.split("-")[0] in SETTINGS and not name.endswith("-migrations")]


def migrations() -> list[str]:
    """The containers that bring a database up to date."""
    return [f"{service}-migrations" for service in SETTINGS]


def test_all_of_our_containers_have_a_kind() -> None:
    assert set(ours()) - set(of_services()) - set(migrations()) == {"certificates", "audit-signer", "bus-access"}


@pytest.mark.parametrize("container", [*of_services(), *migrations(), "audit-signer"])
def test_whoever_speaks_to_a_database_verifies_it(container: str) -> None:
    urls = [url for name, url in environment_of(container).items() if name.endswith("DATABASE_URL")]
    assert urls
    assert all(url.endswith("?sslmode=verify-full&sslrootcert=/certificates/ca.pem") for url in urls)
    assert "certificates:/certificates:ro" in COMPOSE["services"][container]["volumes"]


@pytest.mark.parametrize("service", SETTINGS)
def test_only_migrations_are_told_the_owners_password_and_nothing_else(service: str) -> None:
    container, owner = f"{service}-migrations", f"MINGLU_{service.upper()}_OWNER_PASSWORD"
    assert list(environment_of(container)) == [f"MINGLU_{service.upper()}_MIGRATION_DATABASE_URL"]
    told = [name for name in COMPOSE["services"] if owner in str(environment_of(name))]
    assert sorted(told) == sorted(["postgres", container])


def test_only_the_signer_is_told_the_keys_of_the_audits_and_has_their_volume() -> None:
    keys = [name for name in COMPOSE["services"] if "_AUDIT_KEY" in str(environment_of(name))]
    assert keys == ["audit-signer"]
    volumes = [name for name, one in COMPOSE["services"].items() if "audit:" in str(one.get("volumes"))]
    assert volumes == ["audit-signer"]


def test_the_database_takes_nothing_in_the_clear_from_the_network() -> None:
    options = COMPOSE["services"]["postgres"]["command"]
    assert {"-cssl=on", "-chba_file=/etc/postgresql/pg_hba.conf"} <= set(options)
    rules = [line.split() for line in HBA.splitlines() if line and not line.startswith("#")]
    assert [rule[0] for rule in rules] == ["local", "hostssl"]
    assert {rule[-1] for rule in rules} == {"scram-sha-256"}


@pytest.mark.parametrize("container", of_services())
def test_whoever_speaks_to_the_bus_verifies_it_and_has_a_user_of_its_own(container: str) -> None:
    service = container.split("-")[0]
    password = f"${{MINGLU_{service.upper()}_BUS_PASSWORD:?}}"
    url = environment_of(container)[f"MINGLU_{service.upper()}_BUS_URL"]
    assert url == f"kafka+ssl://minglu_{service}:{password}@kafka:9092?ca=/certificates/ca.pem"
    told = {name.split("-")[0] for name in COMPOSE["services"] if password in str(environment_of(name))}
    assert told == {"bus", service}


def test_only_the_broker_and_the_keeper_of_its_rights_are_told_the_administrators_password() -> None:
    told = [name for name in COMPOSE["services"] if "MINGLU_BUS_ADMIN_PASSWORD" in str(environment_of(name))]
    assert told == ["kafka", "bus-access"]


def test_the_key_of_the_certificate_authority_is_given_to_no_other_container() -> None:
    given = [name for name, one in COMPOSE["services"].items() if "authority" in str(one.get("volumes"))]
    assert given == ["certificates"]


@pytest.mark.parametrize("container", of_services())
def test_every_setting_named_exists_and_none_is_missing(container: str) -> None:
    service = container.split("-")[0]
    known = variables(SETTINGS[service])
    named = {name for name in environment_of(container) if name.startswith("MINGLU_")}
    assert named - set(known) == set(), "named here, unknown there"
    needed = {name for name, required in known.items() if required} - {f"MINGLU_{service.upper()}_SERVICE"}
    assert needed - named == set(), "needed there, not named here"


def test_secrets_come_from_outside_and_each_has_a_place_in_the_example() -> None:
    interpolated = set(re.findall(r"\$\{(\w+)[:}]", TEXT))
    assert interpolated == set(re.findall(r"^(\w+)=$", EXAMPLE, re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) == set(), "a missing secret must stop the start: ${NAME:?}"
    for service in SETTINGS:
        secret = [name for name in environment_of(service) if re.search(r"KEY|PASSWORD|SECRET", name)]
        assert all(environment_of(service)[name].startswith("${") for name in secret)
        database = environment_of(service)[f"MINGLU_{service.upper()}_DATABASE_URL"]
        assert f":${{MINGLU_{service.upper()}_DATABASE_PASSWORD:?}}@" in database


def test_each_services_audit_is_signed_with_a_seed_of_its_own() -> None:
    seeds = {environment_of("audit-signer")[f"MINGLU_{service.upper()}_AUDIT_KEY"] for service in SETTINGS}
    assert len(seeds) == len(SETTINGS)


@pytest.mark.parametrize("container", ours())
def test_our_containers_can_change_nothing_but_their_data(container: str) -> None:
    service = COMPOSE["services"][container]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")


@pytest.mark.parametrize("container", of_services())
def test_every_process_of_a_service_has_a_health_check_and_a_memory_limit(container: str) -> None:
    service = COMPOSE["services"][container]
    assert service["mem_limit"]
    assert "urlopen" in service["healthcheck"]["test"][-1]


def test_the_database_is_tuned_as_on_one_machine() -> None:
    options = dict(option[2:].split("=") for option in COMPOSE["services"]["postgres"]["command"][1:])
    tuned = (
        "shared_buffers",
        "effective_cache_size",
        "work_mem",
        "max_wal_size",
        "max_connections",
        "random_page_cost",
    )
    assert {name: options[name] for name in tuned} == {name: POSTGRES_SETTINGS[name] for name in tuned}


def test_only_the_services_and_the_bus_are_reachable_and_only_from_this_machine() -> None:
    ports = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert ports.pop("kafka") == ["127.0.0.1:9094:9094"]
    assert ports == {one.service_name(): [f"127.0.0.1:{one.default_port()}:{one.default_port()}"] for one in SERVICES}


def test_the_image_runs_as_nobody_special_and_carries_no_build_tools() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER minglu$", final, re.MULTILINE)
    assert not re.search(r"\b(gcc|build-essential|apt-get|uv|pip install)\b", final)
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    assert copied
    assert all((ROOT / name).exists() for name in copied)
    assert "secrets.env" in (ROOT / ".dockerignore").read_text("utf-8")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server on which the image's first-start SQL has run."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("containers"), unsafe_fast=True)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        for variable in re.findall(r"^\\getenv \w+ (\w+)$", ROLES, re.MULTILINE):
            patch.setenv(variable, "0123456789abcdef")
        server.sql(ROLES)
    try:
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("service", SETTINGS)
def test_the_role_of_the_migrations_can_migrate_and_the_service_can_then_read_and_write(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    name = f"minglu_{service}"
    owner = server.address.url(name, f"{name}_owner", "0123456789abcdef")
    monkeypatch.setenv(f"MINGLU_{service.upper()}_MIGRATION_DATABASE_URL", owner)
    for _ in range(2):
        assert migrate.main([service]) == 0
    assert server.sql("SELECT count(*) > 5 FROM pg_tables WHERE schemaname = 'public'", name) == "t"
    may = "has_table_privilege('{}', 'outbox', 'INSERT'), has_table_privilege('{}', 'audit_entry', 'INSERT')"
    assert server.sql(f"SELECT {may.format(name, name)}", name) == "t|f"
    assert server.sql("SELECT has_table_privilege('minglu_auditor', 'audit_entry', 'SELECT')", name) == "t"


@pytest.mark.parametrize("service", SETTINGS)
@pytest.mark.parametrize("database", ["postgres", *(f"minglu_{service}" for service in SETTINGS)])
def test_the_services_role_reaches_no_other_database(server: EmbeddedPostgres, service: str, database: str) -> None:
    async def connect() -> None:
        url = server.address.url(database, f"minglu_{service}", "0123456789abcdef").replace("+asyncpg", "")
        await (await asyncpg.connect(url)).close()

    if database == f"minglu_{service}":
        asyncio.run(connect())
        return
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        asyncio.run(connect())


def test_migrating_without_an_address_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINGLU_TYPING_DATABASE_URL", raising=False)
    assert migrate.main(["typing"]) == 2
    assert "MINGLU_TYPING_DATABASE_URL" in capsys.readouterr().err
