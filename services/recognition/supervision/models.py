"""Tables of supervision: lists filed with superiors, spot checks."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.base import Base
from services.recognition.supervision.domain import CheckOutcome
from shared.database.columns import County, CreatedAt, EnumText, Id, Subject, Version


class Filing(Base):
    """A season's list of recognitions as filed with the superior, with the document's number."""

    __tablename__ = "filing"

    id: Mapped[Id]
    season_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("season.id"), index=True)
    filed_with: Mapped[str] = mapped_column(String(6), comment="region of the superior")
    document: Mapped[str] = mapped_column(String(500))
    filed_on: Mapped[dt.date] = mapped_column(Date)
    households: Mapped[int] = mapped_column(Integer, comment="on the list")
    filed_by: Mapped[Subject]
    filed_at: Mapped[CreatedAt]


class SpotCheck(Base):
    """A superior's draw over a region's applications of a year, from published seeds so that anyone can repeat it."""

    __tablename__ = "spot_check"
    __table_args__ = (UniqueConstraint("region", "year", "percent", "number"),)

    id: Mapped[Id]
    region: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(Integer)
    seed: Mapped[str] = mapped_column(String(64))
    percent: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(
        Integer, default=1, server_default=text("1"), comment="further draws: over counties that opened later"
    )
    seeds: Mapped[dict[str, str]] = mapped_column(JSONB, comment="county → the published seed of its season")
    handed_in_before: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), comment="what was drawn from")
    population: Mapped[int] = mapped_column(Integer)
    drawn_by: Mapped[Subject]
    drawn_at: Mapped[CreatedAt]


class SpotCheckItem(Base):
    """A drawn application and the outcome of its check."""

    __tablename__ = "spot_check_item"
    __table_args__ = (
        CheckConstraint(f"outcome in ({', '.join(repr(s.value) for s in CheckOutcome)})", name="outcome_known"),
    )

    check_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("spot_check.id"), primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    county: Mapped[County]
    outcome: Mapped[CheckOutcome] = mapped_column(EnumText(CheckOutcome), default=CheckOutcome.PENDING)
    finding: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    checked_by: Mapped[str | None] = mapped_column(String(200))
    checked_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[Version]
