"""Shapes of what happens after recognition: reports, confirmations, proposals, evaluations, bans, certificates."""

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field

from services.recognition.domain.recognitions import ReportState
from services.recognition.models import Ban, Evaluation, InformationReport, Recognition
from services.recognition.schemas.common import Reason, Shape
from services.recognition.schemas.recognitions import RecognitionView
from services.recognition.schemas.seasons import Words, Year

Percent = Annotated[int, Field(ge=-100, le=100_000)]


class ConcernView(Shape):
    """Something that an officer must look at."""

    kind: str
    sentence: str
    since: dt.date


class OfficersView(RecognitionView):
    """A recognition as officers of its county see it."""

    path: str
    type_then: str
    person_conflict: bool
    transferred_from: str | None
    ended_on: dt.date | None
    end_reason: str | None
    concerns: list[ConcernView]

    @classmethod
    def of(cls, row: Recognition) -> "OfficersView":
        """From the stored row."""
        known = RecognitionView.of(row).model_dump()
        names = ("path", "type_then", "person_conflict", "transferred_from", "ended_on", "end_reason")
        concerns = [{name: one[name] for name in ("kind", "sentence", "since")} for one in row.concerns]
        return cls.model_validate(known | {name: getattr(row, name) for name in names} | {"concerns": concerns})


class ReportContent(Shape):
    """What a recognised household reports of a year; confidential."""

    revenue_yuan: Annotated[float | None, Field(ge=0)] = None
    employees: Annotated[int | None, Field(ge=0)] = None
    honours: list[Words] = Field(default_factory=list)
    changes: Reason | None = None


class ReportBody(Shape):
    """An information report."""

    recognition: uuid.UUID
    year: Year
    content: ReportContent


class ReportView(Shape):
    """A year's report; its content only for its operator and officers."""

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


class ConfirmationBody(Shape):
    """Confirm a year."""

    year: Year


class ConfirmationView(Shape):
    """Confirmed, or everything that is not met."""

    confirmed: bool
    failing: list[str]


class ProposalBody(Shape):
    """Propose the end of a recognition."""

    what: Literal["cancellation", "revocation"]
    reason: Reason


class EvaluationBody(Shape):
    """Evidence for the conditions; what is left out is not known."""

    recognition: uuid.UUID
    revenue_growth: Percent | None = None
    tax_growth: Percent | None = None
    staff_growth: Percent | None = None
    commended: bool | None = None
    commended_on: dt.date | None = None
    recommender_agrees: bool | None = None


class EvaluationView(Shape):
    """An evaluation: each condition as judged, and what was decided."""

    id: uuid.UUID
    recognition: uuid.UUID
    valid_until: dt.date
    judged: dict[str, bool | None]
    extends: bool | None
    reason: str | None

    @classmethod
    def of(cls, row: Evaluation) -> "EvaluationView":
        """From the stored row."""
        known = {name: getattr(row, name) for name in ("id", "valid_until", "judged", "extends", "reason")}
        return cls.model_validate(known | {"recognition": row.recognition_id})


class BanView(Shape):
    """A household that may not apply until the last day."""

    uscc: str
    county: str
    revoked_on: dt.date
    until: dt.date
    reason: str

    @classmethod
    def of(cls, row: Ban) -> "BanView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})
