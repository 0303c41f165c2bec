"""Settings of the recognition service: the common ones and its own, all under ``MINGLU_RECOGNITION_``."""

from typing import ClassVar

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from shared.platform.settings import ServiceSettings


class RecognitionSettings(ServiceSettings):
    """Environment variables of the recognition service and its worker."""

    model_config = SettingsConfigDict(env_prefix="MINGLU_RECOGNITION_", extra="ignore", frozen=True)

    title: ClassVar[str] = "名录 · 名特优新认定"

    service: str = "recognition"
    port: int = Field(default=8002, ge=0, le=65535)

    pseudonym_key: SecretStr
    """Hex key of the operators' pseudonyms, the same as the typing service's: id numbers are replaced on receipt"""

    handed_in_applications_keys: SecretStr | None = None
    """Private keys (JWKS) that applications from the national systems are sealed for; none: they cannot be opened"""

    largest_document: int = Field(default=20 * 2**20, ge=1)
    """Bytes of one document of an application"""
    largest_delivery: int = Field(default=2**30, ge=1)
    """Bytes of one delivery of penalties or dishonest debtors"""

    @field_validator("handed_in_applications_keys", mode="before")
    @classmethod
    def empty_is_none(cls, value: object) -> object:
        """Compose hands on a variable that is not set as an empty one."""
        return value or None
