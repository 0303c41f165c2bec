"""Annual report closings, typing runs, and published results with their corrections and statistics."""

import datetime as dt
import uuid
from typing import TypedDict

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.typing.base import Base
from services.typing.deliveries.domain import FeedFinding
from services.typing.runs.domain import RunPurpose, RunState
from shared.database.columns import CreatedAt, EnumText, Id, JsonOf, Subject, Version
from shared.database.privileges import MADE_BY_SERVICE
from shared.law.model.outcome import HouseholdType
from shared.messaging.events import ChainLink
from shared.platform.audit import About, about
from shared.platform.stored_policies import PolicyVersionTable

TypeCounts = dict[str, dict[HouseholdType, int]]
"""County → type → households."""
CorrectedFact = str | int | bool | None
"""A snapshot column's corrected value as JSON keeps it: dates as ISO texts, money in fen."""


class AnnualReportClosing(Base):
    """One closing of the annual reports; once per region and year (of the figures)."""

    __tablename__ = "annual_report_closing"
    __table_args__ = (
        UniqueConstraint("region", "year"),
        CheckConstraint("region ~ '^[0-9]{2}([0-9]{2}){0,2}$'", name="region_form"),
    )

    id: Mapped[Id]
    region: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(Integer)
    closed_on: Mapped[dt.date] = mapped_column(Date)
    actor: Mapped[Subject]
    recorded_at: Mapped[CreatedAt]


class PolicyVersion(PolicyVersionTable, Base):
    """The exact content a run was typed by, so that it can be explained when the file has long changed."""


class Run(Base):
    """One typing of a region under a policy at a date. ``number`` keys its partition of the results."""

    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("region ~ '^[0-9]{2}([0-9]{2}){0,2}$'", name="region_form"),
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in RunState)})", name="state_known"),
        CheckConstraint("published_by IS NULL OR published_by <> created_by", name="maker_is_not_checker"),
        CheckConstraint(f"purpose IN ({', '.join(repr(p.value) for p in RunPurpose)})", name="purpose_known"),
        CheckConstraint("purpose <> 'trial' OR published_by IS NULL", name="trial_is_never_published"),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(Integer, Identity(always=True))
    state: Mapped[RunState] = mapped_column(EnumText(RunState), default=RunState.QUEUED, index=True)
    version: Mapped[Version]
    region: Mapped[str] = mapped_column(String(6))
    policy: Mapped[str] = mapped_column(String(100))
    policy_hash: Mapped[str] = mapped_column(ForeignKey("policy_version.content_hash"))
    as_of: Mapped[dt.date] = mapped_column(Date)
    closing_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("annual_report_closing.id"))
    created_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]
    purpose: Mapped[RunPurpose] = mapped_column(
        EnumText(RunPurpose), default=RunPurpose.STATISTICS, server_default=RunPurpose.STATISTICS.value
    )
    departures: Mapped[list[str]] = mapped_column(
        JSONB, default=list, server_default="[]", comment="where it departs from the law in force; a trial does"
    )
    ordered_from: Mapped[str | None] = mapped_column(
        String(6), comment="the region of the bureau that ordered it; none where a closing did"
    )

    progress: Mapped[float] = mapped_column(Float, default=0.0)
    warnings: Mapped[list[str]] = mapped_column(JSONB, default=list)
    findings: Mapped[list[FeedFinding]] = mapped_column(JsonOf(list[FeedFinding]), default=list)
    confirmed_by: Mapped[str | None] = mapped_column(String(200))
    confirmation_reason: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(Text)

    snapshot: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str | None] = mapped_column(String(64))
    last_delivery: Mapped[int | None] = mapped_column(
        BigInteger, comment="the last delivery in order of receipt that its evidence could read"
    )
    households: Mapped[int | None] = mapped_column(BigInteger)
    left_out: Mapped[int | None] = mapped_column(BigInteger)
    feed_rows: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    county_rows: Mapped[dict[str, dict[str, int]]] = mapped_column(
        JSONB, default=dict, server_default="{}", comment="county → feed → rows that count"
    )
    counts: Mapped[TypeCounts] = mapped_column(JsonOf(TypeCounts), default=dict)
    compared_with: Mapped[list[int]] = mapped_column(JSONB, default=list)

    published_by: Mapped[str | None] = mapped_column(String(200))
    published_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    publication_reason: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int | None] = mapped_column(BigInteger)
    chain: Mapped[ChainLink | None] = mapped_column(
        JsonOf(ChainLink), comment="the last event about it: what comes next is said to follow from it"
    )

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.region)


class RunChange(Base):
    """One cell of a draft's comparison: households of a county that go from one type to another."""

    __tablename__ = "change"

    run_number: Mapped[int] = mapped_column(ForeignKey("run.number"), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    from_type: Mapped[int] = mapped_column(SmallInteger, primary_key=True, comment="-1: not typed before")
    to_type: Mapped[int] = mapped_column(SmallInteger, primary_key=True, comment="-1: no longer typed")
    households: Mapped[int] = mapped_column(BigInteger)


def counts_by_slug(counts: TypeCounts) -> dict[str, dict[str, int]]:
    """County → the type's word in the contracts → households."""
    return {county: {kind.slug: n for kind, n in by_type.items()} for county, by_type in counts.items()}


class Result(Base):
    """Parent of one partition per run (``result_partition.run_<number>``), which carries the indexes. Names are in the
    register of names.

    Partitions are loaded by binary COPY in this column order and keyed afterwards (``repository.partitions``).
    """

    __tablename__ = "result"
    __table_args__ = (
        PrimaryKeyConstraint("uscc", "run_number"),
        {"postgresql_partition_by": "LIST (run_number)", "info": {MADE_BY_SERVICE: "result_partition"}},
    )

    run_number: Mapped[int] = mapped_column(Integer)
    uscc: Mapped[str] = mapped_column(String(18))
    region: Mapped[str] = mapped_column(String(6))
    type: Mapped[int] = mapped_column(SmallInteger)
    true_mask: Mapped[int] = mapped_column(BigInteger)
    unknown_mask: Mapped[int] = mapped_column(BigInteger)
    operator_ref: Mapped[str | None] = mapped_column(Text)


class ResultGroup(Base):
    """Codes of a run's households of one county and type, in order and one after the other; the last is in the key."""

    __tablename__ = "result_group"

    run_number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    type: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last: Mapped[str] = mapped_column(String(18), primary_key=True)
    households: Mapped[int] = mapped_column(Integer)
    usccs: Mapped[str] = mapped_column(Text)


class CurrentRun(Base):
    """Which run a county's directory shows. A publication switches its counties in one transaction."""

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

    The facts of all its sources are in ``facts``; each source keeps its own reason in ``reasons``. Facts are empty
    where the snapshot holds all that was corrected: the type is the run's own, and the row is there for its reasons.
    """

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_type", "run_number", "region", "type", "uscc"),)

    run_number: Mapped[int] = mapped_column(Integer, ForeignKey("run.number"), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    region: Mapped[str] = mapped_column(String(6))
    facts: Mapped[dict[str, CorrectedFact]] = mapped_column(JSONB)
    type: Mapped[int] = mapped_column(SmallInteger)
    true_mask: Mapped[int] = mapped_column(BigInteger)
    unknown_mask: Mapped[int] = mapped_column(BigInteger)
    reasons: Mapped[list[CorrectionReason]] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(BigInteger)
    corrected_at: Mapped[CreatedAt]


class FiledReport(Base):
    """A late annual report from the bus. It outlives runs: each published run that lacks it is corrected."""

    __tablename__ = "filed_report"

    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    filed_on: Mapped[dt.date] = mapped_column(Date)
    event_id: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    actor: Mapped[str | None] = mapped_column(Text)
    heard_at: Mapped[CreatedAt]


class Statistic(Base):
    """Households of a county by type in a year's published run; kept when the run's partition is dropped."""

    __tablename__ = "statistic"
    __table_args__ = (Index("ix_statistic_year", "year", "region"),)

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    type: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    households: Mapped[int] = mapped_column(BigInteger)
    run_id: Mapped[uuid.UUID] = mapped_column(Uuid)
