"""The table of applications that were handed in at the national systems."""

import datetime as dt
import uuid

from sqlalchemy import DateTime, Index, Integer, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.base import Base
from shared.database.columns import Uscc

WAITING = "outcome is null"


class HandedInApplication(Base):
    """An application from a national system, as notification told of it. `sealed`: what it says, until it is settled;
    `outcome`: none while it waits; `told_at`: when recognition heard of it, from which on it waits.
    """

    __tablename__ = "handed_in_application"
    __table_args__ = (Index("ix_handed_in_application_waiting", "told_at", "hand_in", postgresql_where=text(WAITING)),)

    hand_in: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    system: Mapped[str] = mapped_column(String(100))
    reference: Mapped[str] = mapped_column(String(100), comment="its number at the system")
    uscc: Mapped[Uscc]
    region: Mapped[str] = mapped_column(String(6))
    year: Mapped[int | None] = mapped_column(Integer)
    filed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    sealed: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text, comment="why it waits, was matched or refused")
    application: Mapped[uuid.UUID | None] = mapped_column(comment="that it led to, or that was there")
    told_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
