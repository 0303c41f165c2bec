"""Shapes of recommendations; they are read as applications are."""

import datetime as dt
import uuid

from pydantic import Field

from services.recognition.schemas.applications import CriterionId, Uscc
from services.recognition.schemas.common import Reason, Shape
from services.recognition.schemas.seasons import CategoryName, Words


class RecommendationBody(Shape):
    """Whom a department recommends."""

    season: uuid.UUID
    uscc: Uscc
    department: Words
    category: CategoryName
    reason: Reason
    criteria: list[CriterionId] = Field(default_factory=list)


class ConsentBody(Shape):
    """Consent on paper, for the department; an operator consents with an empty body."""

    given_on: dt.date
    document: uuid.UUID
