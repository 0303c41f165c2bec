"""Shapes of what happens after recognition: concerns, reports, confirmations, proposals, bans."""

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from services.recognition.domain.recognitions import ConcernKind, ReportState
from services.recognition.models import Ban, Confirmation, InformationReport, Recognition
from services.recognition.schemas.common import Reason, Shape
from services.recognition.schemas.recognitions import RecognitionView
from services.recognition.schemas.seasons import Words, Year

Yuan = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
"""An amount of money, to the fen; written as text, so that nothing is lost on the way."""
What = Literal["cancellation", "revocation"]
INTERNAL = frozenset({ConcernKind.CANCELLATION, ConcernKind.REVOCATION, ConcernKind.UNDECIDED})
"""What waits for a decider."""


class ConcernView(Shape):
    """Something that must be looked at; `by`: the officer who says so, if it is one."""

    kind: ConcernKind
    sentence: str
    since: dt.date
    by: str | None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "ConcernView":
        """From the stored one."""
        return cls.model_validate({name: stored.get(name) for name in cls.model_fields})


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
        concerns = [ConcernView.of(one) for one in row.concerns]
        return cls.model_validate(known | {name: getattr(row, name) for name in names} | {"concerns": concerns})


class OwnView(RecognitionView):
    """A recognition as its operator sees it. What officers consider among themselves is told once it is decided."""

    path: str
    ended_on: dt.date | None
    end_reason: str | None
    concerns: list[ConcernView]

    @classmethod
    def of(cls, row: Recognition) -> "OwnView":
        """From the stored row."""
        known = RecognitionView.of(row).model_dump()
        told = [ConcernView.of(one | {"by": None}) for one in row.concerns if one["kind"] not in INTERNAL]
        more = {name: getattr(row, name) for name in ("path", "ended_on", "end_reason")}
        return cls.model_validate(known | more | {"concerns": told})


class ReportContent(Shape):
    """What a recognised household reports of a year; confidential."""

    revenue_yuan: Yuan | None = None
    employees: Annotated[int | None, Field(ge=0)] = None
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


class ReturnBody(Shape):
    """Why a report goes back, and the last day to complete it."""

    reason: Reason
    due_on: dt.date


class ConfirmationBody(Shape):
    """Confirm a year."""

    year: Year


class ConfirmationView(Shape):
    """A year's confirmation: confirmed, or everything that is not met."""

    recognition: uuid.UUID
    uscc: str
    name: str
    county: str
    year: int
    confirmed: bool
    failing: list[str]
    confirmed_by: str
    confirmed_at: dt.datetime

    @classmethod
    def of(cls, row: Confirmation, recognition: Recognition) -> "ConfirmationView":
        """From the stored rows."""
        own = ("year", "confirmed", "failing", "confirmed_by", "confirmed_at")
        known = {name: getattr(row, name) for name in own}
        known |= {name: getattr(recognition, name) for name in ("uscc", "name", "county")}
        return cls.model_validate(known | {"recognition": recognition.id})


class ProposalBody(Shape):
    """Propose the end of a recognition."""

    what: What
    reason: Reason


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
