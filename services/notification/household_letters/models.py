"""The table of letters that were served."""

import datetime as dt
import uuid

from sqlalchemy import Date, DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.household_letters.domain import ServiceManner
from shared.database.columns import EnumText, Subject, Uscc
from shared.platform.audit import About, about
from shared.platform.sealed_fields.values import SealedColumn, SealedText


class HouseholdLetter(Base):
    """A notification served in person to a household, or to an objector (who has none): when, how, by whom. It then
    leaves the county's list. The note may name who took it, and is sealed.
    """

    __tablename__ = "household_letter"
    __table_args__ = (Index("ix_household_letter_region", "region", "served_on"),)

    notification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("notification.id"), primary_key=True)
    uscc: Mapped[Uscc | None]
    region: Mapped[str] = mapped_column(String(6))
    served_on: Mapped[dt.date] = mapped_column(Date)
    manner: Mapped[ServiceManner] = mapped_column(EnumText(ServiceManner))
    note: Mapped[SealedText | None] = mapped_column(SealedColumn)
    served_by: Mapped[Subject]
    recorded_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(f"household-letter/{self.notification_id}", self.region, uscc=self.uscc)
