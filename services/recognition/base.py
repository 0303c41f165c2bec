"""The declarative base of the recognition database, column types that recur, and how events are announced.

One metadata with named constraints.
"""

import datetime as dt
import uuid
from typing import Annotated

from sqlalchemy import DateTime, Integer, Sequence, String, Uuid, func
from sqlalchemy.orm import DeclarativeBase, mapped_column

from shared.contracts.recognition import REASON_LENGTH
from shared.database.connections import new_metadata
from shared.messaging.announcer import Announcer


class Base(DeclarativeBase):
    """Declarative base of all tables of the recognition service."""

    metadata = new_metadata()


Id = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=uuid.uuid4)]
County = Annotated[str, mapped_column(String(6))]
Uscc = Annotated[str, mapped_column(String(18))]
Subject = Annotated[str, mapped_column(String(200))]
"""The person who acted: the subject of the token."""
Version = Annotated[int, mapped_column(Integer, default=1)]
"""Incremented with every change; a decision names the version it rests on."""
CreatedAt = Annotated[dt.datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]

ANNOUNCER = Announcer("/recognition", Sequence("recognition_revision", metadata=Base.metadata))
"""Revisions of events about a household grow: they are taken under the lock of its application or recognition."""


def shorten_reason(reason: object) -> str | None:
    """A reason, cut to the length that events allow; the rows keep the whole text."""
    if reason is None:
        return None
    said = str(reason)
    return said if len(said) <= REASON_LENGTH else said[: REASON_LENGTH - 1] + "…"
