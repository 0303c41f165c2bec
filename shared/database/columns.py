"""Columns that recur in the models of all services, and types that keep the types of the code: an enumeration as text,
a dataclass as JSON.

These leave the schema as it is: `EnumText` is a varchar, `JsonOf` a jsonb column.
"""

import datetime as dt
import uuid
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import DateTime, Dialect, Integer, String, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

Id = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=uuid.uuid4)]
County = Annotated[str, mapped_column(String(6))]
Uscc = Annotated[str, mapped_column(String(18))]
Subject = Annotated[str, mapped_column(String(200))]
"""Who did it: the subject of a token."""
Version = Annotated[int, mapped_column(Integer, default=1)]
"""Grows with every change; a decision names the one it rests on."""
CreatedAt = Annotated[dt.datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


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


class JsonOf(TypeDecorator[T]):
    """A dataclass, or a container of them, stored as JSON. `none_as_empty`: None is stored as `{}`, for a column that
    is not nullable.
    """

    impl = JSONB
    cache_ok = True

    def __init__(self, kind: type[T], *, none_as_empty: bool = False) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind
        self.none_as_empty = none_as_empty
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def process_bind_param(self, value: T | None, _dialect: Dialect) -> object:
        """The JSON of the value."""
        if value is None:
            return {} if self.none_as_empty else None
        return self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: object, _dialect: Dialect) -> T | None:
        """The value of stored JSON."""
        if value is None or (self.none_as_empty and not value):
            return None
        return self._adapter.validate_python(value)
