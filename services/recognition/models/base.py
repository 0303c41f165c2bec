"""The declarative base of the recognition database: one metadata, named constraints, and columns that recur."""

import datetime as dt
import uuid
from typing import Annotated

from sqlalchemy import DateTime, Integer, Sequence, String, Uuid, func
from sqlalchemy.orm import DeclarativeBase, mapped_column

from shared.service.database import new_metadata

REGION_FORM = "~ '^[0-9]{6}$'"
"""A county."""


class Base(DeclarativeBase):
    """Every table of the recognition service hangs on this metadata; migrations are generated from it."""

    metadata = new_metadata()


Id = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=uuid.uuid4)]
County = Annotated[str, mapped_column(String(6))]
Code = Annotated[str, mapped_column(String(18))]
Subject = Annotated[str, mapped_column(String(200))]
"""Who did it: the subject of a token."""
Version = Annotated[int, mapped_column(Integer, default=1)]
"""Grows with every change; a decision names the one it rests on."""
CreatedAt = Annotated[dt.datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]

revision_sequence = Sequence("recognition_revision", metadata=Base.metadata)
"""Revisions of the events about a household: taken under the lock of its application or recognition, so they grow."""
