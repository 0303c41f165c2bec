"""docker-compose.yml as data: what Compose itself would make of it, and nothing beyond what the file uses.

A missing `${NAME:?}` is a KeyError that names it, a key that is not known here an AssertionError: what the file begins
to use must be carried out here too, or the trial would be of another file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CARRIED_OUT = {
    *("image", "build", "user", "entrypoint", "command", "environment", "volumes", "tmpfs", "networks", "ports"),
    *("read_only", "cap_drop", "cap_add", "security_opt", "mem_limit", "shm_size"),
    *("depends_on", "healthcheck", "restart"),
}
"""`mem_limit`, `shm_size` and `ports` are read and not enforced: that takes control groups and a host of one's own."""
VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?::([?-])([^}]*))?\}")
SECONDS = re.compile(r"(\d+)s")


@dataclass(frozen=True)
class HealthCheck:
    """`test` as a command of its own; how long Compose waits for it at most."""

    test: tuple[str, ...]
    patience: float


@dataclass(frozen=True)
class Container:
    """One service of the file; `after` names what must be started, healthy or completed before it."""

    name: str
    image: str
    user: str | None
    entrypoint: tuple[str, ...] | None
    command: tuple[str, ...]
    environment: Mapping[str, str]
    volumes: Mapping[str, tuple[str, bool]]
    """By path inside: volume or file of the project, and whether it is read-only."""
    after: Mapping[str, str]
    health: HealthCheck | None
    restart: str
    read_only: bool
    capabilities: tuple[str, ...] | None
    """Those kept of the image's; None: all."""

    @property
    def ends(self) -> bool:
        """Is it there to do one thing and end?"""
        return self.restart == "on-failure"


def read(file: Path, environment: Mapping[str, str]) -> dict[str, Container]:
    """The containers of the file, in its order."""
    services = yaml.safe_load(file.read_text("utf-8"))["services"]
    return {name: _container(name, _filled(service, environment)) for name, service in services.items()}


def _filled(value: Any, environment: Mapping[str, str]) -> Any:
    """Every text with its variables filled in, as Compose does after reading the YAML."""
    if isinstance(value, dict):
        return {name: _filled(one, environment) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, environment) for one in value]
    return VARIABLE.sub(lambda found: _value_of(found, environment), value) if isinstance(value, str) else value


def _value_of(found: re.Match[str], environment: Mapping[str, str]) -> str:
    name, kind, default = found.groups()
    if name is None:
        return "$"
    given = environment.get(name, "")
    if not given and kind == "?":
        raise KeyError(name)
    return given or (default if kind == "-" else "")


def _container(name: str, service: dict[str, Any]) -> Container:
    assert service.keys() <= CARRIED_OUT, f"{name}: {service.keys() - CARRIED_OUT}"
    dropped = "ALL" in service.get("cap_drop", [])
    entrypoint = service.get("entrypoint")
    return Container(
        name,
        service["image"],
        service.get("user"),
        None if entrypoint is None else tuple(entrypoint),
        tuple(service["command"]),
        {key: str(value) for key, value in service.get("environment", {}).items()},
        dict(map(_volume, service.get("volumes", []))),
        {other: how["condition"] for other, how in service.get("depends_on", {}).items()},
        _health(service.get("healthcheck")),
        service["restart"],
        service.get("read_only", False),
        tuple(service.get("cap_add", [])) if dropped else None,
    )


def _volume(text: str) -> tuple[str, tuple[str, bool]]:
    source, inside, *mode = text.split(":")
    return inside, (source, mode == ["ro"])


def _health(check: dict[str, Any] | None) -> HealthCheck | None:
    if check is None:
        return None
    kind, *test = check["test"]
    command = ("/bin/sh", "-c", *test) if kind == "CMD-SHELL" else tuple(test)
    patience = _seconds(check.get("start_period", "0s")) + check.get("retries", 3) * _seconds(check["interval"])
    return HealthCheck(command, patience)


def _seconds(text: str) -> float:
    found = SECONDS.fullmatch(text)
    assert found, text
    return float(found[1])
