"""The two forms of a personal text: `PersonalText` in clear, `SealedText` as it is stored. Neither shows itself in
logs, tracebacks, JSON or pickles.
"""

import struct
from dataclasses import dataclass
from typing import NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from shared.platform.errors import Unreadable

FORMAT = 1
NONCE_BYTES = 12
TAG_BYTES = 16
LONGEST = 200
"""Characters of a name or of a way to reach somebody."""


class SealedFieldUnreadable(Unreadable):
    """What is stored cannot be opened: it names neither the value nor whose it is."""

    slug, title = "sealed-field-unreadable", "个人信息无法解封"
    detail = "这项个人信息的密文无法解封，请联系系统运维人员"


class SealedBytesDamaged(SealedFieldUnreadable):
    """The bytes are cut off, or are no sealed text at all."""

    detail = "这项个人信息的密文不完整，请联系系统运维人员"


class PersonalText:
    """A personal text in clear, for the time that a request needs it.

    As a field of a body it takes a text of 1 to 200 characters. It never serialises: an answer that would show it
    fails, and says `reveal()` where it is meant to.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PersonalText) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "PersonalText(…)"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a personal text is neither copied nor pickled")

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(
            strip_whitespace=True, min_length=1, max_length=LONGEST, pattern=r"^[^\x00-\x1f\x7f]*$"
        )
        return core_schema.no_info_wrap_validator_function(
            lambda value, check: value if isinstance(value, cls) else cls(check(value)),
            text,
            serialization=core_schema.plain_serializer_function_ser_schema(_refuse_to_serialise),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST, "writeOnly": True}


def _refuse_to_serialise(_value: object) -> NoReturn:
    raise TypeError("a personal text is not serialised; say reveal() where it is meant to be shown")


@dataclass(frozen=True, slots=True, repr=False)
class SealedText:
    """A personal text as its column holds it: header, nonce, ciphertext with its tag."""

    stored: bytes

    @classmethod
    def of(cls, key_id: str, nonce: bytes, ciphertext: bytes) -> "SealedText":
        """From its parts."""
        return cls(header_of(key_id) + nonce + ciphertext)

    @property
    def key_id(self) -> str:
        """The key that it is sealed under; SealedBytesDamaged."""
        if len(self.stored) < 3 or self.stored[0] != FORMAT:
            raise SealedBytesDamaged
        name = self.stored[2 : 2 + self.stored[1]]
        if not name.isascii():
            raise SealedBytesDamaged
        return name.decode("ascii")

    def parts(self) -> tuple[bytes, bytes, bytes]:
        """Header, nonce, ciphertext; SealedBytesDamaged if something is missing."""
        header = header_of(self.key_id)
        rest = self.stored[len(header) :]
        if len(rest) < NONCE_BYTES + TAG_BYTES:
            raise SealedBytesDamaged
        return header, rest[:NONCE_BYTES], rest[NONCE_BYTES:]

    def __repr__(self) -> str:
        return "SealedText(…)"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a sealed text stays in its row: it is neither copied nor pickled")


def header_of(key_id: str) -> bytes:
    """How everything begins that is sealed under a key."""
    name = key_id.encode("ascii")
    return struct.pack("BB", FORMAT, len(name)) + name


class SealedColumn(TypeDecorator[SealedText]):
    """A column of sealed texts, `bytea` in the database. Anything else is refused, a text in clear above all."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: SealedText | None, _dialect: Dialect) -> bytes | None:
        """The bytes of a sealed text."""
        if value is None:
            return None
        if not isinstance(value, SealedText):
            raise TypeError(f"a sealed column takes a SealedText, not a {type(value).__name__}")
        return value.stored

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> SealedText | None:
        """The sealed text of the bytes, whole or not: who opens it is told, who only lists its row is not."""
        return None if value is None else SealedText(bytes(value))
