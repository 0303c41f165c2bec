"""The table of scoring sheets."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.base import Base
from shared.database.columns import CreatedAt, Id, Subject, Version
from shared.platform.audit import About, about


class StoredSheet(Base):
    """A region's scoring sheet of a year: a draft, or in force. `content`: what was written, as plain data."""

    __tablename__ = "scoring_sheet"
    __table_args__ = (
        UniqueConstraint("region", "year"),
        CheckConstraint("in_force_by is null or in_force_by <> created_by", name="maker_is_not_checker"),
    )

    id: Mapped[Id]
    region: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(Integer)
    policy_hash: Mapped[str] = mapped_column(ForeignKey("policy_version.content_hash"))
    title: Mapped[str] = mapped_column(String(500))
    document: Mapped[str] = mapped_column(String(500), comment="number of the document")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date, comment="the last day")
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    copied_from: Mapped[uuid.UUID | None] = mapped_column(comment="the sheet that it began as")
    created_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]
    in_force_by: Mapped[str | None] = mapped_column(String(200))
    in_force_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.region, year=self.year, document=self.document)
