"""The table of work reports: one for each duty, period, county and department."""

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, Date, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.support.base import Base
from services.support.work_reports.domain import WorkReportState
from shared.database.columns import County, CreatedAt, EnumText, Id, Version
from shared.law.model.work_reports import Rhythm
from shared.platform.audit import About, about
from shared.reference.departments import Department

OPEN = text("state in ('due', 'overdue')")


class WorkReport(Base):
    """What a department of a county has to report, and what it reported. `duty`: the policy's, or the request's id.
    `person`: who does this work there (专人). `figures`: what the platform itself knew when it was handed in.
    """

    __tablename__ = "work_report"
    __table_args__ = (
        Index("ux_work_report_once", "duty", "period", "county", "department", unique=True),
        Index("ix_work_report_open", "due_on", "id", postgresql_where=OPEN),
        Index("ix_work_report_county", "county", "due_on", "id"),
    )

    id: Mapped[Id]
    duty: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(10))
    county: Mapped[County]
    department: Mapped[Department] = mapped_column(EnumText(Department, 30))
    rhythm: Mapped[Rhythm] = mapped_column(EnumText(Rhythm))
    title: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(500), comment="what asks for it")
    begins_on: Mapped[dt.date] = mapped_column(Date)
    due_on: Mapped[dt.date] = mapped_column(Date)
    unverified: Mapped[bool] = mapped_column(Boolean, comment="no text gives the day, or who reports")
    state: Mapped[WorkReportState] = mapped_column(EnumText(WorkReportState))
    reminded_on: Mapped[dt.date | None] = mapped_column(Date)
    person: Mapped[str | None] = mapped_column(String(100))
    statement: Mapped[str | None] = mapped_column(Text)
    cases: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    handed_in_by: Mapped[str | None] = mapped_column(String(200))
    handed_in_on: Mapped[dt.date | None] = mapped_column(Date)
    asked_by: Mapped[str | None] = mapped_column(String(200), comment="who asked for it; none: a policy")
    opened_at: Mapped[CreatedAt]
    version: Mapped[Version]

    @property
    def late(self) -> bool:
        """Whether it came after its last day."""
        return self.handed_in_on is not None and self.handed_in_on > self.due_on

    def audited(self) -> About:
        """What an audit entry about a work report says."""
        return about(self.id, self.county, duty=self.duty, period=self.period, department=self.department.value)
