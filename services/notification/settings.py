"""Settings of the notification service: the common ones and its own, all under ``MINGLU_NOTIFICATION_``."""

from typing import ClassVar

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.platform.sealed_fields.keys import VaultKeys
from shared.platform.settings import ServiceSettings


class NotificationSettings(ServiceSettings):
    """Environment variables of the notification service and its worker."""

    model_config = SettingsConfigDict(env_prefix="MINGLU_NOTIFICATION_", extra="ignore", frozen=True)

    title: ClassVar[str] = "名录 · 通知"

    service: str = "notification"
    port: int = Field(default=8004, ge=0, le=65535)

    vault_keys: VaultKeys
    """Keys that phones and e-mail addresses are sealed under"""

    oldest_event_days: int = Field(default=14, ge=1)
    """Nobody is told of an event that is older: a new consumer and a bus that was wiped read all events again"""

    most_repeats: int = Field(default=5, ge=1, le=50)
    """How often an officer may have the same notification sent again; then it is served in person"""

    repeat_hours: int = Field(default=72, ge=1)
    """How long the messages of a repetition may still be handed over"""
