"""What all models share: the declarative base, and the revision that orders a household's events."""

from sqlalchemy import (
    Sequence,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from shared.database.connections import new_metadata


class Base(DeclarativeBase):
    """Every table of the typing service hangs on this metadata; migrations are generated from it."""

    metadata = new_metadata()


revision_sequence = Sequence("household_revision", metadata=Base.metadata)
"""Grows with every publication and every correction: the ``revision`` of a household's state events."""


async def next_revision(session: AsyncSession) -> int:
    """A number above every revision that any household event has carried."""
    return (await session.execute(select(revision_sequence.next_value()))).scalar_one()
