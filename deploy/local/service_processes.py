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

HOST = "127.0.0.1"
PSEUDONYM_KEY = "pseudonym.key"
"""Name of the secret in the data folder."""
ROOT = Path(deploy.__file__).parents[1]
"""Where the packages lie. Given to uvicorn, which else puts the current folder before everything: started from
inside ``services/``, the standard library's ``typing`` would be ours."""


SERVICES = ("typing", "recognition")
"""In the order of their start; each has a database, a port, a program for HTTP and a worker."""
PSEUDONYMISING = frozenset({"typing", "recognition"})
"""Services that receive operators' identity numbers and replace them; no other holds the key."""


@dataclass(frozen=True)
class Connections:
    """URLs of the services' databases by name, and of the bus; all hold passwords."""

    databases: Mapping[str, str]
    bus: str


def service_environment(service: str, data: DataDirectory, urls: Connections, port: int) -> dict[str, str]:
    """Settings of a service (``services.<name>.settings``); one pseudonym key for those that take identity numbers in,
    and for each service a seed of its own to sign its audit's checkpoints.

    The recognition service's calendar stands where the first start put it (`deploy.local.sample_season`).
    """
    audit = data.audit / service
    audit.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = {
        "DATABASE_URL": urls.databases[service],
        "BUS_URL": urls.bus,
        "ISSUER": ISSUER,
        "AUDIENCE": AUDIENCE,
        "JWKS": str(data.issuer / "jwks.json"),
        "HOST": HOST,
        "PORT": str(port),
        "DATA_DIR": str(data.root / service),
        "AUDIT_KEY": data.secret(f"{service}-audit.key"),
        "AUDIT_DIR": str(audit),
    }
    if service in PSEUDONYMISING:
        settings["PSEUDONYM_KEY"] = data.secret(PSEUDONYM_KEY)
    if service == "typing":
        settings["WATCHED_FOLDER"] = str(data.watched)
    if service == "recognition":
        settings["CLOCK_SHIFT_DAYS"] = str(data.read_state().get("season_shift", 0))
    return {f"MINGLU_{service.upper()}_{name}": value for name, value in settings.items()}


def shell_lines(environment: dict[str, str]) -> str:
    """The variables as a POSIX shell reads them."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in environment.items())


def service_programs(service: str, data: DataDirectory, urls: Connections, port: int) -> list[Program]:
    """A service over HTTP, and its worker. ``-P``: the current folder is not searched for modules.

    Their settings are also kept as a private file, for commands that speak to the same database
    (``set -a; . .minglu/secrets/typing.env``).
    """
    environment = service_environment(service, data, urls, port)
    write_private(data.secrets / f"{service}.env", shell_lines(environment))
    where = ("--app-dir", str(ROOT), "--host", HOST, "--port", str(port))
    http = ("-m", "uvicorn", "--factory", f"services.{service}.service:SERVICE.asgi", *where)
    quiet = ("--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "5")
    return [
        Program(f"{service}-http", (sys.executable, "-P", *http, *quiet), environment),
        Program(f"{service}-worker", (sys.executable, "-P", "-m", f"services.{service}.service"), environment),
    ]
