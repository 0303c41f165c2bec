"""Shapes of lists that were reported to superiors."""

import datetime as dt
import uuid

from services.recognition.models import Filing
from services.recognition.schemas.common import Shape
from services.recognition.schemas.seasons import Words


class FilingBody(Shape):
    """The document that carried the list, and its day."""

    document: Words
    filed_on: dt.date


class FilingView(Shape):
    """A receipt."""

    id: uuid.UUID
    filed_with: str
    document: str
    filed_on: dt.date
    households: int

    @classmethod
    def of(cls, row: Filing) -> "FilingView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})
