"""The table of reports, with the reporter's sealed name and contact."""

import datetime as dt
import uuid

from sqlalchemy import Date, DateTime, Index, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.objection.base import Base
from services.objection.reports.domain import ReportOutcome, ReportState
from shared.database.columns import County, CreatedAt, EnumText, Id, Subject, Uscc, Version
from shared.platform.audit import About, about
from shared.platform.sealed_fields.values import SealedColumn, SealedText


class Report(Base):
    """A report by somebody named that a household's recognition was obtained by fraud.

    `reporter_ref`: the account's pseudonym; none at the counter, where the consent is kept instead.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("ux_report_receipt", "receipt", unique=True),
        Index("ix_report_county", "county", "id"),
        Index("ix_report_open", "uscc", postgresql_where=text("state = 'handed-on'")),
        Index("ix_report_overdue", "county", "due_on", postgresql_where=text("state = 'handed-on'")),
        Index("ix_report_reporter", "reporter_ref", "id"),
    )

    id: Mapped[Id]
    receipt: Mapped[str] = mapped_column(String(40), comment="number of the receipt")
    uscc: Mapped[Uscc]
    county: Mapped[County]
    recognition: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    statement: Mapped[str] = mapped_column(Text, comment="what the reporter says")
    reporter_ref: Mapped[str | None] = mapped_column(String(60))
    name: Mapped[SealedText] = mapped_column(SealedColumn)
    contact: Mapped[SealedText] = mapped_column(SealedColumn)
    consent: Mapped[SealedText | None] = mapped_column(SealedColumn, comment="to filing at the counter")
    consented_on: Mapped[dt.date | None] = mapped_column(Date)
    entered_by: Mapped[Subject]
    filed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    due_on: Mapped[dt.date] = mapped_column(Date, comment="last day for officers to end it")
    state: Mapped[ReportState] = mapped_column(EnumText(ReportState), default=ReportState.HANDED_ON)
    outcome: Mapped[ReportOutcome | None] = mapped_column(EnumText(ReportOutcome))
    reason: Mapped[str | None] = mapped_column(Text, comment="why it was closed; told to the reporter")
    closed_by: Mapped[str | None] = mapped_column(String(200))
    closed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about a report says."""
        return about(self.id, self.county, receipt=self.receipt, state=self.state)
