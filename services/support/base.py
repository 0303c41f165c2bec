"""The declarative base of the support database, and how events are announced."""

from sqlalchemy import Sequence
from sqlalchemy.orm import DeclarativeBase

from shared.database.connections import new_metadata
from shared.messaging.announcer import Announcer


class Base(DeclarativeBase):
    """Declarative base of all tables of the support service."""

    metadata = new_metadata()


ANNOUNCER = Announcer("/support", Sequence("support_revision", metadata=Base.metadata))
"""Revisions of a household's entitlements grow: they are taken under the lock of the household."""
