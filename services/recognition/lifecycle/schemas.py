"""HTTP shapes of a recognition's dossier: concerns, proposals, bans."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from services.recognition.applications.schemas import ObjectionView
from services.recognition.decisions.schemas import RecognitionView
from services.recognition.lifecycle.domain import (
    END_LABELS,
    PROCEEDING_STATES,
    SERVICE_LABELS,
    ProceedingState,
    ProposedEnd,
    ServedDocument,
    ServiceForm,
)
from services.recognition.lifecycle.models import EndProceeding
from services.recognition.lifecycle.proceedings import EndOrder, Grounds, ServiceOrder
from services.recognition.recognitions.domain import Concern, ConcernKind
from services.recognition.recognitions.models import Ban, Recognition
from services.recognition.registers.models import ObjectionCopy
from shared.platform.fields import PublicText, Reason, Shape, ShortText

INTERNAL_CONCERNS = frozenset(
    {ConcernKind.CANCELLATION, ConcernKind.REVOCATION, ConcernKind.UNDECIDED, ConcernKind.REPORTED, ConcernKind.QUOTA}
)
"""Concerns that wait for the bureau; the operator does not see them."""


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


class ServedView(Shape):
    """How a document was served on the operator."""

    document: str
    on: dt.date
    how: ServiceForm
    how_label: str
    note: str | None

    @classmethod
    def of(cls, served: ServedDocument) -> "ServedView":
        """From the stored document, without who served it."""
        plain = {name: getattr(served, name) for name in ("document", "on", "how", "note")}
        return cls.model_validate(plain | {"how_label": SERVICE_LABELS[served.how]})


class RemedyView(Shape):
    """What the operator may do against the decision."""

    title: str
    within: str
    unverified: Annotated[bool, Field(description="期限没有核对过原文")]


class StatementView(Shape):
    """What the operator stated, or that they waived it."""

    on: dt.date
    text: str | None
    waived: bool


class DecisionView(Shape):
    """The decision to cancel or revoke."""

    document: str
    reason: str
    answer: str | None
    remedies: list[RemedyView]
    on: dt.date
    region: str


class ProceedingView(Shape):
    """A proposed cancellation or revocation with everything that was done about it."""

    what: ProposedEnd
    what_label: str
    state: ProceedingState
    state_label: str
    facts: str
    reason: str
    citations: list[str]
    proposed_on: dt.date
    notice: ServedView | None
    defend_by: Annotated[dt.date | None, Field(description="经营者可以陈述、申辩到这一天（含当日）")]
    unverified: Annotated[bool, Field(description="陈述、申辩的期限没有文件依据，是平台的默认值")]
    statements: list[StatementView]
    decision: DecisionView | None
    served: Annotated[ServedView | None, Field(description="决定的送达")]
    drop_reason: str | None

    @classmethod
    def of(cls, row: EndProceeding) -> "ProceedingView":
        """From the stored row."""
        plain = ("what", "state", "facts", "reason", "citations", "proposed_on", "statements", "drop_reason")
        values = {name: getattr(row, name) for name in plain}
        told, decision = row.notice, row.decision
        more = {
            "what_label": END_LABELS[row.what],
            "state_label": PROCEEDING_STATES.label(row.state),
            "notice": ServedView.of(told.served) if told is not None else None,
            "defend_by": told.defend_by if told is not None else None,
            "unverified": told is not None and told.unverified,
            "decision": decision,
            "served": ServedView.of(row.served) if row.served is not None else None,
        }
        return cls.model_validate(values | more, from_attributes=True)


class RecognitionFileView(DossierView):
    """A recognition's file: also the proceedings about its end, and objections."""

    proceedings: list[ProceedingView]
    objections: list[ObjectionView]

    @classmethod
    def with_records(
        cls, row: Recognition, proceedings: Sequence[EndProceeding], objections: Sequence[ObjectionCopy]
    ) -> "RecognitionFileView":
        """From the stored rows."""
        return cls(
            **dict(DossierView.of(row)),
            proceedings=[ProceedingView.of(one) for one in proceedings],
            objections=[ObjectionView.of(one, official=True) for one in objections],
        )


class OwnRecognitionView(RecognitionView):
    """A recognition as its operator sees it: without concerns that are internal until decided, and with the proceedings
    that they were told of.
    """

    path: str
    ended_on: dt.date | None
    end_reason: str | None
    concerns: list[ConcernView]
    proceedings: list[ProceedingView]
    objections: list[ObjectionView]

    @classmethod
    def with_records(
        cls, row: Recognition, proceedings: Sequence[EndProceeding], objections: Sequence[ObjectionCopy]
    ) -> "OwnRecognitionView":
        """From the stored rows."""
        shown = [
            ConcernView.of(replace(concern, by=None))
            for concern in row.concerns
            if concern.kind not in INTERNAL_CONCERNS
        ]
        return cls(
            **dict(RecognitionView.of(row)),
            path=row.path,
            ended_on=row.ended_on,
            end_reason=row.end_reason,
            concerns=shown,
            proceedings=[ProceedingView.of(one) for one in proceedings if one.notice is not None],
            objections=[ObjectionView.of(one, official=False) for one in objections],
        )


class ProposalBody(Shape):
    """Propose the end of a recognition: the facts found, the reason, and the provisions it rests on."""

    what: ProposedEnd
    facts: Annotated[PublicText, Field(description="查明的事实")]
    reason: Reason
    citations: Annotated[list[ShortText], Field(min_length=1, max_length=20, description="依据的条款，至少一条")]

    def grounds(self) -> Grounds:
        """For the service."""
        return Grounds(self.facts, self.reason, self.citations)


class ServiceBody(Shape):
    """A document was served on the operator."""

    document: Annotated[ShortText, Field(description="文书的文号")]
    served_on: dt.date
    how: Annotated[ServiceForm, Field(description="平台页面、书面、公告")]
    note: PublicText | None = None

    def order(self) -> ServiceOrder:
        """For the service."""
        return ServiceOrder(self.document, self.served_on, self.how, self.note)


class StatementBody(Shape):
    """What the operator states and defends; or nothing, and they waive it. `on`: the day it was said at the counter."""

    statement: PublicText | None = None
    waived: bool = False
    document: Annotated[ShortText | None, Field(description="窗口登记放弃的，须写明经营者签字的文书的文号")] = None
    on: Annotated[dt.date | None, Field(description="窗口登记时写明陈述的日期，不写是今天")] = None


class EndBody(Shape):
    """The decision to cancel or revoke."""

    document: Annotated[ShortText, Field(description="决定的文号")]
    reason: Reason
    answer: Annotated[PublicText | None, Field(description="对陈述、申辩的回应；有陈述的须写")] = None

    def order(self) -> EndOrder:
        """For the service."""
        return EndOrder(self.document, self.reason, self.answer)


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
