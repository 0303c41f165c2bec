"""The processes of the one-machine platform, and what each is told through its environment."""

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import deploy
from deploy.local.issuer import AUDIENCE, ISSUER
from deploy.local.layout import DataDirectory, write_private
from deploy.local.supervisor import Program

HOST = "127.0.0.1"
PSEUDONYM_KEY, AUDIT_KEY = "pseudonym.key", "audit.key"
"""Names of the secrets in the data folder."""
ROOT = Path(deploy.__file__).parents[1]
"""Where the packages lie. Given to uvicorn, which else puts the current folder before everything: started from
inside ``services/``, the standard library's ``typing`` would be ours."""


@dataclass(frozen=True)
class Connections:
    """URLs of a service's database and of the bus; both hold passwords."""

    database: str
    bus: str


def typing_environment(data: DataDirectory, urls: Connections, port: int) -> dict[str, str]:
    """Settings of the typing service (``services.typing.settings``)."""
    settings = {
        "DATABASE_URL": urls.database,
        "BUS_URL": urls.bus,
        "ISSUER": ISSUER,
        "AUDIENCE": AUDIENCE,
        "JWKS": str(data.issuer / "jwks.json"),
        "HOST": HOST,
        "PORT": str(port),
        "DATA_DIR": str(data.typing),
        "WATCHED_FOLDER": str(data.watched),
        "PSEUDONYM_KEY": data.secret(PSEUDONYM_KEY),
        "AUDIT_KEY": data.secret(AUDIT_KEY),
        "AUDIT_DIR": str(data.audit),
    }
    return {f"MINGLU_TYPING_{name}": value for name, value in settings.items()}


def shell_lines(environment: dict[str, str]) -> str:
    """The variables as a POSIX shell reads them."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in environment.items())


def typing_programs(data: DataDirectory, urls: Connections, port: int) -> list[Program]:
    """The typing service over HTTP, and its worker. ``-P``: the current folder is not searched for modules.

    Their settings are also kept as a private file, for commands that speak to the same database
    (``set -a; . .minglu/secrets/typing.env``).
    """
    environment = typing_environment(data, urls, port)
    write_private(data.secrets / "typing.env", shell_lines(environment))
    http = ("-m", "uvicorn", "services.typing.main:app", "--app-dir", str(ROOT), "--host", HOST, "--port", str(port))
    quiet = ("--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "5")
    return [
        Program("typing-http", (sys.executable, "-P", *http, *quiet), environment),
        Program("typing-worker", (sys.executable, "-P", "-m", "services.typing.worker"), environment),
    ]
