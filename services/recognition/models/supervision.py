"""What superiors and others do: lists filed with them, spot checks, consents for credit institutions."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.domain.spot_checks import CheckOutcome
from services.recognition.models.base import Base, County, CreatedAt, Id, Subject, Version


class Filing(Base):
    """A season's list of recognitions as it was reported to the superior, on paper with a number."""

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
    """A superior's draw over a region's applications of a year: from a published seed, so that anyone can repeat it."""

    __tablename__ = "spot_check"
    __table_args__ = (UniqueConstraint("region", "year", "percent"),)

    id: Mapped[Id]
    region: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(Integer)
    seed: Mapped[str] = mapped_column(String(64))
    percent: Mapped[int] = mapped_column(Integer)
    seeds: Mapped[dict[str, str]] = mapped_column(JSONB, comment="county → the published seed of its season")
    handed_in_before: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), comment="what was drawn from")
    population: Mapped[int] = mapped_column(Integer)
    drawn_by: Mapped[Subject]
    drawn_at: Mapped[CreatedAt]


class SpotCheckItem(Base):
    """One application drawn: to be checked, passed, to be supplemented by a day, or found not to meet the standards."""

    __tablename__ = "spot_check_item"
    __table_args__ = (
        CheckConstraint(f"outcome in ({', '.join(repr(s.value) for s in CheckOutcome)})", name="outcome_known"),
    )

    check_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("spot_check.id"), primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    county: Mapped[County]
    outcome: Mapped[str] = mapped_column(String(20), default=CheckOutcome.PENDING.value)
    finding: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    checked_by: Mapped[str | None] = mapped_column(String(200))
    checked_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[Version]


class CreditConsent(Base):
    """An operator lets a credit institution read that the household is recognised, until a day; uses are audited.

    One stands per household and institution; it is the operator's own and ends with his being the operator.
    """

    __tablename__ = "credit_consent"
    __table_args__ = (
        Index(
            "ux_credit_consent_standing", "uscc", "institution", unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
        Index("ix_credit_consent_operator", "operator_ref"),
    )  # fmt: skip

    id: Mapped[Id]
    uscc: Mapped[str] = mapped_column(String(18))
    county: Mapped[County]
    operator_ref: Mapped[str] = mapped_column(String(60))
    institution: Mapped[str] = mapped_column(String(200))
    until: Mapped[dt.date] = mapped_column(Date)
    given_by: Mapped[Subject]
    given_at: Mapped[CreatedAt]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
