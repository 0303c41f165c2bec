"""The processes of the one-machine platform, and what each is told through its environment."""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import deploy
from deploy.audit_signer import FOLDER, KEY, URL
from deploy.local.data_directory import DataDirectory, write_private
from deploy.local.supervisor import Program
from deploy.local.token_issuer import AUDIENCE, ISSUER
from deploy.services import Services
from shared.allocator import FEW_ARENAS
from shared.platform.settings import ServiceSettings

HOST = "127.0.0.1"
PSEUDONYM_KEY = "pseudonym.key"
"""Name of the secret in the data folder."""
PROTOCOL = "shared.platform.http_protocol:GuardedProtocol"
ROOT = Path(deploy.__file__).parents[1]
"""Where the packages lie. Given to uvicorn, which else puts the current folder before everything: started from
inside ``services/``, the standard library's ``typing`` would be ours."""


@dataclass(frozen=True)
class Connections:
    """URLs of the services' databases by name, and of the bus; all hold passwords. `owned`, `audited`: the same
    databases as the role of the migrations and that of the auditor have them.
    """

    databases: Mapping[str, str]
    bus: str
    owned: Mapping[str, str] = field(default_factory=dict)
    audited: Mapping[str, str] = field(default_factory=dict)


def service_environment(
    settings: type[ServiceSettings],
    data: DataDirectory,
    urls: Connections,
    port: int,
    peers: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The variables that a service's settings are read from.

    A key or a folder is given to the services that have a setting for it: the pseudonym key to those that receive
    operators' identity numbers, sealing keys to who seals and who opens. `peers`: values of settings that
    point to outside peers.
    """
    service = settings.service_name()
    values = {
        "database_url": urls.databases[service],
        "bus_url": urls.bus,
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "jwks": str(data.issuer / "jwks.json"),
        "host": HOST,
        "port": str(port),
        "data_dir": str(data.folder_of(service)),
    }
    if "pseudonym_key" in settings.model_fields:
        values["pseudonym_key"] = data.secret(PSEUDONYM_KEY)
    values |= {field: key for field, key in data.sealing_keys().items() if field in settings.model_fields}
    if "vault_keys" in settings.model_fields:
        values["vault_keys"] = f"k1:{data.secret(f'{service}-vault.key')}"
    if "watched_folder" in settings.model_fields:
        values["watched_folder"] = str(data.watched)
    values |= {field: value for field, value in (peers or {}).items() if field in settings.model_fields}
    values["clock_shift_file"] = str(data.calendar if settings.demonstration_calendar else data.typing_calendar)
    return {settings.variable(field): value for field, value in values.items()}


def shell_lines(environment: dict[str, str]) -> str:
    """The variables as a POSIX shell reads them."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in environment.items())


def service_programs(
    settings: type[ServiceSettings],
    data: DataDirectory,
    urls: Connections,
    port: int,
    peers: Mapping[str, str] | None = None,
) -> list[Program]:
    """A service over HTTP, and its workers. ``-P``: the current folder is not searched for modules.

    Their settings are also kept as a private file, for commands that speak to the same database
    (``set -a; . .minglu/secrets/typing.env``).
    """
    service, declaration = settings.service_name(), f"{settings.package()}.service"
    environment = service_environment(settings, data, urls, port, peers) | FEW_ARENAS
    write_private(data.secrets / f"{service}.env", shell_lines(environment))
    where = ("--app-dir", str(ROOT), "--host", HOST, "--port", str(port), "--http", PROTOCOL)
    http = ("-m", "uvicorn", "--factory", f"{declaration}:SERVICE.asgi", *where)
    quiet = ("--no-access-log", "--no-server-header", "--log-level", "warning", "--timeout-graceful-shutdown", "5")
    worker = (sys.executable, "-P", "-m", declaration)
    return [
        Program(f"{service}-http", (sys.executable, "-P", *http, *quiet), environment),
        Program(f"{service}-worker", worker, environment),
        *(Program(f"{service}-{name}", (*worker, name), environment) for name in settings.further_workers),
    ]


def audit_signer(services: Services, data: DataDirectory, urls: Connections) -> Program:
    """The process that signs the checkpoints of all audits, each with a seed of its own.

    What the auditor needs to export is also kept as a private file (``set -a; . .minglu/secrets/auditor.env``).
    """
    addresses = {one.variable(URL): urls.audited[one.service_name()] for one in services}
    keys = {one.variable(KEY): data.secret(f"{one.service_name()}-audit.key") for one in services}
    write_private(data.secrets / "auditor.env", shell_lines(addresses))
    command = (sys.executable, "-P", "-m", "deploy.audit_signer")
    return Program("audit-signer", command, addresses | keys | {FOLDER: str(data.audit)})
