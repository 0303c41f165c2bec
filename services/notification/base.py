"""The declarative base of the notification database, and how events are announced."""

from sqlalchemy import Sequence
from sqlalchemy.orm import DeclarativeBase

from shared.database.connections import new_metadata
from shared.messaging.announcer import Announcer


class Base(DeclarativeBase):
    """Declarative base of all tables of the notification service."""

    metadata = new_metadata()


ANNOUNCER = Announcer("/notification", Sequence("notification_revision", metadata=Base.metadata))
