"""Events of the objection service. Topic `objection.events`."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.payload import HandInAnswer, OperatorRef, Payload, Region, StatePayload, Uscc, Year

Text = Annotated[str, Field(max_length=2000)]
"""A reason or an answer in words; public, so never a figure, an id number or a phone."""
Against = Annotated[str, Field(max_length=40)]
"""What is objected to: `typing`, `public-notice`, `refusal`, `non-selection`, `confirmation`, `extension`,
`cancellation`, `revocation`, later `entitlement` and `annotation`. An open word: consumers pass over those that they do
not know.
"""


class ObjectionPayload(Payload):
    """Events owned by the objection service."""

    topic: ClassVar[str] = "objection.events"


class ObjectionState(StatePayload, ObjectionPayload):
    """The state of one objection; `revision` grows with the objection's changes. Subject: the uscc.

    `subject`: the application or recognition that is objected to; none against a typing result. `handled_at`: the
    bureau that has it now: the receiving one, or the one it climbed to. `objector_ref`: the operator who objects, whose
    household need not be the one objected to; none where somebody without an account objects.
    """

    objection: UUID
    receipt: Annotated[str, Field(max_length=40)]
    uscc: Uscc
    region: Region
    against: Against
    subject: UUID | None = None
    handled_at: Region | None = None
    objector_ref: OperatorRef | None = None


class ObjectionFiled(ObjectionState):
    """An objection was filed. `unverified`: the period for accepting it is a parameter that no text at hand gives."""

    filed_on: date
    accept_by: date | None
    unverified: bool
    public_notice: UUID | None = None


class ObjectionAccepted(ObjectionState):
    """It is being examined; `decide_by` is the last day for the decision."""

    decide_by: date | None
    unverified: bool


class ObjectionReturned(ObjectionState):
    """It went back once, with everything that is missing; `due_on` is the last day to complete it."""

    missing: list[Text]
    due_on: date | None


class ObjectionDeclined(ObjectionState):
    """It is not examined, for a reason."""

    reason: Text


class ObjectionExplained(ObjectionState):
    """A bureau explained the result; the objector is content or insists. `respond_by`: when silence ends it."""

    explanation: Text
    explained_by: Region
    respond_by: date | None


class ObjectionWarned(ObjectionState):
    """The objector is told that the result may become worse. `would_become`: the type that the household would have,
    where it is known. Until `respond_by` is over the objector may withdraw, or give the correction up.
    """

    would_become: Annotated[str, Field(max_length=40)] | None = None
    respond_by: date | None = None


class ObjectionExtended(ObjectionState):
    """The period for the decision was extended, once, for a reason."""

    decide_by: date
    reason: Text


class ObjectionDismissed(ObjectionState):
    """It was decided: what is objected to stands."""

    reason: Text


class ObjectionWithdrawn(ObjectionState):
    """The objector withdrew it."""


class ObjectionDueSoon(ObjectionState):
    """A last day is near and what is due is not done yet. `what`: `accept`, `complete`, `respond`, `decide`, …;
    `verification`: which question to a department, where it is one of these.
    """

    what: Annotated[str, Field(max_length=40)]
    due_on: date
    verification: UUID | None = None


class ObjectionOverdue(ObjectionState):
    """A last day passed. `what`: `accept`, `verify`, `decide`, …; `climbed_to`: the superior bureau that now sees it;
    none at the top, where the supervisor does. `verification`: which question to a department, if it is one.
    """

    what: Annotated[str, Field(max_length=40)]
    due_on: date
    climbed_to: Region | None
    verification: UUID | None = None


class ObjectionRescheduled(ObjectionState):
    """The holidays of a year were announced and a last day moved."""

    what: Annotated[str, Field(max_length=40)]
    due_on: date
    previously_due_on: date
    verification: UUID | None = None


class ObjectionClosed(ObjectionState):
    """It is over. `outcome`: `upheld`, `dismissed`, `explained`, `declined`, `withdrawn`; `changed`: whether what is
    objected to became another.
    """

    outcome: Annotated[str, Field(max_length=40)]
    changed: bool | None
    answer: Text


class VerificationAsked(ObjectionPayload):
    """A department is asked whether a fact is right. Subject: the uscc. `against`, `objector_ref`: as in the states of
    the objection; not given in events from before this was said.
    """

    verification: UUID
    objection: UUID
    receipt: Annotated[str, Field(max_length=40)]
    uscc: Uscc
    region: Region
    department: Annotated[str, Field(max_length=40)]
    feed: Annotated[str, Field(max_length=40)]
    due_on: date | None
    against: Against | None = None
    objector_ref: OperatorRef | None = None


class VerificationAnswered(ObjectionPayload):
    """The department has answered; what it says stays in the objection service. Subject: the uscc."""

    verification: UUID
    objection: UUID
    uscc: Uscc
    region: Region
    department: Annotated[str, Field(max_length=40)]


class CorrectionItemOpened(ObjectionPayload):
    """An objection showed that a delivered row was wrong: the department is to mend its data. Subject: the uscc."""

    item: UUID
    objection: UUID
    uscc: Uscc
    region: Region
    department: Annotated[str, Field(max_length=40)]
    feed: Annotated[str, Field(max_length=40)]
    year: Year | None


class SealedCorrection(BaseModel):
    """What EvidenceCorrected seals: a row of the feed, column → text as a CSV file would hold it (empty: not known).

    It names the correction and the household again, so that a seal moved to another event is refused. A column that is
    left out is not known, as an empty one; of a registration it stays as the register has it.
    """

    model_config = ConfigDict(frozen=True)

    correction: UUID
    objection: UUID
    uscc: Uscc
    feed: str
    row: dict[str, str]


class EvidenceCorrected(ObjectionPayload):
    """An upheld objection corrects a row of a feed, or a correction is lifted. Subject: the uscc.

    `sealed`: a JWE for the typing service alone; inside, `SealedCorrection`. Answered by exactly one
    CorrectionAnswered for each sending of a `correction` that is not in force yet, and for its lifting.

    A correction is not applied while it would give the household a worse type and `worse_told` is false; the answer is
    `worse` then. Sent again, with the same `correction` and `worse_told`, it is applied and answered again.
    `worse_told`: the objector was told that the result may become worse, and has said what they have to say.
    """

    correction: UUID
    objection: UUID
    uscc: Uscc
    region: Region
    feed: Annotated[str, Field(max_length=40)]
    year: Year | None
    sealed: Annotated[str, Field(max_length=20_000)]
    lifted: bool = False
    worse_told: bool = False
    reason: Text
    """Public; shown with the household in the directory"""


class PublicNoticeCleared(ObjectionPayload):
    """How many objections against a closed public notice are still open, and which applications they hold.

    Published after PublicNoticeClosed, and again with every change; what is published before is ignored. Applications
    that are not `held` go on; an event without `held` and with open objections holds all. Subject: the county.
    """

    public_notice: UUID
    open_objections: Annotated[int, Field(ge=0)]
    held: list[UUID] | None = None


class ObjectionUpheld(ObjectionPayload):
    """An objection was decided and upheld. Subject: the uscc.

    `subject`: the application or the recognition that is objected to; none against a typing result, whose evidence
    EvidenceCorrected corrects where `corrected`. Not a state: each event counts, whatever follows it;
    `revision` grows with the household's events.
    """

    objection: UUID
    against: Against
    uscc: Uscc
    region: Region
    subject: UUID | None = None
    reason: Text
    revision: Annotated[int, Field(ge=1, le=2**63 - 1)]
    receipt: Annotated[str, Field(max_length=40)] | None = None
    corrected: bool | None = None


class FraudReported(ObjectionPayload):
    """Somebody reported (举报) that a recognition was obtained by fraud: recognition raises a concern.

    Who reported stays in the objection service. Subject: the uscc.
    """

    report: UUID
    uscc: Uscc
    region: Region
    recognition: UUID | None
    filed_on: date


class ObjectionHandInAnswered(HandInAnswer, ObjectionPayload):
    """What became of an objection that was handed in at a national system; `objection`: the one it led to, or was
    joined to, and `receipt` its number.
    """

    objection: UUID | None = None
    receipt: Annotated[str, Field(max_length=40)] | None = None
