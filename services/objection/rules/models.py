"""The table of what bureaus have set in a policy's periods for objections."""

import datetime as dt

from sqlalchemy import Date, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.objection.base import Base
from shared.database.columns import CreatedAt, Id, Subject
from shared.platform.audit import About, about


class PeriodOrder(Base):
    """A number of days that the deciding level set, with its document, for objections filed from a day on.

    Nothing is changed or deleted: a later order for the same parameter and region follows an earlier one.
    """

    __tablename__ = "period_order"
    __table_args__ = (Index("ix_period_order_policy", "policy", "region"),)

    id: Mapped[Id]
    policy: Mapped[str] = mapped_column(String(100), comment="id of the policy")
    region: Mapped[str] = mapped_column(String(6))
    parameter: Mapped[str] = mapped_column(String(100))
    days: Mapped[int] = mapped_column(Integer)
    document: Mapped[str] = mapped_column(Text, comment="what sets the number")
    ordered_on: Mapped[dt.date] = mapped_column(Date, comment="for objections filed from this day on")
    ordered_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]

    def audited(self) -> About:
        """What an audit entry about an order says."""
        return about(self.id, self.region, policy=self.policy, parameter=self.parameter, days=self.days)
