"""Settings of the portal: the common ones, where the services answer and how people sign in, all under
``MINGLU_PORTAL_``.
"""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from shared.platform.sealed_fields.keys import VaultKeys
from shared.platform.settings import ServiceSettings
from shared.platform.tokens import LOOPBACK


class PortalSettings(ServiceSettings):
    """Environment variables of the portal and its worker."""

    model_config = SettingsConfigDict(env_prefix="MINGLU_PORTAL_", extra="ignore", frozen=True)

    title: ClassVar[str] = "名录 · 门户"
    refuses_unknown_parameters: ClassVar[bool] = False

    service: str = "portal"
    port: int = Field(default=8000, ge=0, le=65535)

    typing_url: str = "http://127.0.0.1:8001"
    """Base address of the typing service"""
    recognition_url: str = "http://127.0.0.1:8002"
    """Base address of the recognition service"""
    objection_url: str = "http://127.0.0.1:8003"
    """Base address of the objection service"""
    notification_url: str = "http://127.0.0.1:8004"
    """Base address of the notification service"""
    support_url: str = "http://127.0.0.1:8005"
    """Base address of the support service"""
    answer_seconds: float = Field(default=10, gt=0)
    """How long a page waits for a service's answer"""

    public_urls: Mapping[str, str] = Field(default_factory=dict)
    """Addresses at which other systems reach the services, by title, as JSON; none: developers are told none"""
    home_region: str = Field(default="41", pattern=r"^[1-9][0-9](?:[0-9]{2}){0,2}$")
    """The region whose bureau runs the portal: what lists show until another is chosen"""
    public_cache_seconds: int = Field(default=60, ge=0)
    """How long browsers and proxies may keep a public page; no text gives the number: unverified (未核对)"""

    vault_keys: VaultKeys
    """Keys under which tokens and kept forms are sealed"""
    public_address: str = "http://127.0.0.1:8000"
    """Where browsers find the portal: the identity provider leads people back there"""
    provider: str = ""
    """The identity provider (its `iss`), which says the rest at `/.well-known/openid-configuration`; empty: nobody can
    sign in. Over https, or on this machine for development"""
    provider_client: str = "minglu-portal"
    """The portal's `client_id` there"""
    provider_secret: SecretStr = SecretStr("")
    """The portal's `client_secret` there"""
    idle_minutes_of_staff: float = Field(default=30, gt=0)
    """Without a request for so long, staff are signed out; no text gives the number: unverified (未核对)"""
    idle_minutes_of_operators: float = Field(default=60, gt=0)
    """The same of operators, who look for papers meanwhile; unverified (未核对)"""
    longest_session_hours: float = Field(default=10, gt=0)
    """After so long everybody signs in again; unverified (未核对)"""

    @property
    def is_https(self) -> bool:
        """Whether browsers come over https."""
        return self.public_address.startswith("https://")

    @model_validator(mode="after")
    def _signs_in_safely(self) -> "PortalSettings":
        """Plain http is for one machine: neither passwords nor sessions may cross a network in the clear, and the
        development provider, which asks nobody for a password, lets nobody in elsewhere.
        """
        for name, url in (("public_address", self.public_address), ("provider", self.provider)):
            if url and not url.startswith("https://") and not _is_loopback(url):
                raise ValueError(f"{name} needs https; http is for development on one machine")
        if self.provider and _is_loopback(self.provider) and not _is_loopback(self.public_address):
            raise ValueError("a provider on this machine is for development: it signs nobody in at another address")
        return self


def _is_loopback(url: str) -> bool:
    """Whether an address is one of this machine."""
    return urlsplit(url).hostname in LOOPBACK
