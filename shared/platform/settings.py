"""What a service is told from outside: environment variables with the service's own prefix.

The class also says what can be known of the service before anything of it is imported: name, title, port, package and
the names of its variables. `deploy.services` lists these classes, and `minglu up`, Compose, database roles and secrets
follow from that list.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import structlog
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared import clock
from shared.database.addresses import database_address
from shared.messaging.kafka_address import kafka_address
from shared.platform.malware_scanner import ADDRESS
from shared.platform.secret_files import SecretFiles

log = structlog.get_logger()


class ServiceSettings(BaseSettings):
    """Settings common to all services; times are seconds."""

    model_config = SettingsConfigDict(env_prefix="MINGLU_", extra="ignore", frozen=True)

    title: ClassVar[str]
    """What people call the service, in Chinese"""
    demonstration_calendar: ClassVar[bool] = True
    """Whether `minglu up` moves the service's calendar into the season of its sample data"""

    refuses_unknown_parameters: ClassVar[bool] = True
    """Whether query parameters that an operation does not know are refused. Links to pages for people get parameters
    of others' on their way: there they are ignored"""

    further_workers: ClassVar[tuple[str, ...]] = ()
    """Names of worker processes beside the service's own (`Service.further_workers`)"""

    service: str
    """The service's name: source of its events, label of its logs and metrics."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)

    database_url: SecretStr
    """postgresql+asyncpg://role:password@host:port/name, with TLS beyond this machine (`shared.database.addresses`)"""
    database_pool: int = Field(default=10, ge=1, le=100)
    """Size of the HTTP process's pools (`database.most_connections`)"""
    worker_pool: int = Field(default=4, ge=1, le=100)
    """Size of the worker's: its tasks are few and each does one thing after the other"""
    lock_seconds: float = Field(default=30, gt=0)
    """How long a request waits for a lock of the database before it is asked to come again (503)"""
    bus_url: SecretStr
    """The address of Kafka (`shared.messaging.kafka_address`) or of the database with the embedded log"""

    requests_at_once: int = Field(default=500, ge=1)
    """Requests that are answered at the same time; more are asked to come again (503)"""
    connections_at_once: int = Field(default=2000, ge=1)
    """Connections that are held open at the same time; more are closed"""
    address_rate: float | None = Field(default=None, gt=0)
    """Requests a second from one address, above which it is asked to wait (429); none: not limited. Behind a proxy
    uvicorn must be told to believe it (`--forwarded-allow-ips`), or all its callers count as one"""
    subject_rate: float | None = Field(default=None, gt=0)
    """Requests a second by one subject; none: not limited"""
    rate_burst_seconds: float = Field(default=10, gt=0)
    """How many seconds' worth of requests may come at once"""
    head_seconds: float = Field(default=10, gt=0)
    """How long a connection may take to say what it wants"""
    body_seconds: float = Field(default=30, gt=0)
    """How long a body may pause on its way"""
    body_bytes_per_second: float = Field(default=1024, ge=0)
    """How fast a body must arrive, on average"""

    cors_origins: tuple[str, ...] = ()
    """Origins whose pages may read our answers in a browser (a JSON list, for example `["https://boards.example"]`)"""

    issuer: str
    """`iss` of the tokens we accept"""
    audience: str = "minglu"
    """`aud` of the tokens we accept"""
    jwks: str
    """The issuer's public keys: a file or an https URL"""

    ca_bundle: Path | None = None
    """A PEM file of certificate authorities that outgoing connections trust besides the public ones"""

    malware_scanner: str | None = Field(default=None, pattern=ADDRESS)
    """Address of ClamAV's daemon, which looks documents through before they are kept (`tcp://clamav:3310`,
    `unix:///run/clamav/clamd.ctl`); none: they are not looked through"""

    longest_token_hours: float = Field(default=24, gt=0)
    """A token that is valid for longer from now on is refused"""

    data_dir: Path
    """Folder for delivered files, snapshots and results"""
    worker_metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """Port of the worker's `/metrics`, further workers have those behind it; none: not served"""

    retention_days: Mapping[str, Annotated[int, Field(ge=30)]] = Field(default_factory=dict)
    """Days by kind (`minglu retention table`), where they are to differ from the table's"""

    clock_shift_days: int = 0
    """Days by which the service's calendar is ahead of the machine's (below 0: behind); demonstrations only"""
    clock_shift_file: Path | None = None
    """A file that holds these days instead, and may change while the service runs; demonstrations only"""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"
    trace_exporter: Literal["none", "console", "otlp"] = "none"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - there is none
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - replaced by ours, which name each file
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment variables, and the files that they name."""
        return init_settings, env_settings, SecretFiles(settings_cls)

    @field_validator("ca_bundle", "malware_scanner", mode="before")
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        """Compose passes on what is not set as an empty text."""
        return value or None

    @field_validator("database_url")
    @classmethod
    def _is_protected(cls, url: SecretStr) -> SecretStr:
        """Refuses at the start what could not be connected to later, in the clear least of all."""
        database_address(url)
        return url

    @field_validator("bus_url")
    @classmethod
    def _is_protected_log(cls, url: SecretStr) -> SecretStr:
        """The same for the bus: the embedded log, which is a database, and Kafka."""
        if url.get_secret_value().startswith("kafka"):
            kafka_address(url.get_secret_value())
            return url
        return cls._is_protected(url)

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
