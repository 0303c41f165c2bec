"""What a service is told from outside: environment variables with the service's own prefix.

The class also says what can be known of the service before anything of it is imported: name, title, port, package and
the names of its variables. `deploy.services` lists these classes, and `minglu up`, Compose, database roles and secrets
follow from that list.
"""

from pathlib import Path
from typing import ClassVar, Literal

import structlog
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared import clock

log = structlog.get_logger()


class ServiceSettings(BaseSettings):
    """Settings common to all services; times are seconds."""

    model_config = SettingsConfigDict(env_prefix="MINGLU_", extra="ignore", frozen=True)

    title: ClassVar[str]
    """What people call the service, in Chinese"""
    demonstration_calendar: ClassVar[bool] = True
    """Whether `minglu up` moves the service's calendar into the season of its sample data"""

    further_workers: ClassVar[tuple[str, ...]] = ()
    """Names of worker processes beside the service's own (`Service.further_workers`)"""

    service: str
    """The service's name: source of its events, label of its logs and metrics."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)

    database_url: SecretStr
    """postgresql+asyncpg://role:password@host:port/name"""
    database_pool: int = Field(default=10, ge=1, le=100)
    """Size of the HTTP process's pools (`database.most_connections`)"""
    worker_pool: int = Field(default=4, ge=1, le=100)
    """Size of the worker's: its tasks are few and each does one thing after the other"""
    bus_url: SecretStr
    """kafka://host:port,… or the URL of the database with the embedded log"""

    issuer: str
    """`iss` of the tokens we accept"""
    audience: str = "minglu"
    """`aud` of the tokens we accept"""
    jwks: str
    """The issuer's public keys: a file or an https URL"""

    data_dir: Path
    """Folder for delivered files, snapshots and results"""
    audit_key: SecretStr | None = None
    """Hex seed (32 bytes) of the Ed25519 key that signs the audit's checkpoints"""
    audit_dir: Path | None = None
    """Folder for the checkpoints, outside the database and, in production, on another machine"""

    worker_metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """Port of the worker's `/metrics`, further workers have those behind it; none: not served"""

    clock_shift_days: int = 0
    """Days by which the service's calendar is ahead of the machine's (below 0: behind); demonstrations only"""
    clock_shift_file: Path | None = None
    """A file that holds these days instead, and may change while the service runs; demonstrations only"""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"
    trace_exporter: Literal["none", "console", "otlp"] = "none"

    @classmethod
    def service_name(cls) -> str:
        """Source of its events, label of its logs and metrics, name of its database and role."""
        return str(cls.model_fields["service"].default)

    @classmethod
    def default_port(cls) -> int:
        """The port of its HTTP side unless the environment says another."""
        return int(cls.model_fields["port"].default)

    @classmethod
    def package(cls) -> str:
        """The service's Python package, for example `services.typing`."""
        return cls.__module__.rpartition(".")[0]

    @classmethod
    def variable(cls, field: str) -> str:
        """The environment variable of a field."""
        return f"{cls.model_config['env_prefix']}{field}".upper()


def apply_clock_shift(settings: ServiceSettings) -> None:
    """Set the process's clock as its settings say, and say so where it is not the machine's."""
    if settings.clock_shift_file is not None:
        clock.follow(settings.clock_shift_file)
        log.warning("clock_follows", file=str(settings.clock_shift_file), today=clock.today().isoformat())
    elif settings.clock_shift_days:
        clock.shift(settings.clock_shift_days)
        log.warning("clock_shifted", days=settings.clock_shift_days, today=clock.today().isoformat())
