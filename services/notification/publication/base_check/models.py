"""Tables of checks and of what they found."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, Identity, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.publication.base_check.domain import BaseDifferenceKind, CheckState
from shared.database.columns import EnumText, Subject
from shared.platform.audit import About, about

UNDER_WAY = "ended_at is null"
BY_ITSELF = "ordered_by is null"


class PublicationBaseCheck(Base):
    """One check of a region's households. `after`: the household up to which both sides are read."""

    __tablename__ = "publication_base_check"
    __table_args__ = (
        Index("uq_publication_base_check_open", "region", unique=True, postgresql_where=text(UNDER_WAY)),
        Index("uq_publication_base_check_day", "day", unique=True, postgresql_where=text(BY_ITSELF)),
        Index("ix_publication_base_check_number", "number", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), comment="order of checks")
    region: Mapped[str] = mapped_column(String(6), comment="whose households; empty: all that the base shows us")
    day: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[CheckState] = mapped_column(EnumText(CheckState))
    ordered_by: Mapped[Subject | None] = mapped_column(comment="null: by the calendar")
    started_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    next_try_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    trouble: Mapped[str | None] = mapped_column(String(100), comment="why the base could not be read at last")
    after: Mapped[str] = mapped_column(String(18))
    ours: Mapped[int] = mapped_column(Integer, server_default="0", comment="registered households read so far")
    theirs: Mapped[int] = mapped_column(Integer, server_default="0", comment="entities read so far")

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(f"base-check/{self.id}", self.region, day=self.day.isoformat())


class PublicationBaseDifference(Base):
    """What a check found about one household, as both sides have it. `region`: our county, or theirs where we have
    none in the check's region.
    """

    __tablename__ = "publication_base_difference"
    __table_args__ = (Index("ix_publication_base_difference_county", "check_id", "region", "uscc", "difference"),)

    check_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication_base_check.id"), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    difference: Mapped[BaseDifferenceKind] = mapped_column(EnumText(BaseDifferenceKind), primary_key=True)
    region: Mapped[str] = mapped_column(String(6))
    ours: Mapped[str | None] = mapped_column(String(500))
    theirs: Mapped[str | None] = mapped_column(String(500))
