"""The proceeding that a cancellation or revocation takes: proposed with facts and reasons, served on the operator, who
is heard, decided by another person, and the decision served.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services.recognition.recognitions.domain import ConcernKind, RecognitionState
from shared.platform.state_machine import StateMachine


class ProposedEnd(StrEnum):
    """How an officer proposes to end a recognition."""

    CANCELLATION = "cancellation"
    REVOCATION = "revocation"


END_LABELS = {ProposedEnd.CANCELLATION: "取消认定", ProposedEnd.REVOCATION: "撤销认定"}
END_STATES = {
    ProposedEnd.CANCELLATION: RecognitionState.CANCELLED,
    ProposedEnd.REVOCATION: RecognitionState.REVOKED,
}
"""What is proposed → the state of the recognition once it is decided."""
PROPOSAL_CONCERNS = {
    ProposedEnd.CANCELLATION: ConcernKind.CANCELLATION,
    ProposedEnd.REVOCATION: ConcernKind.REVOCATION,
}
"""What is proposed → the kind of concern that shows it on the work list."""


class ProceedingState(StrEnum):
    """Where a proceeding stands."""

    PROPOSED = "proposed"
    SERVED = "served"
    DECIDED = "decided"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    UNDONE = "undone"


_DROPPED = frozenset({ProceedingState.REJECTED, ProceedingState.WITHDRAWN, ProceedingState.LAPSED})
PROCEEDING_STATES = StateMachine(
    "提议",
    {
        ProceedingState.PROPOSED: _DROPPED | {ProceedingState.SERVED},
        ProceedingState.SERVED: _DROPPED | {ProceedingState.DECIDED},
        ProceedingState.DECIDED: {ProceedingState.UNDONE},
        ProceedingState.REJECTED: set(),
        ProceedingState.WITHDRAWN: set(),
        ProceedingState.LAPSED: set(),
        ProceedingState.UNDONE: set(),
    },
    {
        ProceedingState.PROPOSED: "已提议，尚未告知",
        ProceedingState.SERVED: "已告知，听取陈述申辩",
        ProceedingState.DECIDED: "已作出决定",
        ProceedingState.REJECTED: "已驳回",
        ProceedingState.WITHDRAWN: "已撤回",
        ProceedingState.LAPSED: "认定已另行结束，不再办理",
        ProceedingState.UNDONE: "异议成立，决定已撤消",
    },
)
"""Proposed, served, decided; dropped before the decision; undone by an upheld objection after it."""
OPEN_STATES = (ProceedingState.PROPOSED, ProceedingState.SERVED)


class ServiceForm(StrEnum):
    """How a document was served on the operator."""

    PAGE = "page"
    LETTER = "letter"
    ANNOUNCEMENT = "announcement"


SERVICE_LABELS = {
    ServiceForm.PAGE: "通过平台页面",
    ServiceForm.LETTER: "书面送达",
    ServiceForm.ANNOUNCEMENT: "公告送达",
}


@dataclass(frozen=True, slots=True)
class ServedDocument:
    """A document that was served: its number, the day and form, and who served it; `region`: their bureau's, None of
    before this was kept.
    """

    document: str
    on: dt.date
    how: ServiceForm
    by: str
    note: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class ServedNotice:
    """The notice of facts and reasons. The operator may state and defend until `defend_by`; `unverified`: the period
    comes from no text at hand.
    """

    served: ServedDocument
    defend_by: dt.date
    unverified: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """What the operator stated, or that they waived it. `by`: who recorded it, at the counter if not the operator;
    `document`: what the operator signed there.
    """

    on: dt.date
    by: str
    text: str | None = None
    waived: bool = False
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """What the operator may do against the decision, and within which period from its service."""

    title: str
    within: str
    unverified: bool


@dataclass(frozen=True, slots=True)
class EndDecision:
    """The decision: document, reasons, the answer to what the operator stated, remedies. `before`: the state that the
    recognition had.
    """

    document: str
    reason: str
    answer: str | None
    remedies: tuple[Remedy, ...]
    by: str
    region: str
    on: dt.date
    before: RecognitionState
