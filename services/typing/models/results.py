"""Published results as the directory reads them, the overlay of corrections, and yearly statistics."""

import datetime as dt
import uuid
from typing import Any, TypedDict

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Sequence,
    SmallInteger,
    String,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.typing.models.base import Base

revision_sequence = Sequence("household_revision", metadata=Base.metadata)
"""Grows with every publication and every correction: the ``revision`` of a household's state events."""


class Result(Base):
    """Parent of one partition per run (``result_partition.run_<number>``), which carries the indexes.

    Partitions are loaded by binary COPY in this column order and keyed afterwards (``repository.partitions``).
    """

    __tablename__ = "result"
    __table_args__ = (
        PrimaryKeyConstraint("uscc", "run_number"),
        {"postgresql_partition_by": "LIST (run_number)"},
    )

    run_number: Mapped[int] = mapped_column(Integer)
    uscc: Mapped[str] = mapped_column(String(18))
    region: Mapped[str] = mapped_column(String(6))
    type: Mapped[int] = mapped_column(SmallInteger)
    true_mask: Mapped[int] = mapped_column(BigInteger)
    unknown_mask: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    operator_ref: Mapped[str | None] = mapped_column(Text)


class CurrentRun(Base):
    """Which run a county's directory shows. A publication switches whole counties in one transaction."""

    __tablename__ = "current_run"

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    run_number: Mapped[int] = mapped_column(Integer, ForeignKey("run.number"))
    run_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    policy: Mapped[str] = mapped_column(String(100))
    as_of: Mapped[dt.date] = mapped_column(Date)
    revision: Mapped[int] = mapped_column(BigInteger)


class CorrectionReason(TypedDict):
    """Why a household was corrected, in Chinese, as its source says it to the public."""

    source: str
    reason: str


class Correction(Base):
    """A household typed again from its run's own snapshot plus corrected facts; outranks the run's result.

    The facts of all its sources lie in ``facts``; each source keeps its own reason in ``reasons``.
    """

    __tablename__ = "correction"

    run_number: Mapped[int] = mapped_column(Integer, ForeignKey("run.number"), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    type: Mapped[int] = mapped_column(SmallInteger)
    true_mask: Mapped[int] = mapped_column(BigInteger)
    unknown_mask: Mapped[int] = mapped_column(BigInteger)
    reasons: Mapped[list[CorrectionReason]] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(BigInteger)
    corrected_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class FiledReport(Base):
    """A late annual report that the bus told of. It outlives runs: each published run that lacks it is corrected."""

    __tablename__ = "filed_report"

    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    filed_on: Mapped[dt.date] = mapped_column(Date)
    event_id: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    actor: Mapped[str | None] = mapped_column(Text)
    heard_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Statistic(Base):
    """Households of a county by type in a year's published run; kept when the run's partition is dropped."""

    __tablename__ = "statistic"
    __table_args__ = (Index("ix_statistic_year", "year", "region"),)

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    type: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    households: Mapped[int] = mapped_column(BigInteger)
    run_id: Mapped[uuid.UUID] = mapped_column(Uuid)
