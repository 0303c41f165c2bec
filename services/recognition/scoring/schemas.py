"""HTTP shapes of scoring."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field

from services.recognition.applications.models import Application
from services.recognition.scoring.assignments import Assigned
from services.recognition.scoring.evidence import Finding, GivenScore
from services.recognition.scoring.models import Assessor, AssessorScore, ScoringRound
from services.recognition.scoring.people import RELATION_LABELS, MeetingDecision, Participant, Relation, RelationKind
from services.recognition.scoring.rounds import RoundClosing
from shared.law.model.scoring import ScoringSheet
from shared.platform.fields import PublicText, Reason, Shape, ShortText, UsccEntry

SubjectText = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$", description="登录账号")]
Points = Annotated[Decimal, Field(ge=0, le=999999, decimal_places=2, max_digits=8)]
IndicatorId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$", description="评分表里指标的 id")]


class RelationBody(Shape):
    """A household that an assessor is tied to."""

    uscc: UsccEntry
    kind: Annotated[RelationKind, Field(description="own 本人经营、relative 近亲属经营、interest 有其他利害关系")]

    def relation(self) -> Relation:
        """For the service."""
        return Relation(self.uscc, self.kind)


class AssessorBody(Shape):
    """Appoint an assessor for a season."""

    season: uuid.UUID
    assessor: SubjectText
    name: Annotated[ShortText, Field(max_length=100)]
    relations: Annotated[list[RelationBody], Field(max_length=200, default_factory=list)]


class RelationsBody(Shape):
    """Households that an assessor is tied to; without `assessor` the caller's own."""

    season: uuid.UUID
    assessor: SubjectText | None = None
    relations: Annotated[list[RelationBody], Field(min_length=1, max_length=200)]


class AssessorView(Shape):
    """An assessor as officials see them."""

    assessor: str
    name: str
    relations: list[str]

    @classmethod
    def of(cls, row: Assessor) -> Self:
        """From the stored row."""
        tied = [f"{relation.uscc} {RELATION_LABELS[relation.kind]}" for relation in row.relations]
        return cls(assessor=row.subject, name=row.name, relations=tied)


class AssignmentBody(Shape):
    """Give applications to assessors; without `applications` all that wait for their points."""

    season: uuid.UUID
    assessors: Annotated[list[SubjectText], Field(min_length=1, max_length=50)]
    applications: Annotated[list[uuid.UUID], Field(min_length=1, max_length=5000)] | None = None


class RecusalView(Shape):
    """Who was recused from what, and why."""

    application: uuid.UUID
    assessor: str
    reason: str


class AssignmentView(Shape):
    """What came of an assignment."""

    round: int
    applications: int
    recused: list[RecusalView]

    @classmethod
    def of(cls, assigned: Assigned) -> Self:
        """From what was assigned."""
        recused = [RecusalView(application=one, assessor=who, reason=why) for one, who, why in assigned.recused]
        return cls(round=assigned.round_number, applications=assigned.applications, recused=recused)


class RecusalBody(Shape):
    """Recuse an assessor from an application; without `assessor` the caller."""

    season: uuid.UUID
    application: uuid.UUID
    assessor: SubjectText | None = None
    reason: Reason


class ScoreItem(Shape):
    """An assessor's points for one application, of every indicator that assessors score."""

    application: uuid.UUID
    points: Annotated[dict[IndicatorId, Points], Field(max_length=200)]

    def score(self) -> GivenScore:
        """For the service."""
        return GivenScore(self.application, self.points)


class ScoresBody(Shape):
    """An assessor's points for some applications, all or none."""

    season: uuid.UUID
    scores: Annotated[list[ScoreItem], Field(min_length=1, max_length=500)]


class FindingItem(Shape):
    """The level of an indicator: counted from 1 as the sheet lists them, 0: none; and what shows it."""

    indicator: IndicatorId
    level: Annotated[int, Field(ge=0, le=100)]
    basis: PublicText

    def finding(self) -> Finding:
        """For the service."""
        return Finding(self.indicator, self.level, self.basis)


class FindingsItem(Shape):
    """What was found of one application."""

    application: uuid.UUID
    findings: Annotated[list[FindingItem], Field(min_length=1, max_length=200)]


class FindingsBody(Shape):
    """What an officer found of some applications, all or none."""

    season: uuid.UUID
    applications: Annotated[list[FindingsItem], Field(min_length=1, max_length=100)]


class DoneView(Shape):
    """How many applications something was recorded for."""

    applications: int


class ClosingBody(Shape):
    """Close the scoring. `missing_reason`: why some assessors' scores are missing."""

    season: uuid.UUID
    missing_reason: Reason | None = None


class SendingBackBody(Shape):
    """Send a closed round back."""

    season: uuid.UUID
    reason: Reason


class SendingBackView(Shape):
    """That a closed round was sent back, when and why."""

    round: int
    sent_at: dt.datetime
    reason: str

    @classmethod
    def all_of(cls, one: ScoringRound) -> list[Self]:
        """Those of a round, the first one first."""
        return [cls(round=one.number, sent_at=sent.sent_at, reason=sent.reason) for sent in one.sent_back]


class ClosedView(Shape):
    """A closed round."""

    round: int
    closed_at: dt.datetime | None
    applications: int
    excluded: int

    @classmethod
    def of(cls, closed: RoundClosing) -> Self:
        """From what was closed."""
        row = closed.round
        return cls(
            round=row.number, closed_at=row.closed_at, applications=closed.applications, excluded=closed.excluded
        )


class ParticipantBody(Shape):
    """Who took part in the meeting."""

    name: Annotated[ShortText, Field(max_length=100)]
    office: Annotated[ShortText, Field(max_length=200, description="单位和职务")]


class MeetingDecisionBody(Shape):
    """The collective decision. `order`: applications with equal points, as the meeting put them in order."""

    season: uuid.UUID
    document: ShortText
    decided_on: dt.date
    participants: Annotated[list[ParticipantBody], Field(min_length=2, max_length=100)]
    order: Annotated[
        list[uuid.UUID], Field(max_length=5000, default_factory=list, description="平分的申报，按会议议定的先后")
    ]

    def decision(self) -> MeetingDecision:
        """For the service."""
        people = tuple(Participant(one.name, one.office) for one in self.participants)
        return MeetingDecision(self.document, self.decided_on, people, tuple(self.order))


class MeetingDecisionView(Shape):
    """A recorded decision."""

    round: int
    document: str
    decided_on: dt.date
    participants: list[ParticipantBody]

    @classmethod
    def of(cls, number: int, decision: MeetingDecision) -> Self:
        """From what was recorded."""
        people = [ParticipantBody(name=one.name, office=one.office) for one in decision.participants]
        return cls(round=number, document=decision.document, decided_on=decision.decided_on, participants=people)

    @classmethod
    def all_of(cls, decided: ScoringRound) -> list[Self]:
        """The decisions on a round."""
        return [cls.of(decided.number, decision) for decision in decided.decisions]


class AssessorProgress(Shape):
    """How far an assessor is; no points."""

    assessor: str
    name: str
    given: int
    scored: int
    recused: int


class ProgressView(Shape):
    """How far a season's scoring is. `waiting`: applications without points."""

    sheet: str
    round: int | None
    closed_at: dt.datetime | None
    waiting: int
    assessors: list[AssessorProgress]
    decisions: list[MeetingDecisionView]
    sent_back: Annotated[list[SendingBackView], Field(description="结束以后又退回重评的，什么时候，为什么")]


class AssessedIndicatorView(Shape):
    """What an assessor gives points for."""

    indicator: str
    title: str
    most: Decimal
    citation: str


class OwnWorkView(Shape):
    """An application that the caller scores: what for, and the caller's own points so far."""

    application: uuid.UUID
    uscc: str
    name: str
    category: str | None
    indicators: list[AssessedIndicatorView]
    points: dict[str, Decimal] | None
    recusal: str | None

    @classmethod
    def of(cls, row: AssessorScore, application: Application, sheet: ScoringSheet) -> Self:
        """From the stored rows and the sheet."""
        asked = sheet.assessed_in(application.category) if application.category is not None else ()
        return cls(
            application=application.id,
            uscc=application.uscc,
            name=application.name,
            category=application.category,
            indicators=[
                AssessedIndicatorView(indicator=one.id, title=one.title, most=one.most, citation=str(one.citation))
                for one in asked
            ],
            points=row.points,
            recusal=row.recusal,
        )


def progress_view(
    sheet: ScoringSheet,
    latest: ScoringRound | None,
    waiting: int,
    progress: list[tuple[str, int, int, int]],
    assessors: dict[str, Assessor],
) -> ProgressView:
    """How far a season is, from what was counted."""
    rows = [
        AssessorProgress(assessor=one, name=assessors[one].name, given=given, scored=scored, recused=recused)
        for one, given, scored, recused in progress
    ]
    return ProgressView(
        sheet=sheet.title,
        round=latest.number if latest is not None else None,
        closed_at=latest.closed_at if latest is not None else None,
        waiting=waiting,
        assessors=rows,
        decisions=MeetingDecisionView.all_of(latest) if latest is not None else [],
        sent_back=SendingBackView.all_of(latest) if latest is not None else [],
    )
