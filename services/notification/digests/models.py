"""The table of reminders to come."""

import datetime as dt
import uuid

from sqlalchemy import Date, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base


class Reminder(Base):
    """What somebody is to be reminded of before a date. `id` follows from rule, cause and days, so that an event that
    is heard again reminds once; it is the subject of the reminder's deadline.
    """

    __tablename__ = "reminder"
    __table_args__ = (Index("ix_reminder_due", "due_on"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(60))
    days_before: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[dt.date] = mapped_column(Date)
    cause: Mapped[str] = mapped_column(String(100), comment="of what would be told at once")
    matter: Mapped[str | None] = mapped_column(String(100))
    envelope: Mapped[str] = mapped_column(Text, comment="as it was heard")
