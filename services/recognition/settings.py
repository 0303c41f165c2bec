"""Settings of the recognition service: the common ones and its own, all under ``MINGLU_RECOGNITION_``."""

from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from shared.papers.typesetting import FONT_FOLDERS
from shared.platform.pseudonym_keys import PseudonymKeys
from shared.platform.sealed_fields.keys import VaultKeys
from shared.platform.settings import ServiceSettings
from shared.platform.tokens import LOOPBACK


class RecognitionSettings(ServiceSettings):
    """Environment variables of the recognition service and its worker."""

    model_config = SettingsConfigDict(env_prefix="MINGLU_RECOGNITION_", extra="ignore", frozen=True)

    title: ClassVar[str] = "名录 · 名特优新认定"

    service: str = "recognition"
    port: int = Field(default=8002, ge=0, le=65535)

    pseudonym_key: PseudonymKeys
    """Keys of the operators' pseudonyms, the same as the typing service's: id numbers are replaced on receipt"""

    vault_keys: VaultKeys | None = None
    """Keys that documents are sealed under on the disk, the newest first; none: they lie there in clear"""

    handed_in_applications_keys: SecretStr | None = None
    """Private keys (JWKS) that applications from the national systems are sealed for; none: they cannot be opened"""

    hand_in_wait_hours: float = Field(default=24, gt=0)
    """How long an application from a national system waits for a household that recognition has not heard of; then it
    is refused. No text gives the number: unverified (未核对)"""

    paper_fonts: tuple[Path, ...] = FONT_FOLDERS
    """Folders with the fonts of papers (a JSON list): Noto CJK, and others for the characters that it lacks"""
    portal_address: str = ""
    """Where anybody finds the portal: the QR codes of badges lead there; empty: no badge is drawn"""

    largest_document: int = Field(default=20 * 2**20, ge=1)
    """Bytes of one document of an application"""
    largest_delivery: int = Field(default=2**30, ge=1)
    """Bytes of one delivery of penalties or dishonest debtors"""

    new_operator_days: int = Field(default=15, ge=0)
    """Days after a change of operator before the new one may withdraw an application or consent to be read about;
    unverified: no text gives this number"""
    full_delivery_least_accepted: float = Field(default=0.1, ge=0, le=1)
    """Share of its rows that a full delivery must be accepted with to remove what it does not name"""
    removal_share: float = Field(default=0.1, ge=0, le=1)
    """A full delivery that would remove more than this share of a region's records waits for an officer's word"""
    removal_least: int = Field(default=5, ge=0)
    """… if it would remove at least so many"""

    @field_validator("handed_in_applications_keys", mode="before")
    @classmethod
    def empty_is_none(cls, value: object) -> object:
        """Compose hands on a variable that is not set as an empty one."""
        return value or None

    @field_validator("portal_address")
    @classmethod
    def is_for_everybody(cls, address: str) -> str:
        """A code that is printed leads over https, or on one machine where something is tried."""
        if address and not address.startswith("https://") and urlsplit(address).hostname not in LOOPBACK:
            raise ValueError("portal_address needs https; http is for development on one machine")
        return address
