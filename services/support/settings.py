"""Settings of the support service: the common ones and its own, all under ``MINGLU_SUPPORT_``."""

from typing import ClassVar

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.platform.settings import ServiceSettings


class SupportSettings(ServiceSettings):
    """Environment variables of the support service and its worker."""

    model_config = SettingsConfigDict(env_prefix="MINGLU_SUPPORT_", extra="ignore", frozen=True)

    title: ClassVar[str] = "名录 · 帮扶"

    service: str = "support"
    port: int = Field(default=8005, ge=0, le=65535)

    oldest_occasion_days: int = Field(default=60, ge=1)
    """No visit becomes due for something older: a new service, or one whose bus was wiped, reads all events again. No
    text gives the number: unverified (未核对)"""
    largest_delivery: int = Field(default=2**30, ge=1)
    """Bytes of one delivery of credit-risk classes or violations"""
    full_delivery_least_accepted: float = Field(default=0.1, ge=0, le=1)
    """Share of its rows that a full delivery must be accepted with to remove what it does not name"""
    removal_share: float = Field(default=0.1, ge=0, le=1)
    """A full delivery that would remove more than this share of a region's records waits for an officer's word"""
    removal_least: int = Field(default=5, ge=0)
    """… if it would remove at least so many"""
