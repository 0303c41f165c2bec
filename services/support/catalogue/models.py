"""The table of what was entered; measures that ship are read with the law."""

import datetime as dt
from typing import Any

from sqlalchemy import Date, DateTime, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.support.base import Base
from services.support.catalogue.domain import RevisionState
from shared.database.columns import CreatedAt, EnumText, Id, Subject, Version
from shared.platform.audit import About, about
from shared.reference.departments import Department


class MeasureRevision(Base):
    """One revision of a measure, new or of one that ships; `content`: as policies/README.md writes a measure."""

    __tablename__ = "measure_revision"
    __table_args__ = (
        Index("ux_measure_revision_number", "measure", "number", unique=True),
        Index(
            "ux_measure_revision_open", "measure", unique=True, postgresql_where=text("state in ('draft', 'checked')")
        ),
        Index("ux_measure_revision_published", "measure", unique=True, postgresql_where=text("state = 'published'")),
    )

    id: Mapped[Id]
    measure: Mapped[str] = mapped_column(String(60))
    number: Mapped[int] = mapped_column(Integer)
    region: Mapped[str] = mapped_column(String(6), comment="empty: the whole country")
    state: Mapped[RevisionState] = mapped_column(EnumText(RevisionState))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    entered_by: Mapped[Subject]
    department: Mapped[Department | None] = mapped_column(EnumText(Department, 30))
    checked_by: Mapped[str | None] = mapped_column(String(200))
    returned_because: Mapped[str | None] = mapped_column(Text)
    published_by: Mapped[str | None] = mapped_column(String(200))
    published_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    ended_on: Mapped[dt.date | None] = mapped_column(Date, comment="of a replaced or retired one")
    ended_because: Mapped[str | None] = mapped_column(Text)
    version: Mapped[Version]
    created_at: Mapped[CreatedAt]

    def audited(self) -> About:
        """What an audit entry about a revision says."""
        return about(self.id, self.region, measure=self.measure, number=self.number, state=self.state)
