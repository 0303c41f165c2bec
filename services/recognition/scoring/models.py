"""Tables of a season's scoring: assessors, rounds with the meeting's decision, scores, findings, results."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.base import Base
from services.recognition.scoring.people import MeetingDecision, Relation, SendingBack
from shared.database.columns import County, CreatedAt, Id, JsonOf, Subject, Version
from shared.platform.audit import About, about


class Assessor(Base):
    """Somebody who scores a season's applications, and the households that they are tied to."""

    __tablename__ = "assessor"

    season_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("season.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    county: Mapped[County]
    relations: Mapped[tuple[Relation, ...]] = mapped_column(
        JsonOf(tuple[Relation, ...]), default=(), comment="households that they do not score"
    )
    appointed_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.season_id, self.county, assessor=self.subject)


class ScoringRound(Base):
    """Scores of a season that are closed and decided on together: one round, further ones for late applications."""

    __tablename__ = "scoring_round"
    __table_args__ = (
        UniqueConstraint("season_id", "number"),
        Index("ux_scoring_round_open", "season_id", unique=True, postgresql_where=text("decided_by is null")),
        CheckConstraint("decided_by is null or decided_by <> closed_by", name="maker_is_not_checker"),
    )

    id: Mapped[Id]
    season_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("season.id"))
    number: Mapped[int] = mapped_column(Integer)
    county: Mapped[County]
    created_at: Mapped[CreatedAt]
    closed_by: Mapped[str | None] = mapped_column(String(200))
    closed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    missing_reason: Mapped[str | None] = mapped_column(Text, comment="why it was closed without all assessors")
    decisions: Mapped[tuple[MeetingDecision, ...]] = mapped_column(
        JsonOf(tuple[MeetingDecision, ...]), default=(), comment="the meeting's; later ones put equals in order"
    )
    decided_by: Mapped[str | None] = mapped_column(String(200), comment="who recorded the meeting's last decision")
    sent_back: Mapped[tuple[SendingBack, ...]] = mapped_column(
        JsonOf(tuple[SendingBack, ...]),
        default=(),
        server_default=text("'[]'"),
        comment="closings that were opened again before the meeting's decision",
    )
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.county, season=str(self.season_id), number=self.number)


class AssessorScore(Base):
    """An assessor's part in one application: to be scored, scored, or recused."""

    __tablename__ = "assessor_score"
    __table_args__ = (Index("ix_assessor_score_mine", "round_id", "assessor"),)

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    assessor: Mapped[str] = mapped_column(String(200), primary_key=True)
    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scoring_round.id"))
    points: Mapped[dict[str, Decimal] | None] = mapped_column(
        JsonOf(dict[str, Decimal]), comment="indicator → points; null: not scored yet"
    )
    scored_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    recusal: Mapped[str | None] = mapped_column(Text, comment="why it does not count")
    recused_by: Mapped[str | None] = mapped_column(String(200))


class IndicatorFinding(Base):
    """What an officer found of an indicator that no data decide: its level, and what shows it. A later finding takes
    its place; who found it before stays known, since they score the application no more, nor decide on it.
    """

    __tablename__ = "indicator_finding"

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(60), primary_key=True)
    level: Mapped[int] = mapped_column(Integer, comment="counted from 1; 0: none")
    basis: Mapped[str] = mapped_column(Text)
    found_by: Mapped[Subject]
    found_before: Mapped[list[str]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'"), comment="who found it before the last finding"
    )
    found_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class ApplicationScore(Base):
    """What an application came to when its round was closed. `facts`: known on `as_of`; `parts`: what decides ties."""

    __tablename__ = "application_score"

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scoring_round.id"), index=True)
    as_of: Mapped[dt.date] = mapped_column(Date)
    total: Mapped[Decimal | None] = mapped_column(Numeric(9, 4), comment="null: excluded, not all points known")
    excluded: Mapped[tuple[str, ...]] = mapped_column(JsonOf(tuple[str, ...]), default=())
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    parts: Mapped[dict[str, str]] = mapped_column(JSONB, comment="section, indicator → points as a fraction")
    lifted: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        comment="scored again after an objection put aside what excluded it; only the points still exclude",
    )
