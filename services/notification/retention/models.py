"""The table of how far notifications were emptied."""

import datetime as dt

from sqlalchemy import DateTime
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.messages.domain import NotificationCategory
from shared.database.columns import EnumText


class EmptiedUpTo(Base):
    """Of a category: what was told before this instant is emptied, so that nobody looks at it again."""

    __tablename__ = "emptied_up_to"

    category: Mapped[NotificationCategory] = mapped_column(EnumText(NotificationCategory), primary_key=True)
    told_before: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
