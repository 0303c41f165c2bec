"""The declarative base of the recognition database, and how events are announced.

One metadata with named constraints.
"""

from sqlalchemy import Sequence
from sqlalchemy.orm import DeclarativeBase

from shared.contracts.recognition import REASON_LENGTH
from shared.database.connections import new_metadata
from shared.messaging.announcer import Announcer


class Base(DeclarativeBase):
    """Declarative base of all tables of the recognition service."""

    metadata = new_metadata()


ANNOUNCER = Announcer("/recognition", Sequence("recognition_revision", metadata=Base.metadata))
"""Revisions of events about a household grow: they are taken under the lock of its application or recognition."""


def shorten_reason(reason: object) -> str | None:
    """A reason, cut to the length that events allow; the rows keep the whole text."""
    if reason is None:
        return None
    detail = str(reason)
    return detail if len(detail) <= REASON_LENGTH else detail[: REASON_LENGTH - 1] + "…"
