"""Shapes of what happens after recognition: concerns, confirmations, proposals, bans."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Literal

from services.recognition.domain.recognitions import ConcernKind
from services.recognition.models import Ban, Confirmation, Recognition
from services.recognition.schemas.common import Reason, Shape
from services.recognition.schemas.recognitions import RecognitionView
from services.recognition.schemas.seasons import Words, Year

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


class ConfirmationBody(Shape):
    """Confirm a year."""

    year: Year


class ConfirmationItem(ConfirmationBody):
    """One of many; `etag` is the version of the recognition that was read."""

    recognition: uuid.UUID
    etag: Words


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
