"""The vault: the keys under which a service seals personal data, and the two operations with them.

AES-256-GCM with a random nonce per text. The seal covers the place of the text (table, column, row), so that
a ciphertext put into another row or column does not open. Several keys are held: the first one seals, all of them open.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr
from sqlalchemy import inspect
from sqlalchemy.orm import QueryableAttribute

from shared.platform.sealed_fields.keys import parse_keys
from shared.platform.sealed_fields.values import (
    NONCE_BYTES,
    PersonalText,
    SealedFieldUnreadable,
    SealedText,
    header_of,
)

log = structlog.get_logger()

NOT_READABLE = "（无法解封）"


class VaultKeyUnknown(SealedFieldUnreadable):
    """Sealed under a key that this process has not been given."""

    detail = "解封这项个人信息的密钥未配置，请联系系统运维人员"


class SealBroken(SealedFieldUnreadable):
    """Changed, moved from another place, or sealed under another key of the same name."""

    detail = "这项个人信息的密文与它所在的位置或密钥不符，请联系系统运维人员"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed text stands; part of its seal."""

    table: str
    column: str
    row: str

    def __str__(self) -> str:
        return f"{self.table}|{self.column}|{self.row}"


def place_of(row: object, field: QueryableAttribute[Any]) -> Place:
    """The place of a mapped field in a row, which has its id already: ValueError if it has none yet."""
    mapper = inspect(type(row))
    column = field.property.columns[0]
    (key,) = mapper.primary_key  # a composed key is none that a text could be sealed to
    row_id = mapper.get_property_by_column(key).class_attribute.__get__(row, type(row))
    if row_id is None:
        raise ValueError(f"give the row of {column.table.name} its id before something is sealed to it")
    return Place(column.table.name, column.name, str(row_id))


class Vault:
    """Seals and opens personal texts; `keys` by their ids, the newest first."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.newest = next(iter(keys))

    @classmethod
    def of(cls, setting: SecretStr) -> "Vault":
        """With the keys of a setting of type `VaultKeys`."""
        return cls(parse_keys(setting.get_secret_value()))

    def seal(self, place: Place, text: PersonalText) -> SealedText:
        """The text sealed to its place under the newest key."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        covered = additional_data(header_of(self.newest), place)
        return SealedText.of(
            self.newest, nonce, self._keys[self.newest].encrypt(nonce, text.reveal().encode(), covered)
        )

    def open(self, place: Place, sealed: SealedText) -> PersonalText:
        """The text in clear. SealedBytesDamaged, VaultKeyUnknown, SealBroken."""
        try:
            return self._open(place, sealed)
        except SealedFieldUnreadable as error:
            log.error("sealed_field_unreadable", cause=type(error).__name__, place=str(place))  # noqa: TRY400 - known
            raise

    def masked(self, place: Place, sealed: SealedText | None, mask: Callable[[str], str]) -> str | None:
        """What a view shows, for example with `mask_name`. One text that cannot be read spoils no list."""
        if sealed is None:
            return None
        try:
            return mask(self.open(place, sealed).reveal())
        except SealedFieldUnreadable:
            return NOT_READABLE

    def _open(self, place: Place, sealed: SealedText) -> PersonalText:
        header, nonce, ciphertext = sealed.parts()
        key = self._keys.get(sealed.key_id)
        if key is None:
            raise VaultKeyUnknown
        try:
            return PersonalText(key.decrypt(nonce, ciphertext, additional_data(header, place)).decode())
        except InvalidTag:
            raise SealBroken from None


def additional_data(header: bytes, place: Place) -> bytes:
    """What the seal covers beside the text: the key's id and the place. The name of a table or column holds no bar, so
    no two places are written alike.
    """
    return header + str(place).encode()
