"""What superiors and others do: spot checks of applications, consents for credit institutions."""

import datetime as dt
import uuid

from sqlalchemy import Date, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.models.base import Base, County, CreatedAt, Id, Subject, Version


class SpotCheck(Base):
    """A superior's draw over a region's applications of a year: from a published seed, so that anyone can repeat it."""

    __tablename__ = "spot_check"
    __table_args__ = (UniqueConstraint("region", "year"),)

    id: Mapped[Id]
    region: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(Integer)
    seed: Mapped[str] = mapped_column(String(64))
    percent: Mapped[int] = mapped_column(Integer)
    population: Mapped[int] = mapped_column(Integer)
    drawn_by: Mapped[Subject]
    drawn_at: Mapped[CreatedAt]


class SpotCheckItem(Base):
    """One application drawn: passed, to be supplemented by a day, or found not to meet the standards."""

    __tablename__ = "spot_check_item"

    check_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("spot_check.id"), primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    county: Mapped[County]
    outcome: Mapped[str | None] = mapped_column(String(20), comment="passed, supplement, refused")
    finding: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    checked_by: Mapped[str | None] = mapped_column(String(200))
    checked_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[Version]


class CreditConsent(Base):
    """An operator lets a credit institution read that the household is recognised, until a day; uses are audited."""

    __tablename__ = "credit_consent"
    __table_args__ = (Index("ix_credit_consent_institution", "institution", "uscc"),)

    id: Mapped[Id]
    uscc: Mapped[str] = mapped_column(String(18))
    county: Mapped[County]
    institution: Mapped[str] = mapped_column(String(200))
    until: Mapped[dt.date] = mapped_column(Date)
    given_by: Mapped[Subject]
    given_at: Mapped[CreatedAt]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
