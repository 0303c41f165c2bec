"""Tables of what was handed in at the systems, and how far each of them has been read."""

import datetime as dt
import uuid

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.publication.incoming.domain import ENDED, HandInKind, HandInState
from services.notification.publication.systems import System
from shared.database.columns import EnumText, Id
from shared.platform.sealed_fields.values import SealedColumn, SealedText

NOT_HANDED_ON = f"state in ('{HandInState.RECEIVED}', '{HandInState.WAITING}')"
UNTOLD = f"told_at is null and state in ({', '.join(repr(state.value) for state in ENDED)})"
UNANSWERED = f"state = '{HandInState.HANDED_ON}'"
COUNTED = f"state in ('{HandInState.RECEIVED}', '{HandInState.TAKEN}')"


class PublicationHandIn(Base):
    """Something that was handed in at a system, by its number there: for good once.

    `content`: what only one service may read, sealed here until it is handed on. `mark`: a keyed digest of all it said.
    `result`: the application or objection that it led to, or that was there. `try_at` is none where the system cannot
    be told; `told_at`: when it confirmed that it knows what became of it.
    """

    __tablename__ = "publication_hand_in"
    __table_args__ = (
        Index("ux_publication_hand_in_reference", "system", "reference", unique=True),
        Index("ix_publication_hand_in_number", "number"),
        Index("ix_publication_hand_in_region", "region", "number"),
        Index("ix_publication_hand_in_not_handed_on", "number", postgresql_where=text(NOT_HANDED_ON)),
        Index("ix_publication_hand_in_unanswered", "system", "handed_on_at", postgresql_where=text(UNANSWERED)),
        Index("ix_publication_hand_in_result", "result", postgresql_where=text("result is not null")),
        Index("ix_publication_hand_in_untold", "system", "try_at", postgresql_where=text(UNTOLD)),
        Index(
            "ux_publication_hand_in_closing",
            "region",
            "year",
            unique=True,
            postgresql_where=text(f"kind = '{HandInKind.REPORTS_CLOSED}' and {COUNTED}"),
        ),
        Index(
            "ux_publication_hand_in_report",
            "uscc",
            "year",
            unique=True,
            postgresql_where=text(f"kind = '{HandInKind.REPORT_FILED}' and {COUNTED}"),
        ),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), comment="order of arrival")
    system: Mapped[System] = mapped_column(EnumText(System, 30))
    reference: Mapped[str] = mapped_column(String(64), comment="its number at the system")
    kind: Mapped[HandInKind | None] = mapped_column(EnumText(HandInKind, 30))
    state: Mapped[HandInState] = mapped_column(EnumText(HandInState))
    uscc: Mapped[str | None] = mapped_column(String(18))
    region: Mapped[str] = mapped_column(String(6), comment="empty where it could not be read")
    year: Mapped[int | None] = mapped_column(Integer)
    filed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), comment="there, as the system says")
    happened_on: Mapped[dt.date | None] = mapped_column(Date, comment="day of a closing or of an annual report")
    content: Mapped[SealedText | None] = mapped_column(SealedColumn)
    mark: Mapped[bytes] = mapped_column(LargeBinary)
    repeated_otherwise: Mapped[int] = mapped_column(
        Integer, server_default="0", comment="how often it came again with another content, which was not taken"
    )
    reason: Mapped[str | None] = mapped_column(Text, comment="why it waits, was matched or refused; told to the system")
    result: Mapped[uuid.UUID | None]
    received_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    handed_on_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    told_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    failures: Mapped[int] = mapped_column(Integer, server_default="0", comment="calls in a row that told nobody")
    try_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class PublicationHandInCursor(Base):
    """How far a system has been read."""

    __tablename__ = "publication_hand_in_cursor"

    system: Mapped[System] = mapped_column(EnumText(System, 30), primary_key=True)
    cursor: Mapped[str] = mapped_column(Text)
    read_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
