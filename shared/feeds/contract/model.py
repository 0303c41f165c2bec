"""The parts of a feed's contract: columns of a few kinds, a key, and what an absent row means; and the errors of data
that are refused as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from shared.reference.departments import Department

Kind = Literal["text", "uscc", "region", "date", "bool", "money", "count", "year", "choice"]

SQL_TYPES: Mapping[Kind, str] = {
    "text": "VARCHAR",
    "uscc": "VARCHAR",
    "region": "VARCHAR",
    "date": "DATE",
    "bool": "BOOLEAN",
    "money": "BIGINT",
    "count": "BIGINT",
    "year": "INTEGER",
    "choice": "VARCHAR",
}


@dataclass(frozen=True)
class Column:
    """One column of a feed; `title` is its Chinese name in messages.

    `choices`: the values that are taken, with their Chinese names. `pattern`: how a text must be written, a regular
    expression over the whole of it, and `form` says so in Chinese. `not_future`: a date that may not lie after the day
    of delivery. `personal`: its value is kept out of everything stored. `empty_means`: the value an empty cell stands
    for, where that is not "not known". `unit`, `example` and `note` are for whoever fills the column (Chinese).
    """

    name: str
    title: str
    kind: Kind = "text"
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    pattern: str = ""
    form: str = ""
    not_future: bool = False
    personal: bool = False
    empty_means: bool | None = None
    unit: str = ""
    example: str = ""
    note: str = ""


FIRST_YEAR, LAST_YEAR = 1000, 9999
"""What a column `year` may hold."""


class Receiver(StrEnum):
    """The service that takes a feed, by its name."""

    TYPING = "typing"
    RECOGNITION = "recognition"
    NOTIFICATION = "notification"
    SUPPORT = "support"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return RECEIVER_LABELS[self]


RECEIVER_LABELS: Mapping[Receiver, str] = MappingProxyType(
    {
        Receiver.TYPING: "分型服务",
        Receiver.RECOGNITION: "认定服务",
        Receiver.NOTIFICATION: "通知服务",
        Receiver.SUPPORT: "帮扶服务",
    }
)


@dataclass(frozen=True)
class FeedContract:
    """One feed; `key` identifies a row within a delivery, `absent` says what a missing row means, `department` who
    delivers it and sees what became of it, `others` who else does, each for itself; `receiver` where it is delivered.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    absent: str
    department: Department
    receiver: Receiver = Receiver.TYPING
    others: tuple[Department, ...] = ()

    @property
    def departments(self) -> tuple[Department, ...]:
        """Everybody who delivers it."""
        return (self.department, *self.others)

    def column(self, name: str) -> Column:
        """The column of that name (KeyError when there is none)."""
        return self._by_name()[name]

    def has(self, name: str) -> bool:
        """Whether the feed has a column of that name."""
        return name in self._by_name()

    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


class FeedsError(Exception):
    """A file or delivery refused whole; the message is one Chinese sentence without personal data."""


class FolderNotUsable(FeedsError):
    """The folder does not exist or cannot be listed: wrong usage, where FeedsError is bad data."""
