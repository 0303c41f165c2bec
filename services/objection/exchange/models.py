"""Tables of the exchange: every row that the directory sent, its answer, and how far it has been read; and what came
from the national systems.
"""

import datetime as dt
import uuid

from sqlalchemy import DateTime, ForeignKey, Index, Integer, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.objection.base import Base
from services.objection.exchange.domain import Intake
from shared.database.columns import CreatedAt, EnumText, Uscc


class ExchangedObjection(Base):
    """A row of the directory, by its receipt number there: each is taken once. `answer_key`: under which it is
    answered; `answered_at`: none until the directory has confirmed the answer.
    """

    __tablename__ = "exchanged_objection"
    __table_args__ = (
        Index("ix_exchanged_objection_objection", "objection_id"),
        Index("ix_exchanged_objection_due", "try_at", postgresql_where=text("answered_at is null")),
    )

    peer_receipt: Mapped[str] = mapped_column(String(64), primary_key=True, comment="its number at the directory")
    objection_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("objection.id"))
    region: Mapped[str] = mapped_column(String(6), comment="county; the directory's region where it is not known")
    intake: Mapped[Intake] = mapped_column(EnumText(Intake))
    reason: Mapped[str | None] = mapped_column(Text, comment="why it was not taken; told to the directory")
    answer_key: Mapped[uuid.UUID] = mapped_column(Uuid, default=uuid.uuid4)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    try_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]


class HandedInObjection(Base):
    """An objection that was handed in at a national system, as notification told of it. `sealed`: what it says, until
    it is settled.
    """

    __tablename__ = "handed_in_objection"
    __table_args__ = (Index("ix_handed_in_objection_waiting", "told_at", postgresql_where=text("intake = 'waiting'")),)

    hand_in: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    system: Mapped[str] = mapped_column(String(30))
    reference: Mapped[str] = mapped_column(String(64), comment="its number at the system")
    uscc: Mapped[Uscc]
    region: Mapped[str] = mapped_column(String(6))
    year: Mapped[int | None] = mapped_column(Integer)
    filed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    sealed: Mapped[str | None] = mapped_column(Text)
    intake: Mapped[Intake] = mapped_column(EnumText(Intake))
    reason: Mapped[str | None] = mapped_column(Text, comment="why it waits, or was not taken")
    objection_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("objection.id"))
    told_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class ExchangeCursor(Base):
    """How far a directory has been read."""

    __tablename__ = "exchange_cursor"

    directory: Mapped[str] = mapped_column(String(200), primary_key=True, comment="its address")
    cursor: Mapped[str] = mapped_column(Text)
