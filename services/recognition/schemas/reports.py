"""Shapes of information reports; what they say is confidential."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from services.recognition.domain.recognitions import ReportState
from services.recognition.models import InformationReport, Recognition
from services.recognition.schemas.common import Reason, Shape
from services.recognition.schemas.seasons import Words, Year

Yuan = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
"""An amount of money, to the fen; written as text, so that nothing is lost on the way."""


class ReportContent(Shape):
    """What a recognised household reports of a year; confidential."""

    revenue_yuan: Yuan | None = None
    employees: Annotated[int | None, Field(ge=0, le=100_000)] = None
    honours: list[Words] = Field(default_factory=list)
    changes: Reason | None = None


class ReportBody(Shape):
    """An information report."""

    recognition: uuid.UUID
    year: Year
    content: ReportContent


class ReportView(Shape):
    """A year's report, for its operator and officers. `finding`: an officer's, or why it went back."""

    recognition: uuid.UUID
    uscc: str
    year: int
    state: ReportState
    due_on: dt.date
    reminded_at: dt.datetime | None
    filed_at: dt.datetime | None
    content: ReportContent | None
    finding: str | None

    @classmethod
    def of(cls, row: InformationReport, recognition: Recognition) -> "ReportView":
        """From the stored rows."""
        known = {name: getattr(row, name) for name in ("year", "state", "due_on", "reminded_at", "filed_at", "finding")}
        content = row.content or None
        return cls.model_validate(known | {"recognition": recognition.id, "uscc": recognition.uscc, "content": content})


class FindingBody(Shape):
    """What an officer found in a report."""

    finding: Reason


class ReviewItem(FindingBody):
    """One of many."""

    recognition: uuid.UUID
    year: Year


class ReturnBody(Shape):
    """Why a report goes back, and the last day to complete it."""

    reason: Reason
    due_on: dt.date
