"""Events of the recognition service. Topic `recognition.events`."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.payload import HandInAnswer, OperatorRef, Payload, Region, StatePayload, Uscc, Year

CategoryName = Literal["renowned", "distinctive", "quality", "emerging"]
REASON_LENGTH = 2000
Reason = Annotated[str, Field(max_length=REASON_LENGTH)]
"""A reason in words; the publisher shortens longer ones, which then end in …"""

Makers = list[Annotated[str, Field(max_length=200)]]
"""Token subjects of the officers who took part in the steps that led here, sorted: none of them may accept, propose or
decide an objection to it. A job's or the clock's own steps add nobody. Not given in events from before."""

DepartmentName = Annotated[str, Field(max_length=40)]
"""A department as tokens name it (`culture`); an open word."""

PathName = Annotated[str, Field(max_length=40)]
"""How a household applies: `application` (its own) or `recommendation` (a department's); an open word."""
HouseholdName = Annotated[str, Field(max_length=500)]


class RecognitionPayload(Payload):
    """Events owned by the recognition service."""

    topic: ClassVar[str] = "recognition.events"


class PublishedCriterion(BaseModel):
    """One published criterion; `points` where the category is scored."""

    model_config = ConfigDict(frozen=True)

    title: Annotated[str, Field(max_length=2000)]
    points: int | None = None


class CriteriaOfCategory(BaseModel):
    """A category's published criteria: any of them is enough, or `points_needed` points."""

    model_config = ConfigDict(frozen=True)

    category: CategoryName
    points_needed: int | None = None
    criteria: list[PublishedCriterion]


class CriteriaPublished(RecognitionPayload):
    """A region published its criteria of a year for the four categories. Subject: the region."""

    region: Region
    year: Year
    policy: str
    document: Annotated[str, Field(max_length=500)]
    categories: list[CriteriaOfCategory] | None = None


class SeasonOpened(RecognitionPayload):
    """A county's recognition season of a year is open for applications. Subject: the county."""

    season: UUID
    region: Region
    year: Year
    policy: str
    applications_until: date
    places: Annotated[int, Field(ge=0)]


class ApplicationPayload(StatePayload, RecognitionPayload):
    """The state of a household's application or recommendation. Subject: the uscc."""

    application: UUID
    uscc: Uscc
    region: Region
    category: CategoryName | None
    operator_ref: OperatorRef | None
    reason: Reason | None = None
    decided_by_region: Region | None = None
    """The bureau that decided or acts"""
    name: HouseholdName | None = None
    path: PathName | None = None
    """The household's name and how it applied; not given in events from before this was said"""


class ApplicationSubmitted(ApplicationPayload):
    """The operator applied for recognition."""


class ApplicationReturned(ApplicationPayload):
    """The application went back once, with everything that is missing; `due_on` is the last day to complete it. Told
    again when the holidays of a year were announced and the day moved, with the day that it was before.
    """

    due_on: date
    previously_due_on: date | None = None


class ApplicationRefused(ApplicationPayload):
    """The application or recommendation was refused, with the reason."""

    makers: Makers | None = None


class ApplicationWithdrawn(ApplicationPayload):
    """The operator withdrew the application, or the department its recommendation, before the decision."""


class ApplicationNotSelected(ApplicationPayload):
    """The application has no place within the quota, or only one on the reserve."""

    reserve_rank: Annotated[int, Field(ge=1)] | None = None
    makers: Makers | None = None


class ApplicationCalledUp(ApplicationPayload):
    """A place became free: the application leaves the reserve and is examined further."""


class SupplementDemanded(ApplicationPayload):
    """A superior's check demands more material by `due_on`; `reason` says what is missing."""

    due_on: date


class SupplementReceived(ApplicationPayload):
    """A superior's check is concluded by the further material that came in. `outcome`: `passed`, `refused`."""

    outcome: Annotated[str, Field(max_length=40)]


class SiteVisitArranged(ApplicationPayload):
    """Officers will visit the household on `visit_on`; another day replaces the one before."""

    visit_on: date


class ApplicationReopened(ApplicationPayload):
    """An upheld objection opened a step of the application again, also after the season's last day."""

    objection: UUID
    step: Annotated[str, Field(max_length=40)]


class LateApplicationAllowed(RecognitionPayload):
    """An objection gave the household a type that may apply after the window had closed: it may until `apply_by`.

    Subject: the uscc.
    """

    objection: UUID
    uscc: Uscc
    region: Region
    season: UUID
    apply_by: date


class ConsentAsked(ApplicationPayload):
    """A department wants to recommend the household, and asks its operator for consent first."""

    department: DepartmentName


class RecommendationSubmitted(ApplicationPayload):
    """A department recommended the household, with its operator's consent."""


class ConsultationPayload(RecognitionPayload):
    """A department's opinion on an application. Subject: the uscc."""

    consultation: UUID
    application: UUID
    uscc: Uscc
    region: Region
    department: DepartmentName


class ConsultationAsked(ConsultationPayload):
    """A department is asked for its opinion; no answer by `due_on` counts as no objection."""

    due_on: date


class ConsultationAnswered(ConsultationPayload):
    """The department has answered; what it says stays in the recognition service."""


class PublicNoticeItem(BaseModel):
    """One household on a public notice."""

    model_config = ConfigDict(frozen=True)

    application: UUID
    uscc: Uscc
    name: str
    category: CategoryName


class PublicNoticeOpened(RecognitionPayload):
    """A county publishes the households that it intends to recognise. Subject: the county."""

    public_notice: UUID
    region: Region
    opens_on: date
    closes_on: date
    items: list[PublicNoticeItem]
    decided_by_region: Region | None = None
    """The bureau that decides on these applications"""
    makers: Makers | None = None


class PublicNoticeClosed(RecognitionPayload):
    """The notice's last day is over; decisions still wait for PublicNoticeCleared. Subject: the county."""

    public_notice: UUID
    region: Region
    closes_on: date


class RecognitionStatePayload(StatePayload, RecognitionPayload):
    """The current state of a household's recognition. Subject: the uscc."""

    recognition: UUID
    uscc: Uscc
    region: Region
    category: CategoryName
    operator_ref: OperatorRef | None
    valid_until: date
    reason: Reason | None = None
    decided_by_region: Region | None = None
    """The bureau that decided"""
    name: HouseholdName | None = None
    certificate: Annotated[str, Field(max_length=40)] | None = None
    granted_on: date | None = None
    """The household's name, the certificate's code, the day of the decision; not given in events from before"""


class RecognitionGranted(RecognitionStatePayload):
    """The household is a 名特优新 household from now on; benefits begin on `benefits_from`."""

    granted_on: date
    benefits_from: date
    application: UUID | None = None
    path: PathName | None = None
    adopted_from: Region | None = None
    """What was decided, or which county of another system granted it; not given in events from before this was said"""


class RecognitionConfirmed(RecognitionStatePayload):
    """The yearly confirmation found that the standards are still met."""

    year: Year


class InformationReportDue(RecognitionStatePayload):
    """The yearly information report was not filed yet and is due soon; `due_on` is its last day."""

    year: Year
    due_on: date


class InformationReportFiled(RecognitionStatePayload):
    """The operator filed the year's information report; its review follows."""

    year: Year


class InformationReportOverdue(RecognitionStatePayload):
    """The yearly information report was not filed in time."""

    year: Year


class RecognitionCancelled(RecognitionStatePayload):
    """A decision found that the standards are no longer met. Said again with `served_on` once the decision was served:
    periods for remedies count from that day.
    """

    served_on: date | None = None
    makers: Makers | None = None


class EvaluationDue(RecognitionStatePayload):
    """The last year of validity has begun: the household is to be evaluated before `valid_until`.

    `department`, `recommended_from`: the department and region that recommended it; none where the operator applied.
    """

    department: DepartmentName | None = None
    recommended_from: Region | None = None


class RecognitionExtended(RecognitionStatePayload):
    """The evaluation in the last year extended the validity to `valid_until`."""


class RecognitionExpired(RecognitionStatePayload):
    """The validity ended on `valid_until` and was not extended."""


class RecognitionRevoked(RecognitionStatePayload):
    """Obtained by fraud: revoked; the household may not apply until `banned_until`. Said again with `served_on` once
    the decision was served: periods for remedies count from that day.
    """

    banned_until: date
    served_on: date | None = None
    makers: Makers | None = None


class RecognitionTransferred(RecognitionStatePayload):
    """The household moved; the recognition now stands in `region` and was taken over from `from_region`."""

    from_region: Region


class RecognitionOperatorChanged(RecognitionStatePayload):
    """The household has another operator, `operator_ref`. `conflict`: who already has a recognised household in the
    county, of which there may be only one. `former_operator_ref`: who ran it before, where that was known; not given in
    events from before this was said.
    """

    conflict: bool
    former_operator_ref: OperatorRef | None = None


class RecognitionReinstated(RecognitionStatePayload):
    """An upheld objection undid a cancellation or revocation: valid as before, a ban lifted. Where the recognition had
    ended before it was revoked, the event of that ending follows at once.
    """

    objection: UUID
    benefits_from: date


class ConfirmationWithheld(RecognitionStatePayload):
    """The yearly confirmation was refused: the standards are not met now."""

    year: Year
    makers: Makers | None = None


class ExtensionWithheld(RecognitionStatePayload):
    """The evaluation in the last year did not extend the validity."""

    makers: Makers | None = None


class RecognitionEndProposed(RecognitionStatePayload):
    """A cancellation or revocation is proposed: facts and reasons are served, the operator may state and defend
    until `defend_by`.
    """

    what: Annotated[str, Field(max_length=40)]
    defend_by: date | None
    unverified: bool


class RecognitionEndDropped(RecognitionStatePayload):
    """A proposed cancellation or revocation was rejected or withdrawn."""

    what: Annotated[str, Field(max_length=40)]


class RecognitionListFiled(RecognitionPayload):
    """A county's list of recognitions was filed with its superior, `filed_with`, by a document. Subject: the county."""

    filing: UUID
    region: Region
    year: Year | None = None
    filed_with: Region
    document: Annotated[str, Field(max_length=500)]
    filed_on: date
    households: Annotated[int, Field(ge=0)]


class ObjectionApplied(RecognitionPayload):
    """What recognition did about an upheld objection: exactly one for each ObjectionUpheld that is not against a typing
    result. Subject: the uscc.

    `outcome`: `refused` (the application on notice), `reopened`, `reinstated`, `concern` (it was recognised meanwhile),
    `unchanged` (with the reason why nothing could change).
    """

    objection: UUID
    uscc: Uscc
    region: Region
    outcome: Annotated[str, Field(max_length=40)]
    reason: Reason | None = None
    revision: Annotated[int, Field(ge=1, le=2**63 - 1)]


class ApplicationHandInAnswered(HandInAnswer, RecognitionPayload):
    """What became of an application from a national system; `application`: the one it led to, or that was there."""

    application: UUID | None = None
