"""The processes of the one-machine platform, and what each is told through its environment."""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import deploy
from deploy.local.data_directory import DataDirectory, write_private
from deploy.local.supervisor import Program
from deploy.local.token_issuer import AUDIENCE, ISSUER
from shared.platform.settings import ServiceSettings

HOST = "127.0.0.1"
PSEUDONYM_KEY = "pseudonym.key"
"""Name of the secret in the data folder."""
ROOT = Path(deploy.__file__).parents[1]
"""Where the packages lie. Given to uvicorn, which else puts the current folder before everything: started from
inside ``services/``, the standard library's ``typing`` would be ours."""


@dataclass(frozen=True)
class Connections:
    """URLs of the services' databases by name, and of the bus; all hold passwords."""

    databases: Mapping[str, str]
    bus: str


def service_environment(
    settings: type[ServiceSettings],
    data: DataDirectory,
    urls: Connections,
    port: int,
    peers: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The variables that a service's settings are read from.

    A key or a folder is given to the services that have a setting for it: the pseudonym key to those that receive
    operators' identity numbers, sealing keys to who seals and who opens. Each signs its audit's checkpoints with a
    seed of its own. `peers`: values of settings that point to outside peers.
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
        "audit_key": data.secret(f"{service}-audit.key"),
        "audit_dir": str(data.audit_folder_of(service)),
    }
    if "pseudonym_key" in settings.model_fields:
        values["pseudonym_key"] = data.secret(PSEUDONYM_KEY)
    values |= {field: key for field, key in data.sealing_keys().items() if field in settings.model_fields}
    if "vault_keys" in settings.model_fields:
        values["vault_keys"] = f"k1:{data.secret(f'{service}-vault.key')}"
    if "watched_folder" in settings.model_fields:
        values["watched_folder"] = str(data.watched)
    values |= {field: value for field, value in (peers or {}).items() if field in settings.model_fields}
    if settings.demonstration_calendar:
        values["clock_shift_file"] = str(data.calendar)
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
    environment = service_environment(settings, data, urls, port, peers)
    write_private(data.secrets / f"{service}.env", shell_lines(environment))
    where = ("--app-dir", str(ROOT), "--host", HOST, "--port", str(port))
    http = ("-m", "uvicorn", "--factory", f"{declaration}:SERVICE.asgi", *where)
    quiet = ("--no-access-log", "--no-server-header", "--log-level", "warning", "--timeout-graceful-shutdown", "5")
    worker = (sys.executable, "-P", "-m", declaration)
    return [
        Program(f"{service}-http", (sys.executable, "-P", *http, *quiet), environment),
        Program(f"{service}-worker", worker, environment),
        *(Program(f"{service}-{name}", (*worker, name), environment) for name in settings.further_workers),
    ]
