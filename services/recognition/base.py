"""The declarative base of the recognition database, and how events are announced.

One metadata with named constraints.
"""

from sqlalchemy import Sequence
from sqlalchemy.orm import DeclarativeBase

from shared.contracts.recognition import REASON_LENGTH
from shared.database.connections import new_metadata
from shared.messaging.announcer import Announcer


class Base(DeclarativeBase):
    """Every table of the recognition service hangs on this metadata; migrations are generated from it."""

    metadata = new_metadata()


ANNOUNCER = Announcer("/recognition", Sequence("recognition_revision", metadata=Base.metadata))
"""Revisions of the events about a household: taken under the lock of its application or recognition, so they grow."""


def shorten_reason(reason: object) -> str | None:
    """As much of a reason as an event carries: reasons that are composed can be longer; the rows keep them whole."""
    if reason is None:
        return None
    said = str(reason)
    return said if len(said) <= REASON_LENGTH else said[: REASON_LENGTH - 1] + "…"
