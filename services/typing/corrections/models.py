"""Corrections of evidence, and which of them the evidence of each run took into account."""

import datetime as dt
import uuid

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.typing.base import Base
from services.typing.corrections.domain import CorrectionState
from shared.database.columns import CreatedAt, EnumText, Uscc
from shared.platform.audit import About, about

WITH_FILES = "state = 'refused' OR (accepted_file IS NOT NULL AND rejected_keys_file IS NOT NULL)"


class EvidenceCorrection(Base):
    """One correction, by the id that the objection service gave it; refused ones are kept, too, so that each is
    answered once.

    The row itself is in the store, as an accepted file of one row beside an empty file of rejected keys. ``number`` is
    the order of arrival, ``columns`` are those that were corrected, ``last_delivery`` the last one received before it,
    ``settled_by`` the last one that was compared with it and held the row or should have. ``event_id`` to ``heard_at``
    are of the event that brought it.
    """

    __tablename__ = "evidence_correction"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in CorrectionState)})", name="state_known"),
        CheckConstraint(WITH_FILES, name="with_files"),
        Index("ix_evidence_correction_uscc", "uscc"),
        Index("ix_evidence_correction_feed", "feed", "state"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    objection: Mapped[uuid.UUID] = mapped_column(Uuid)
    uscc: Mapped[Uscc]
    region: Mapped[str] = mapped_column(String(6))
    feed: Mapped[str] = mapped_column(String(40))
    year: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[CorrectionState] = mapped_column(EnumText(CorrectionState))
    reason: Mapped[str] = mapped_column(Text, comment="public")
    refusal: Mapped[str | None] = mapped_column(Text)
    lifting_reason: Mapped[str | None] = mapped_column(Text, comment="public")
    columns: Mapped[list[str]] = mapped_column(JSONB, default=list)
    accepted_file: Mapped[str | None] = mapped_column(String(64))
    rejects_file: Mapped[str | None] = mapped_column(String(64))
    rejected_keys_file: Mapped[str | None] = mapped_column(String(64))
    last_delivery: Mapped[int] = mapped_column(BigInteger)
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("delivery.id"))
    event_id: Mapped[str] = mapped_column(Text)
    correlation: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    actor: Mapped[str | None] = mapped_column(Text)
    heard_at: Mapped[CreatedAt]
    changed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.region)


class RunCorrection(Base):
    """A correction that a run's evidence took into account when it was frozen: ``counted`` in the snapshot, or left
    out because a delivery had met it. A correction that is not here came later.
    """

    __tablename__ = "run_correction"
    __table_args__ = (Index("ix_run_correction_correction_id", "correction_id"),)

    run_number: Mapped[int] = mapped_column(ForeignKey("run.number"), primary_key=True)
    correction_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("evidence_correction.id"), primary_key=True)
    counted: Mapped[bool] = mapped_column(Boolean)
