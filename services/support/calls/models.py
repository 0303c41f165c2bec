"""Tables of calls, of what made them due, and of the officials who are in touch with households."""

import datetime as dt
import uuid

from sqlalchemy import Boolean, Date, DateTime, Index, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.support.base import Base
from services.support.calls.domain import CallState
from services.support.rules.domain import CallReason
from shared.database.columns import County, CreatedAt, EnumText, Id, Subject, Uscc, Version
from shared.platform.audit import About, about
from shared.reference.departments import Department

OPEN = text("state in ('due', 'assigned', 'overdue')")


class Call(Base):
    """A visit that is due to a household; while it is open, whatever else makes one due joins it. `reason`: the first.

    `due_on`: the last day (`NO_LAST_DAY` where no number of days is set). `unverified`: no text at hand gives the
    number. `provisional`: a year's holidays are not announced yet and may move it.
    """

    __tablename__ = "call"
    __table_args__ = (
        Index("ux_call_open", "uscc", unique=True, postgresql_where=OPEN),
        Index("ix_call_due", "county", "due_on", "id", postgresql_where=OPEN),
        Index("ix_call_assigned", "assigned_to", "due_on", "id", postgresql_where=OPEN),
        Index("ix_call_household", "uscc", "id"),
    )

    id: Mapped[Id]
    uscc: Mapped[Uscc]
    county: Mapped[County]
    state: Mapped[CallState] = mapped_column(EnumText(CallState))
    reason: Mapped[CallReason] = mapped_column(EnumText(CallReason))
    opened_on: Mapped[dt.date] = mapped_column(Date)
    due_on: Mapped[dt.date] = mapped_column(Date)
    unverified: Mapped[bool] = mapped_column(Boolean)
    provisional: Mapped[bool] = mapped_column(Boolean)
    assigned_to: Mapped[str | None] = mapped_column(String(200))
    assigned_name: Mapped[str | None] = mapped_column(String(100))
    department: Mapped[Department | None] = mapped_column(EnumText(Department, 30))
    visited_on: Mapped[dt.date | None] = mapped_column(Date)
    finding: Mapped[str | None] = mapped_column(Text, comment="what the visit found")
    waived_because: Mapped[str | None] = mapped_column(Text)
    ended_by: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about a call says."""
        return about(self.id, self.county, uscc=self.uscc, state=self.state)


class CallOccasion(Base):
    """What made a call due. The row stays for good: its key is what makes sure that an event that comes again, years
    later, makes nothing due anew. One that was over before anybody came (`settled_on`) may come back, with a new call.
    """

    __tablename__ = "call_occasion"
    __table_args__ = (Index("ix_call_occasion_call", "call_id"),)

    reason: Mapped[CallReason] = mapped_column(EnumText(CallReason), primary_key=True)
    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    happened_on: Mapped[dt.date] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(Text)
    call_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, comment="none only within the transaction")
    settled_on: Mapped[dt.date | None] = mapped_column(Date, comment="it is none any more, as the data show")
    heard_at: Mapped[CreatedAt]


class HouseholdOfficial(Base):
    """Who is in touch with a household, or with all households of a unit of a county (包抓联系), until `ended_at`."""

    __tablename__ = "household_official"
    __table_args__ = (
        Index("ux_household_official_household", "uscc", unique=True, postgresql_where=text("ended_at is null")),
        Index(
            "ux_household_official_unit",
            "county",
            "unit",
            unique=True,
            postgresql_where=text("ended_at is null and unit is not null"),
        ),
    )

    id: Mapped[Id]
    county: Mapped[County]
    uscc: Mapped[str | None] = mapped_column(String(18))
    unit: Mapped[str | None] = mapped_column(String(60))
    subject: Mapped[Subject]
    name: Mapped[str] = mapped_column(String(100), comment="as the household reads it")
    department: Mapped[Department] = mapped_column(EnumText(Department, 30))
    appointed_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]
    ended_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))

    def audited(self) -> About:
        """What an audit entry about an appointment says."""
        return about(self.id, self.county, uscc=self.uscc, unit=self.unit, official=self.subject)
