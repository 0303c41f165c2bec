"""Tables of what bureaus deliver about inspections."""

import datetime as dt
import uuid

from sqlalchemy import Date, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.support.base import Base
from services.support.inspections.domain import RiskClass
from shared.database.columns import EnumText, Subject, Uscc
from shared.platform.deliveries.rows import DeliveryTable


class InspectionDelivery(DeliveryTable, Base):
    """A delivered file: a state of its feed in its region."""

    __tablename__ = "inspection_delivery"
    __table_args__ = (Index("ix_inspection_delivery_newest", "feed", "region", "sequence"),)

    delivered_by: Mapped[Subject]
    delivered_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))

    @property
    def deliverer(self) -> str:
        """Who delivered it."""
        return self.delivered_by


class CreditRisk(Base):
    """A household's credit-risk class."""

    __tablename__ = "credit_risk"

    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    risk_class: Mapped[RiskClass] = mapped_column(EnumText(RiskClass, 1))
    graded_on: Mapped[dt.date | None] = mapped_column(Date)
    delivery_id: Mapped[uuid.UUID]


class Violation(Base):
    """A violation that market supervision found, whether or not it was punished."""

    __tablename__ = "violation"

    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    found_on: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    field: Mapped[str] = mapped_column(String(30), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(30))
    corrected_on: Mapped[dt.date | None] = mapped_column(Date)
    delivery_id: Mapped[uuid.UUID]


class UnreadHousehold(Base):
    """A household with a row that was rejected since its last good one: what the feed says of it is not known, if it is
    in the region of the delivery.
    """

    __tablename__ = "unread_household"

    feed: Mapped[str] = mapped_column(String(40), primary_key=True)
    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True, comment="of the delivery")
    delivery_id: Mapped[uuid.UUID]
