"""What the sandbox's gateways and its mail server were handed: kept in one SQLite file that survives a restart.

The data are synthetic, so addresses are kept as they came; nothing else in the platform may do so.
"""

import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

DELIVERED, NOT_DELIVERED = "DELIVERED", "MK:0001"
"""Codes of receipts"""
TABLE: Final = """
create table if not exists message (
  number integer primary key autoincrement,
  gateway text not null,
  channel text not null,
  key text,
  address text not null,
  title text not null default '',
  text text not null,
  reference text not null unique,
  taken_at text not null,
  arrived integer not null,
  receipt text
)
"""
COLUMNS: Final = "number, gateway, channel, key, address, title, text, reference, taken_at, arrived, receipt"


@dataclass(frozen=True)
class Kept:
    """A message. `arrived`: whether it reached its (imagined) phone; `receipt`: what a question about it
    is answered.
    """

    number: int
    gateway: str
    channel: str
    key: str | None
    address: str
    title: str
    text: str
    reference: str
    taken_at: str
    arrived: bool
    receipt: str | None


class MessageStore:
    """The file, or memory alone."""

    def __init__(self, path: Path | None = None) -> None:
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute(TABLE)

    def take(self, gateway: str, channel: str, arrived: bool, **told: str | None) -> Kept:
        """Keep a message under a number of the gateway's own."""
        values = {"key": None, "title": "", **told}
        values |= {"gateway": gateway, "channel": channel, "reference": uuid.uuid4().hex}
        values |= {"taken_at": datetime.now(UTC).isoformat(timespec="seconds")}
        names = [*values, "arrived"]
        marks = ", ".join("?" * len(names))
        (row,) = self._connection.execute(
            f"insert into message ({', '.join(names)}) values ({marks}) returning {COLUMNS}",
            [*values.values(), int(arrived)],
        ).fetchall()
        return _kept(row)

    def say(self, reference: str, code: str) -> None:
        """Settle what became of a message: DELIVERED, or why not."""
        self._connection.execute("update message set receipt = ? where reference = ?", [code, reference])

    def find(self, **known: str | None) -> Sequence[Kept]:
        """Messages by some of their columns, in the order in which they came."""
        wanted = {name: value for name, value in known.items() if value is not None}
        where = " and ".join(f"{name} = ?" for name in wanted) or "true"
        rows = self._connection.execute(
            f"select {COLUMNS} from message where {where} order by number", [*wanted.values()]
        )
        return [_kept(row) for row in rows]

    def newest(self, address: str, limit: int) -> Sequence[Kept]:
        """The newest messages, of one address or of all."""
        rows = self._connection.execute(
            f"select {COLUMNS} from message where ? in ('', address) order by number desc limit ?", [address, limit]
        )
        return [_kept(row) for row in rows]

    def counts(self) -> Mapping[str, int]:
        """Messages by gateway."""
        return dict(self._connection.execute("select gateway, count(*) from message group by gateway order by gateway"))

    def close(self) -> None:
        """End it."""
        self._connection.close()


def _kept(row: tuple[Any, ...]) -> Kept:
    values = dict(zip(COLUMNS.split(", "), row, strict=True))
    return Kept(**values | {"arrived": bool(values["arrived"])})
