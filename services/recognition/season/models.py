"""Tables of quotas and their apportionment, of criteria, and of the season of a county and year."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.base import Base
from services.recognition.rules.claims import LocalCategory
from services.recognition.season.domain import SeasonExtension, SeasonState, TieBreak
from shared.database.columns import County, CreatedAt, EnumText, Id, JsonOf, Subject, Version
from shared.law.model.recognition import Category
from shared.platform.audit import About, about


class Quota(Base):
    """How many households may be recognised in a scope (county, city or province) on the base of a year."""

    __tablename__ = "quota"
    __table_args__ = (UniqueConstraint("scope", "year"),)

    id: Mapped[Id]
    scope: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(Integer)
    policy_hash: Mapped[str] = mapped_column(ForeignKey("policy_version.content_hash"))
    percent: Mapped[int] = mapped_column(Integer)
    base: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]
    version: Mapped[Version]


class CountyQuota(Base):
    """A county's places of a year, and how they were reckoned. Decisions lock this row: it is the quota's guard."""

    __tablename__ = "county_quota"
    __table_args__ = (CheckConstraint("places >= 0", name="places_not_negative"),)

    county: Mapped[County] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    quota_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("quota.id"), index=True)
    base: Mapped[int] = mapped_column(Integer)
    places: Mapped[int] = mapped_column(Integer)
    arithmetic: Mapped[str] = mapped_column(Text)


class Criteria(Base):
    """A region's published criteria of a year: the policy's, or its own, with document and the rule for ties."""

    __tablename__ = "criteria"
    __table_args__ = (
        UniqueConstraint("region", "year"),
        CheckConstraint("published_by is null or published_by <> created_by", name="maker_is_not_checker"),
    )

    id: Mapped[Id]
    region: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(Integer)
    policy_hash: Mapped[str] = mapped_column(ForeignKey("policy_version.content_hash"))
    document: Mapped[str] = mapped_column(String(500))
    categories: Mapped[dict[Category, LocalCategory]] = mapped_column(
        JsonOf(dict[Category, LocalCategory]), comment="category → points needed and criteria"
    )
    ties: Mapped[tuple[TieBreak, ...]] = mapped_column(
        JsonOf(tuple[TieBreak, ...]), comment="rules for equal scores, in order"
    )
    created_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]
    published_by: Mapped[str | None] = mapped_column(String(200))
    published_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    filed_document: Mapped[str | None] = mapped_column(String(500), comment="number of the letter to the level above")
    filed_on: Mapped[dt.date | None] = mapped_column(Date)
    filed_by: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.region, year=self.year, document=self.document, filed=self.filed_document)


class Season(Base):
    """Recognition in one county in one year. Its rules are the policy's content of the day it was prepared."""

    __tablename__ = "season"
    __table_args__ = (
        UniqueConstraint("county", "year"),
        CheckConstraint(f"state in ({', '.join(repr(s.value) for s in SeasonState)})", name="state_known"),
    )

    id: Mapped[Id]
    county: Mapped[County]
    year: Mapped[int] = mapped_column(Integer)
    state: Mapped[SeasonState] = mapped_column(EnumText(SeasonState), default=SeasonState.PREPARING)
    policy_hash: Mapped[str] = mapped_column(ForeignKey("policy_version.content_hash"))
    criteria_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("criteria.id"))
    sheet_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("scoring_sheet.id"), comment="by which its applications are scored; null: by the criteria's points"
    )
    opens_on: Mapped[dt.date] = mapped_column(Date)
    applications_until: Mapped[dt.date] = mapped_column(Date)
    decisions_until: Mapped[dt.date] = mapped_column(Date)
    benefits_from: Mapped[dt.date] = mapped_column(Date)
    supplement_days: Mapped[int] = mapped_column(Integer, comment="working days to complete a returned application")
    consultation_days: Mapped[int] = mapped_column(Integer, comment="working days for departments to answer")
    notice_days: Mapped[int] = mapped_column(Integer, comment="working days of a public notice")
    extensions: Mapped[tuple[SeasonExtension, ...]] = mapped_column(
        JsonOf(tuple[SeasonExtension, ...]), default=(), server_default="[]", comment="later last days, in their order"
    )
    seed: Mapped[str | None] = mapped_column(
        String(64), comment="its digest is published with the opening, itself later"
    )
    created_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]
    opened_by: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.county, year=self.year, state=self.state)
