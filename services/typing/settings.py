"""Settings of the typing service: the common ones and its own, all prefixed with ``MINGLU_TYPING_``."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.platform.pseudonym_keys import PseudonymKeys
from shared.platform.settings import ServiceSettings


class TypingSettings(ServiceSettings):
    """Environment variables of the typing service and its worker."""

    model_config = SettingsConfigDict(env_prefix="MINGLU_TYPING_", extra="ignore", frozen=True)

    title: ClassVar[str] = "名录 · 个体工商户分型"
    demonstration_calendar: ClassVar[bool] = False
    """The sample's runs are about the latest closing of annual reports, which is in the past already: it stands on the
    machine's day until somebody turns the calendar past it (`minglu turn`)"""

    service: str = "typing"
    port: int = Field(default=8001, ge=0, le=65535)

    pseudonym_key: PseudonymKeys
    """Keys of the operators' pseudonyms, the one in force first: their id numbers are replaced on receipt"""
    correction_keys: SecretStr
    """Private keys (JWKS) that corrections of evidence are sealed for; old ones stay while topics may be replayed"""

    shrink_share: float = Field(default=0.10, ge=0, le=1)
    """A run is blocked when a feed lost more than this share of its rows since the last published run"""
    shrink_least: int = Field(default=5, ge=0)
    """… and, where it lost them in single counties, at least so many there, or all"""
    unreadable_share: float = Field(default=0.0, ge=0, le=1)
    """A run is blocked when of more than this share of a feed's rows nobody can tell whose they are"""
    share_change_points: float = Field(default=5.0, ge=0, le=100)
    """A draft is pointed out where a type's share of all households is more percentage points from last year's"""
    full_delivery_least_accepted: float = Field(default=0.1, ge=0, le=1)
    """Share of its rows that a full delivery must be accepted with to say who is absent"""
    largest_delivery: int = Field(default=8 * 2**30, ge=1)
    """Bytes of one uploaded delivery"""
    watched_folder: Path | None = None
    """Folder with one sub-folder per bureau whose deliveries are taken in; none: not watched"""
    pull_sources: Path | None = None
    """JSON file: bureaus' paged APIs (``shared.feeds.pulling.paged_api.PullSource``); none: nothing is pulled"""
    pull_hosts: list[str] = Field(default_factory=list)
    """Allowed hosts (``host`` or ``host:port``)"""
    pull_every_hours: float = Field(default=24, gt=0)
    """Hours between two pulls of every source"""
    waiting_per_person: int = Field(default=10, ge=1)
    """Runs, and trials, that one person may have waiting for the worker at a time"""
    waiting_per_region: int = Field(default=40, ge=1)
    """Runs, and trials, of one region that may wait for the worker at a time"""
    queries_at_once: int = Field(default=2, ge=1)
    """Reads of trials' files at a time over HTTP, each of which may take memory as a run does; others wait"""
    memory_limit: str = Field(default="1500MB", pattern=r"^[0-9]+(MB|GB)$")
    """Memory of the engine for one run, beyond which it spills to disk"""
    index_helpers: int = Field(default=0, ge=0, le=64)
    """Additional database processes that build a run's indexes: none leaves a core to the readers of a small server,
    one per spare core makes publishing faster"""
