"""The table of what bureaus have set for support work."""

import datetime as dt

from sqlalchemy import Date, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.support.base import Base
from shared.database.columns import CreatedAt, Id, Subject
from shared.platform.audit import About, about


class SupportOrder(Base):
    """A number that a bureau set for its region, or a case of 必访 that it takes up (1) or gives up (0), with its
    document, from a day on. Nothing is changed or deleted: a later order follows an earlier one.
    """

    __tablename__ = "support_order"
    __table_args__ = (Index("ix_support_order_region", "region"),)

    id: Mapped[Id]
    region: Mapped[str] = mapped_column(String(6))
    parameter: Mapped[str] = mapped_column(String(100))
    number: Mapped[int] = mapped_column(Integer)
    document: Mapped[str] = mapped_column(Text, comment="what sets the number")
    ordered_on: Mapped[dt.date] = mapped_column(Date, comment="from this day on")
    ordered_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]

    def audited(self) -> About:
        """What an audit entry about an order says."""
        return about(self.id, self.region, parameter=self.parameter, number=self.number)
