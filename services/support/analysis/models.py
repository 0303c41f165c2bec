"""The table of quarterly analyses."""

import datetime as dt
from typing import Any

from sqlalchemy import Date, Index, SmallInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.support.base import Base
from shared.database.columns import CreatedAt, Id, Subject
from shared.platform.audit import About, about


class QuarterlyAnalysis(Base):
    """A region's quarter, once it was over. It stays as it was made: what changes between two makings of the same
    tables would show single households. `made_on`: the day whose types and categories it has.
    """

    __tablename__ = "quarterly_analysis"
    __table_args__ = (Index("ux_quarterly_analysis_quarter", "region", "year", "quarter", unique=True),)

    id: Mapped[Id]
    region: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(SmallInteger)
    quarter: Mapped[int] = mapped_column(SmallInteger)
    made_on: Mapped[dt.date] = mapped_column(Date)
    made_by: Mapped[Subject]
    made_at: Mapped[CreatedAt]
    tables: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, comment="without small numbers")

    def audited(self) -> About:
        """What an audit entry about an analysis says."""
        return about(self.id, self.region, year=self.year, quarter=self.quarter)
