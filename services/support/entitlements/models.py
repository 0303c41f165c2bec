"""Tables of what measures are to households, and of what departments and households did about them.

Millions of households have a few hundred different combinations of measures: a household's row names its profile.
"""

import datetime as dt

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.support.base import Base
from services.support.entitlements.domain import ReportOutcome
from shared.database.columns import County, CreatedAt, EnumText, Id, Subject, Uscc, Version
from shared.platform.audit import About, about
from shared.reference.departments import Department


class EntitlementProfile(Base):
    """One combination: `states` is the state by measure, without those that are nothing to the household."""

    __tablename__ = "entitlement_profile"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    states: Mapped[dict[str, str]] = mapped_column(JSONB)


class HouseholdEntitlement(Base):
    """What measures are to a household now, and since when it is so."""

    __tablename__ = "household_entitlement"
    __table_args__ = (Index("ix_household_entitlement_profile", "profile_id", "region", "uscc"),)

    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    region: Mapped[County]
    profile_id: Mapped[int] = mapped_column(ForeignKey("entitlement_profile.id"))
    since: Mapped[dt.date] = mapped_column(Date)


class EntitlementChange(Base):
    """What a household was granted and what ended, and why; one for each household and cause."""

    __tablename__ = "entitlement_change"
    __table_args__ = (Index("ix_entitlement_change_household", "uscc", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    uscc: Mapped[Uscc]
    region: Mapped[County]
    cause: Mapped[str] = mapped_column(String(40))
    granted: Mapped[list[str]] = mapped_column(ARRAY(String(60)))
    ended: Mapped[list[str]] = mapped_column(ARRAY(String(60)))
    changed_on: Mapped[dt.date] = mapped_column(Date)


class HouseholdToReckon(Base):
    """A household about which something was heard since it was last reckoned."""

    __tablename__ = "household_to_reckon"

    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    cause: Mapped[str] = mapped_column(String(40))
    heard_at: Mapped[CreatedAt]


class EntitlementPass(Base):
    """A county's last pass: for which day and which register all of its households were reckoned."""

    __tablename__ = "entitlement_pass"

    region: Mapped[County] = mapped_column(primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date)
    digest: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class MeasureReport(Base):
    """What a department reports of a household and a measure; nothing is changed, a later report follows."""

    __tablename__ = "measure_report"
    __table_args__ = (
        Index("ix_measure_report_household", "uscc", "measure", "id"),
        Index("ix_measure_report_measure", "measure", "region", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    uscc: Mapped[Uscc]
    region: Mapped[County]
    measure: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[ReportOutcome] = mapped_column(EnumText(ReportOutcome))
    happened_on: Mapped[dt.date] = mapped_column(Date)
    amount: Mapped[int | None] = mapped_column(BigInteger, comment="fen")
    reason: Mapped[str | None] = mapped_column(Text)
    department: Mapped[Department] = mapped_column(EnumText(Department, 30))
    reported_by: Mapped[Subject]
    reported_at: Mapped[CreatedAt]


class MeasureCommitment(Base):
    """告知承诺: what the operator was told and has promised, with the later check. `text`, `consequence`: as they stood
    when it was signed.
    """

    __tablename__ = "measure_commitment"
    __table_args__ = (Index("ix_measure_commitment_household", "uscc", "measure"),)

    id: Mapped[Id]
    uscc: Mapped[Uscc]
    region: Mapped[County]
    measure: Mapped[str] = mapped_column(String(60))
    revision: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    consequence: Mapped[str] = mapped_column(Text)
    signed_by: Mapped[Subject]
    signed_at: Mapped[CreatedAt]
    kept: Mapped[bool | None]
    finding: Mapped[str | None] = mapped_column(Text)
    checked_by: Mapped[str | None] = mapped_column(String(200))
    checked_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about a commitment says."""
        return about(self.id, self.region, uscc=self.uscc, measure=self.measure, kept=self.kept)
