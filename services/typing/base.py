"""What all models share: the declarative base, how events are announced, and the streams of bulk events."""

from sqlalchemy import Sequence
from sqlalchemy.orm import DeclarativeBase

from shared.contracts.typing import HouseholdChanged, HouseholdTyped
from shared.database.connections import new_metadata
from shared.messaging.announcer import Announcer
from shared.messaging.bulk_stream import StreamKind


class Base(DeclarativeBase):
    """Every table of the typing service hangs on this metadata; migrations are generated from it."""

    metadata = new_metadata()


ANNOUNCER = Announcer("/typing", Sequence("household_revision", metadata=Base.metadata))
"""Its revisions grow with every publication and every correction: those of a household's state events."""

HOUSEHOLD_TYPED_STREAM = StreamKind("household-typed", HouseholdTyped)
"""All households of a published run."""
HOUSEHOLD_CHANGED_STREAM = StreamKind("household-changed", HouseholdChanged)
"""The households that a registration delivery changed."""
