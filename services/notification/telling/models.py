"""Tables of what is not told now: events that wait, those that were too old, those told to many; and samples."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import Date, DateTime, Index, SmallInteger, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.telling.domain import Waits
from shared.database.columns import EnumText, Uscc

UNDER_WAY = "done_at is null"


class TooOld(Base):
    """Nobody was told: the event was too old when it was heard of.

    One row for a rule and what its events come from: `chain` is their correlation id, which all events of a published
    run share. So a bus that is read again from its beginning leaves a row a run, not one a household, and reading it
    once more changes nothing.
    """

    __tablename__ = "too_old"

    rule: Mapped[str] = mapped_column(String(60), primary_key=True)
    event: Mapped[str] = mapped_column(String(100), primary_key=True)
    chain: Mapped[str] = mapped_column(Text, primary_key=True)
    written_on: Mapped[dt.date] = mapped_column(Date)
    heard_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class WaitingEvent(Base):
    """An event of which somebody is still to be told: the copy does not know its household yet, or the words could not
    be made. `id` follows from source and id of the event.
    """

    __tablename__ = "waiting_event"
    __table_args__ = (Index("ix_waiting_event_household", "uscc"), Index("ix_waiting_event_due", "try_at"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    uscc: Mapped[Uscc | None]
    envelope: Mapped[str] = mapped_column(Text, comment="as it was heard")
    why: Mapped[Waits] = mapped_column(EnumText(Waits))
    since: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    try_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class FanOut(Base):
    """An event that a rule tells to all households of a region: page by page, by a task of its own. The row stays: it
    is what makes sure that an event that comes again begins nothing anew. A page of which some words cannot be made is
    told again, later, after the other pages; who was told by then is not told again.
    """

    __tablename__ = "fan_out"
    __table_args__ = (Index("ix_fan_out_under_way", "begun_at", postgresql_where=text(UNDER_WAY)),)

    cause: Mapped[str] = mapped_column(String(100), primary_key=True)
    rule: Mapped[str] = mapped_column(String(60), primary_key=True)
    envelope: Mapped[str] = mapped_column(Text)
    told_up_to: Mapped[str] = mapped_column(String(18), comment="the last household's code")
    again_from: Mapped[str | None] = mapped_column(String(18), comment="the code before the first page to tell again")
    begun_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    try_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), comment="not before")
    done_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class RecentEvent(Base):
    """Some of the last events of each kind and province, to try rules with, without who it was and what
    somebody wrote. `slot`: the oldest is written over.
    """

    __tablename__ = "recent_event"

    event: Mapped[str] = mapped_column(String(100), primary_key=True)
    province: Mapped[str] = mapped_column(String(2), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    id: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(String(6))
    envelope: Mapped[dict[str, Any]] = mapped_column(JSONB)
    heard_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
