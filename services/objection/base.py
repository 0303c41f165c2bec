"""The declarative base of the objection database, and how events are announced."""

from sqlalchemy import Sequence
from sqlalchemy.orm import DeclarativeBase

from shared.database.connections import new_metadata
from shared.messaging.announcer import Announcer


class Base(DeclarativeBase):
    """Declarative base of all tables of the objection service."""

    metadata = new_metadata()


ANNOUNCER = Announcer("/objection", Sequence("objection_revision", metadata=Base.metadata))
"""Revisions of an objection's events grow: they are taken under the lock of the objection."""
