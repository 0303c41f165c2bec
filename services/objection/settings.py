"""Settings of the objection service: the common ones and its own, all under ``MINGLU_OBJECTION_``."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from shared.papers.typesetting import FONT_FOLDERS
from shared.platform.sealed_fields.keys import VaultKeys
from shared.platform.settings import ServiceSettings


class ObjectionSettings(ServiceSettings):
    """Environment variables of the objection service and its worker."""

    model_config = SettingsConfigDict(env_prefix="MINGLU_OBJECTION_", extra="ignore", frozen=True)

    title: ClassVar[str] = "名录 · 异议"

    service: str = "objection"
    port: int = Field(default=8003, ge=0, le=65535)

    vault_keys: VaultKeys
    """Keys that names and contacts of objectors are sealed under"""

    correction_key: str
    """Public key (JWK) of typing, for which corrected rows are sealed"""

    handed_in_objections_keys: SecretStr | None = None
    """Private keys (JWKS) that objections from the national systems are sealed for; none: they cannot be opened"""

    paper_fonts: tuple[Path, ...] = FONT_FOLDERS
    """Folders with the fonts of papers (a JSON list): Noto CJK, and others for the characters that it lacks"""

    largest_document: int = Field(default=20 * 2**20, ge=1)
    """Bytes of one document of evidence"""

    most_documents: int = Field(default=20, ge=1, le=200)
    """Documents of one objection"""

    report_days: int = Field(default=15, ge=1, le=250)
    """Working days within which officers end a report, recognition or not: the bureau's own number, not checked
    against a text"""

    @field_validator("handed_in_objections_keys", mode="before")
    @classmethod
    def empty_is_none(cls, value: object) -> object:
        """Compose hands on a variable that is not set as an empty one."""
        return value or None

    directory_url: str | None = Field(default=None, pattern=r"^(https://|http://(127\.0\.0\.1|localhost)[:/])")
    """Address of the province's directory (异议申诉模块); none: no exchange with it"""

    directory_credential: SecretStr | None = None
    """Bearer token for the directory; none: no exchange with it"""

    directory_region: str = Field(default="", pattern=r"^([1-9][0-9])?$")
    """The directory's province, whose officers see the rows that cannot be read"""

    directory_seconds: float = Field(default=60.0, gt=0)
    """Pause between two rounds of the exchange"""
