"""The table of proceedings by which recognitions are cancelled or revoked."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.base import Base
from services.recognition.lifecycle.domain import (
    OPEN_STATES,
    EndDecision,
    ProceedingState,
    ProposedEnd,
    ServedDocument,
    ServedNotice,
    Statement,
)
from shared.database.columns import EnumText, Id, JsonOf, Subject, Version

_OPEN = ", ".join(repr(state.value) for state in OPEN_STATES)


class EndProceeding(Base):
    """A proposed cancellation or revocation and everything that was done about it; kept for good."""

    __tablename__ = "end_proceeding"
    __table_args__ = (
        Index(
            "ux_end_proceeding_open",
            "recognition_id",
            "what",
            unique=True,
            postgresql_where=text(f"state in ({_OPEN})"),
        ),
        Index("ix_end_proceeding_recognition", "recognition_id"),
        CheckConstraint("decided_by is null or decided_by <> proposed_by", name="maker_is_not_checker"),
    )

    id: Mapped[Id]
    recognition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("recognition.id"))
    what: Mapped[ProposedEnd] = mapped_column(EnumText(ProposedEnd))
    state: Mapped[ProceedingState] = mapped_column(EnumText(ProceedingState), default=ProceedingState.PROPOSED)
    facts: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    citations: Mapped[tuple[str, ...]] = mapped_column(JsonOf(tuple[str, ...]))
    proposed_by: Mapped[Subject]
    proposed_from: Mapped[str | None] = mapped_column(String(6), comment="region of the bureau that proposed it")
    proposed_on: Mapped[dt.date] = mapped_column(Date)
    notice: Mapped[ServedNotice | None] = mapped_column(JsonOf(ServedNotice))
    statements: Mapped[tuple[Statement, ...]] = mapped_column(JsonOf(tuple[Statement, ...]), default=())
    decision: Mapped[EndDecision | None] = mapped_column(JsonOf(EndDecision))
    decided_by: Mapped[str | None] = mapped_column(String(200), comment="as in the decision, for the constraint")
    served: Mapped[ServedDocument | None] = mapped_column(JsonOf(ServedDocument), comment="the decision")
    drop_reason: Mapped[str | None] = mapped_column(Text, comment="why it was rejected")
    closed_on: Mapped[dt.date | None] = mapped_column(
        Date, comment="the day on which it was dropped, or its decision undone; null also: before this was kept"
    )
    version: Mapped[Version]
