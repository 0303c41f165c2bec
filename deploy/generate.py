"""Writes what follows from the list of services: ``python -m deploy.generate`` (``make services``).

In docker-compose.yml, deploy/Dockerfile, deploy/postgres/roles.sql and deploy/secrets.env.example the lines between
``begin <section>`` and ``end <section>`` are written from `deploy.services`; all others are edited by hand. A test
fails when a file differs from what this would write.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.audit_signer import KEY, URL
from deploy.bus_access import PASSWORD
from deploy.local.errors import CommandError
from deploy.sealing_keys import SETTINGS, variable_of
from deploy.services import MIGRATION_URL, SERVICES, Services, check_services
from shared.platform.settings import ServiceSettings

ROOT = Path(__file__).parents[1]
VOLUME = "/var/lib/minglu"
DATABASE_TLS = "?sslmode=verify-full&sslrootcert=/certificates/ca.pem"
BUS_TLS = "?ca=/certificates/ca.pem"
METRICS_PORT = 9100
"""Of a service's worker, inside its container; further workers have those behind it."""
PROVIDERS = ("sms_first", "sms_fallback", "email_first", "email_fallback")
"""Settings with addresses of SMS gateways and mail servers; one that is empty is switched off."""
PEERS = (
    "province_directory",
    "national_directory",
    "credit_publicity",
    "cultivation_platform",
    "legal_person_base",
)
"""Settings with addresses of the systems that results are published to; one that is empty is switched off."""
SIGN_IN = ("public_address", "provider", "provider_secret")
"""Settings that say where browsers find a service and who signs people in there; without a provider nobody can."""
Settings = type[ServiceSettings]
Section = Callable[[Settings], str]
"""The lines of one service; those of all services stand one after another."""

COMPOSE_CONTAINERS = """\
  {name}-migrations:
    <<: *service
    command: ["python", "-m", "deploy.migrate", "{name}"]
    restart: on-failure
    environment:
      {migration_url}: postgresql+asyncpg://minglu_{name}_owner:${{{owner_password}:?}}@postgres:5432/minglu_{name}{tls}
    volumes: ["certificates:/certificates:ro"]
    depends_on:
      postgres: {{condition: service_healthy}}

  {name}:
    <<: *service
    command: ["uvicorn", "--factory", "{package}.service:SERVICE.asgi", "--host", "0.0.0.0", "--port", "{port}", \
"--http", "shared.platform.http_protocol:GuardedProtocol", "--no-access-log", "--no-server-header"]
    environment: *{name}-settings
    mem_limit: 1g
    ports: ["127.0.0.1:{port}:{port}"]
    volumes: ["{name}:{volume}", "certificates:/certificates:ro", *trust]
    depends_on:
      {name}-migrations: {{condition: service_completed_successfully}}
    healthcheck:
      test:
        - CMD
        - python
        - -c
        - import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/readyz', timeout=3)
      interval: 10s
      timeout: 5s
      start_period: 30s

"""
COMPOSE_WORKER = """\
  {name}-{worker}:
    <<: *service
    command: [{command}]
    environment: *{name}-settings
    mem_limit: 2g
    volumes: ["{name}:{volume}", "certificates:/certificates:ro", *trust]
    depends_on:
      {name}-migrations: {{condition: service_completed_successfully}}
      kafka: {{condition: service_healthy}}
    healthcheck:
      test:
        - CMD
        - python
        - -c
        - import urllib.request; urllib.request.urlopen('http://127.0.0.1:{metrics_port}/metrics', timeout=3)
      interval: 10s
      timeout: 5s
      start_period: 30s

"""
AUDIT = """\
      {audit_url}: postgresql+asyncpg://minglu_auditor:${{MINGLU_AUDITOR_PASSWORD:?}}@postgres:5432/minglu_{name}{tls}
      {audit_key}: ${{{audit_key}:?}}
"""
ROLE = """\
CREATE ROLE minglu_{name}_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'{name}_owner_password';
CREATE ROLE minglu_{name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'{name}_password';
GRANT minglu_{name} TO minglu_{name}_owner;
CREATE DATABASE minglu_{name} OWNER minglu_{name}_owner ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE minglu_{name} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE minglu_{name} TO minglu_{name};
GRANT CONNECT ON DATABASE minglu_{name} TO minglu_auditor;

"""


def database_password(settings: Settings) -> str:
    """The variable that holds the password of the service's role."""
    return settings.variable("database_password")


def bus_password(settings: Settings) -> str:
    """The variable that holds the password of the service's user on the bus."""
    return settings.variable(PASSWORD)


def owner_password(settings: Settings) -> str:
    """The variable that holds the password of the role of its migrations."""
    return settings.variable("owner_password")


def sealing_variables(settings: Settings) -> dict[str, str]:
    """The variables that hold the service's end of a pair of keys (`deploy.sealing_keys`), by setting."""
    return {field: variable_of(field) for field in SETTINGS if field in settings.model_fields}


def sealing_lines(settings: Settings) -> str:
    """The lines of these variables in the example of secrets."""
    return "".join(f"{variable}=\n" for variable in sealing_variables(settings).values())


def provider_variables(settings: Settings) -> dict[str, str]:
    """The variables that hold the addresses of a service's providers, by setting."""
    return {field: settings.variable(field) for field in PROVIDERS if field in settings.model_fields}


def provider_lines(settings: Settings) -> str:
    """The lines of these variables in the example of secrets."""
    return "".join(f"{variable}=\n" for variable in provider_variables(settings).values())


def peer_variables(settings: Settings) -> dict[str, str]:
    """The variables that hold the addresses of the systems that a service publishes to, by setting."""
    return {field: settings.variable(field) for field in PEERS if field in settings.model_fields}


def sign_in_variables(settings: Settings) -> dict[str, str]:
    """The variables that say how people sign in, by setting."""
    return {field: settings.variable(field) for field in SIGN_IN if field in settings.model_fields}


def sign_in_lines(settings: Settings) -> str:
    """The lines of these variables in the example of secrets."""
    return "".join(f"{variable}=\n" for variable in sign_in_variables(settings).values())


def peer_lines(settings: Settings) -> str:
    """The lines of these variables in the example of secrets."""
    return "".join(f"{variable}=\n" for variable in peer_variables(settings).values())


def called_services(settings: Settings) -> list[tuple[str, str, int]]:
    """The services that a service calls: setting, name and port of each."""
    named = [(f"{one.service_name()}_url", one.service_name(), one.default_port()) for one in SERVICES]
    return [one for one in named if one[0] in settings.model_fields]


def compose_settings(settings: Settings) -> str:
    """A service's environment in Compose; secrets come from outside, and a missing one stops the start."""
    name = settings.service_name()
    password = f"${{{database_password(settings)}:?}}"
    values = {
        "database_url": f"postgresql+asyncpg://minglu_{name}:{password}@postgres:5432/minglu_{name}{DATABASE_TLS}",
        "bus_url": f"kafka+ssl://minglu_{name}:${{{bus_password(settings)}:?}}@kafka:9092{BUS_TLS}",
        "host": "0.0.0.0",  # noqa: S104 - inside the container
        "port": f'"{settings.default_port()}"',
        "issuer": "${MINGLU_ISSUER:?}",
        "audience": "minglu",
        "jwks": "${MINGLU_JWKS:?}",
        "ca_bundle": "${MINGLU_CA_BUNDLE:-}",
        "malware_scanner": "${MINGLU_MALWARE_SCANNER:-}",
        "data_dir": f"{VOLUME}/{name}",
        "worker_metrics_port": f'"{METRICS_PORT}"',
        "log_level": "${MINGLU_LOG_LEVEL:-info}",
        "cors_origins": "${MINGLU_CORS_ORIGINS:-[]}",
    }
    if "watched_folder" in settings.model_fields:
        values["watched_folder"] = f"{VOLUME}/watched"
    if "pseudonym_key" in settings.model_fields:
        values["pseudonym_key"] = "${MINGLU_PSEUDONYM_KEY:?}"
    for field, variable in sealing_variables(settings).items():
        values[field] = f"${{{variable}:{'?' if settings.model_fields[field].is_required() else '-'}}}"
    if "vault_keys" in settings.model_fields:
        values["vault_keys"] = f"${{{settings.variable('vault_keys')}:?}}"
    if "portal_address" in settings.model_fields:
        values["portal_address"] = "${MINGLU_PORTAL_PUBLIC_ADDRESS:-}"
    values |= {field: f"http://{one}:{port}" for field, one, port in called_services(settings)}
    outside = provider_variables(settings) | peer_variables(settings) | sign_in_variables(settings)
    values |= {field: f"${{{variable}:-}}" for field, variable in outside.items()}
    lines = [f"  {settings.variable(field)}: {value}\n" for field, value in values.items()]
    return "".join([f"x-{name}-settings: &{name}-settings\n", *lines, "\n"])


def compose_containers(settings: Settings) -> str:
    """A service's migrations, HTTP side and workers in Compose."""
    own = ("python", "-m", f"{settings.package()}.service")
    commands = {"worker": own} | {name: (*own, name) for name in settings.further_workers}
    workers = [
        COMPOSE_WORKER.format(
            name=settings.service_name(),
            worker=worker,
            command=", ".join(f'"{word}"' for word in command),
            volume=VOLUME,
            metrics_port=METRICS_PORT + number,
        )
        for number, (worker, command) in enumerate(commands.items())
    ]
    return filled(COMPOSE_CONTAINERS)(settings) + "".join(workers)


def filled(template: str) -> Section:
    """A section whose lines are a template's, filled in for each service."""

    def section(settings: Settings) -> str:
        return template.format(
            name=settings.service_name(),
            package=settings.package(),
            port=settings.default_port(),
            password=database_password(settings),
            owner_password=owner_password(settings),
            bus_password=bus_password(settings),
            migration_url=settings.variable(MIGRATION_URL),
            audit_url=settings.variable(URL),
            audit_key=settings.variable(KEY),
            tls=DATABASE_TLS,
            volume=VOLUME,
        )

    return section


def vault_line(settings: Settings) -> str:
    """The line of a service that seals personal data; of any other none."""
    return f"{settings.variable('vault_keys')}=\n" if "vault_keys" in settings.model_fields else ""


SECTIONS: Mapping[str, Mapping[str, Section]] = {
    "docker-compose.yml": {
        "settings": compose_settings,
        "passwords": filled("      {owner_password}: ${{{owner_password}:?}}\n      {password}: ${{{password}:?}}\n"),
        "bus passwords": filled("      {bus_password}: ${{{bus_password}:?}}\n"),
        "audits": filled(AUDIT),
        "migrated": filled("      {name}-migrations: {{condition: service_completed_successfully}}\n"),
        "containers": compose_containers,
        "volumes": filled("  {name}: {{}}\n"),
    },
    "deploy/Dockerfile": {
        "folders": filled("       {volume}/{name} \\\n"),
        "ports": filled("EXPOSE {port}\n"),
    },
    "deploy/postgres/roles.sql": {
        "passwords": filled("\\getenv {name}_owner_password {owner_password}\n\\getenv {name}_password {password}\n"),
        "databases": filled(ROLE),
    },
    "deploy/secrets.env.example": {
        "passwords": filled("{owner_password}=\n{password}=\n"),
        "bus passwords": filled("{bus_password}=\n"),
        "sealing": sealing_lines,
        "seeds": filled("{audit_key}=\n"),
        "vaults": vault_line,
        "providers": provider_lines,
        "peers": peer_lines,
        "sign-in": sign_in_lines,
    },
}
"""Which sections each file has."""


def generated(text: str, sections: Mapping[str, Section], services: Services) -> str:
    """The text with its sections written for these services."""
    for name, section in sections.items():
        between = re.compile(rf"(?<=begin {name})([^\n]*\n).*?(^[^\n]*\bend {name}\b)", re.MULTILINE | re.DOTALL)
        found = list(between.finditer(text))
        if len(found) != 1:
            raise CommandError(f"从“begin {name}”到“end {name}”的部分应有一处，实有 {len(found)} 处")
        written = "".join(map(section, services))
        text = text[: found[0].start()] + found[0][1] + written + found[0][2] + text[found[0].end() :]
    return text


def main() -> int:
    """Write the files; 3 if the list cannot be served."""
    try:
        check_services(SERVICES)
        for name, sections in SECTIONS.items():
            path = ROOT / name
            path.write_text(generated(path.read_text("utf-8"), sections, SERVICES), encoding="utf-8")
    except CommandError as error:
        sys.stderr.write(f"错误：{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
