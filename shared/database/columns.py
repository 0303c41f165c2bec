"""A column type that keeps an enumeration of the code; the schema is that of a text column."""

from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

E = TypeVar("E", bound=StrEnum)


class EnumText(TypeDecorator[E]):
    """A member of a `StrEnum`, stored as its value; a value that is no member cannot be written or read."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[E], length: int = 20) -> None:
        super().__init__(length)
        self.kind = kind
        self.length = length

    def process_bind_param(self, value: E | None, _dialect: Dialect) -> str | None:
        """The value of the member."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> E | None:
        """The member of a stored value."""
        return None if value is None else self.kind(value)
