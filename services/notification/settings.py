"""Settings of the notification service: the common ones and its own, all under ``MINGLU_NOTIFICATION_``."""

from typing import ClassVar, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from services.notification.provider_urls import EmailProviderUrl, SmsProviderUrl, parse_provider
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

    sms_first: SmsProviderUrl | None = None
    """The SMS gateway that is tried first (`provider_urls`); none: no SMS, what is told stays in the inbox"""
    sms_fallback: SmsProviderUrl | None = None
    """The SMS gateway after a definite refusal of the first; may be none"""
    email_first: EmailProviderUrl | None = None
    """The mail server that is tried first; none: no e-mail"""
    email_fallback: EmailProviderUrl | None = None
    """The mail server after a definite refusal of the first; may be none"""

    @field_validator("sms_first", "sms_fallback", "email_first", "email_fallback", mode="before")
    @classmethod
    def empty_is_none(cls, value: object) -> object:
        """Compose hands on a variable that is not set as an empty one."""
        return value or None

    @model_validator(mode="after")
    def providers_differ(self) -> Self:
        """Rows and receipts name a provider by its name alone."""
        set_ = (self.sms_first, self.sms_fallback, self.email_first, self.email_fallback)
        names = [parse_provider(one).name for one in set_ if one is not None]
        if len(set(names)) < len(names):
            raise ValueError("two providers share a name: give one of them another (?name=…)")
        for first, fallback, channel in ((*set_[:2], "SMS"), (*set_[2:], "e-mail")):
            if fallback is not None and first is None:
                raise ValueError(f"{channel} has a fallback but no first provider")
        return self
