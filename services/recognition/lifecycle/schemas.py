"""HTTP shapes of a recognition's dossier: concerns, proposals, bans."""

import datetime as dt
from dataclasses import replace

from services.recognition.decisions.schemas import RecognitionView
from services.recognition.lifecycle.service import ProposedEnd
from services.recognition.recognitions.domain import Concern, ConcernKind
from services.recognition.recognitions.models import Ban, Recognition
from shared.platform.fields import Reason, Shape

INTERNAL_CONCERNS = frozenset({ConcernKind.CANCELLATION, ConcernKind.REVOCATION, ConcernKind.UNDECIDED})
"""Concerns that wait for an approver; the operator does not see them."""


class ConcernView(Shape):
    """A concern; `by`: the officer who raised it, if any."""

    kind: ConcernKind
    sentence: str
    since: dt.date
    by: str | None

    @classmethod
    def of(cls, concern: Concern) -> "ConcernView":
        """From the stored concern."""
        return cls.model_validate(concern, from_attributes=True)


class DossierView(RecognitionView):
    """A recognition as officers of its county see it."""

    path: str
    type_then: str
    person_conflict: bool
    transferred_from: str | None
    ended_on: dt.date | None
    end_reason: str | None
    concerns: list[ConcernView]

    @classmethod
    def of(cls, row: Recognition) -> "DossierView":
        """From the stored row."""
        values = RecognitionView.of(row).model_dump()
        names = ("path", "type_then", "person_conflict", "transferred_from", "ended_on", "end_reason")
        concerns = [ConcernView.of(concern) for concern in row.concerns]
        return cls.model_validate(values | {name: getattr(row, name) for name in names} | {"concerns": concerns})


class OwnRecognitionView(RecognitionView):
    """A recognition as its operator sees it, without concerns that are internal until decided."""

    path: str
    ended_on: dt.date | None
    end_reason: str | None
    concerns: list[ConcernView]

    @classmethod
    def of(cls, row: Recognition) -> "OwnRecognitionView":
        """From the stored row."""
        values = RecognitionView.of(row).model_dump()
        shown = [
            ConcernView.of(replace(concern, by=None))
            for concern in row.concerns
            if concern.kind not in INTERNAL_CONCERNS
        ]
        more = {name: getattr(row, name) for name in ("path", "ended_on", "end_reason")}
        return cls.model_validate(values | more | {"concerns": shown})


class ProposalBody(Shape):
    """Propose the end of a recognition."""

    what: ProposedEnd
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
