"""What is shown of an inbox."""

import datetime as dt
import uuid

from services.notification.messages.models import Notification
from shared.platform.fields import Shape


class NotificationView(Shape):
    """One entry of an inbox."""

    id: uuid.UUID
    title: str
    body: str
    link: str | None
    uscc: str | None
    region: str
    rule: str
    told_at: dt.datetime
    read_at: dt.datetime | None

    @classmethod
    def of(cls, row: Notification) -> "NotificationView":
        """From the row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class UnreadView(Shape):
    """How much is unread."""

    unread: int
