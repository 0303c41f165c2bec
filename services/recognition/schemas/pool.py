"""Shapes of the pool of promising households."""

import datetime as dt
import uuid

from services.recognition.domain.applications import LABELS, ApplicationState
from services.recognition.models import PoolRemoval
from services.recognition.repository.pool import Promising
from services.recognition.schemas.common import Shape
from shared.policy.recognition.model import Category


class PromisingView(Shape):
    """A household that passed the review and was not recognised, for officers."""

    application: uuid.UUID
    year: int
    uscc: str
    name: str
    county: str
    category: str
    category_label: str
    score: int | None
    rank: int | None
    state: ApplicationState
    state_label: str

    @classmethod
    def of(cls, found: Promising) -> "PromisingView":
        """From the stored row."""
        plain = ("year", "uscc", "name", "county", "category", "score", "rank", "state")
        labels = {
            "category_label": Category(found.category).label,
            "state_label": LABELS[ApplicationState(found.state)],
        }
        return cls.model_validate({name: getattr(found, name) for name in plain} | labels | {"application": found.id})


class RemovalView(Shape):
    """A household that was taken off the pool."""

    application: uuid.UUID
    reason: str
    removed_at: dt.datetime

    @classmethod
    def of(cls, row: PoolRemoval) -> "RemovalView":
        """From the stored row."""
        return cls(application=row.application_id, reason=row.reason, removed_at=row.removed_at)
