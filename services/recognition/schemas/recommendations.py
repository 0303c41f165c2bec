"""Shapes of recommendations: they are read as applications are, with the operator's consent."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from services.recognition.models import Application
from services.recognition.repository.applications import Listed
from services.recognition.schemas.applications import ApplicationView, CriterionId, Uscc, shown_of
from services.recognition.schemas.common import Reason, Shape
from services.recognition.schemas.seasons import CategoryName


class RecommendationBody(Shape):
    """Whom a department recommends; which department, the caller's token says."""

    season: uuid.UUID
    uscc: Uscc
    category: CategoryName
    reason: Reason
    criteria: list[CriterionId] = Field(default_factory=list)


class ConsentBody(Shape):
    """Consent on paper, for the department; an operator consents with an empty body."""

    given_on: dt.date
    document: uuid.UUID


class ConsentView(Shape):
    """By the operator's own word or on paper, and when."""

    by: Literal["operator", "document"]
    on: dt.date
    document: uuid.UUID | None = None


class RecommendationView(ApplicationView):
    """Where a recommendation stands, for the department, the operator and officers of the county."""

    consent: ConsentView | None

    @classmethod
    def of(cls, row: Application | Listed) -> "RecommendationView":
        """From the stored row, or the columns of it that a list reads."""
        consent = row["consent"] if isinstance(row, Mapping) else row.consent
        return cls.model_validate(shown_of(row) | {"consent": consent})
