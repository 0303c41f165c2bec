"""Shapes of decisions and recognitions."""

import datetime as dt
import uuid

from services.recognition.domain.recognitions import LABELS, RecognitionState, standing
from services.recognition.models import Recognition
from services.recognition.schemas.common import Shape
from services.recognition.schemas.seasons import Words
from shared.policy.recognition.model import Category
from shared.service import clock


class DecisionBody(Shape):
    """Recognise the household of an application; `etag` is the version of the application that was read, unless
    `If-Match` names it.
    """

    application: uuid.UUID
    etag: Words | None = None


class RecognitionView(Shape):
    """A recognition as anyone may read it."""

    id: uuid.UUID
    uscc: str
    name: str
    county: str
    category: str
    category_label: str
    state: RecognitionState
    state_label: str
    granted_on: dt.date
    valid_until: dt.date
    benefits_from: dt.date
    certificate: str

    @classmethod
    def of(cls, row: Recognition) -> "RecognitionView":
        """From the stored row, as of today."""
        known = {name: getattr(row, name) for name in cls.model_fields if not name.endswith("_label")}
        state = standing(row.state, row.valid_until, clock.today())
        labels = {"category_label": Category(row.category).label, "state_label": LABELS[state]}
        return cls.model_validate(known | labels | {"state": state})
