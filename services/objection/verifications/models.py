"""The table of questions to departments."""

import datetime as dt
import uuid

from sqlalchemy import Date, DateTime, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.objection.base import Base
from services.objection.verifications.domain import Finding
from shared.database.columns import County, CreatedAt, EnumText, Id, Subject, Uscc, Version
from shared.platform.audit import About, about
from shared.platform.sealed_fields.values import SealedColumn, SealedText
from shared.reference.departments import Department

UNANSWERED = "answered_at is null"


class FactVerification(Base):
    """One question to a department of one region about a row of its feed, and the answer.

    `row`: the corrected row, sealed: it holds figures. `due_on`: the last day for the answer; later ones still count.
    """

    __tablename__ = "verification"
    __table_args__ = (
        Index("ix_verification_objection", "objection_id"),
        Index("ix_verification_open", "department", "region", "due_on", "id", postgresql_where=text(UNANSWERED)),
    )

    id: Mapped[Id]
    objection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("objection.id"))
    county: Mapped[County]
    uscc: Mapped[Uscc]
    department: Mapped[Department] = mapped_column(EnumText(Department, 30))
    region: Mapped[str] = mapped_column(String(6), comment="of the bureau that is asked")
    feed: Mapped[str] = mapped_column(String(40))
    year: Mapped[int | None] = mapped_column(Integer)
    facts: Mapped[list[str]] = mapped_column(JSONB, comment="names of the facts in question")
    readings: Mapped[list[str]] = mapped_column(JSONB, comment="how the text is read where it speaks of them")
    question: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[Subject]
    asked_by_region: Mapped[str] = mapped_column(String(6))
    due_on: Mapped[dt.date] = mapped_column(Date, comment="the far future where the policy sets no period")
    finding: Mapped[Finding | None] = mapped_column(EnumText(Finding))
    row: Mapped[SealedText | None] = mapped_column(SealedColumn)
    note: Mapped[str | None] = mapped_column(Text, comment="of the department; shown to the objector")
    answered_by: Mapped[str | None] = mapped_column(String(200))
    answered_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    asked_at: Mapped[CreatedAt]
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about a question says."""
        known = {"objection": str(self.objection_id), "department": self.department, "feed": self.feed}
        return about(self.id, self.county, asked=self.region, **known)
