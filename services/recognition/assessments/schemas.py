"""HTTP shapes of information reports (confidential), confirmations and evaluations."""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.recognition.assessments.conditions import JudgedCondition
from services.recognition.recognitions.domain import FactEvidence, ReportContent, ReportState
from services.recognition.recognitions.models import Confirmation, Evaluation, InformationReport, Recognition
from shared.platform.etag import ItemTag
from shared.platform.fields import Reason, ReasonBody, Shape, ShortText, Year
from shared.reference.departments import Department

Yuan = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
"""An amount of money, to the fen; text in JSON, so that no digit is lost."""


class ReportContentBody(Shape):
    """What a recognised household reports of a year; confidential."""

    revenue_yuan: Yuan | None = None
    employees: Annotated[int | None, Field(ge=0, le=100_000)] = None
    honours: list[ShortText] = Field(default_factory=list)
    changes: Reason | None = None

    @model_validator(mode="after")
    def says_something(self) -> Self:
        """An empty report reports nothing."""
        if self.revenue_yuan is None and self.employees is None and not self.honours and self.changes is None:
            raise PydanticCustomError("empty-report", "信息报告不能是空的，收入、雇员人数、荣誉、变化至少填写一项")
        return self

    def report_content(self) -> ReportContent:
        """For the service."""
        return ReportContent(self.revenue_yuan, self.employees, tuple(self.honours), self.changes)


class ReportBody(Shape):
    """An information report."""

    recognition: uuid.UUID
    year: Year
    content: ReportContentBody


class ReportView(Shape):
    """A year's report, for its operator and officers. `finding`: an officer's, or why it went back."""

    recognition: uuid.UUID
    uscc: str
    year: int
    state: ReportState
    due_on: dt.date
    reminded_at: dt.datetime | None
    filed_at: dt.datetime | None
    content: ReportContentBody | None
    finding: str | None

    @classmethod
    def of(cls, row: InformationReport, recognition: Recognition) -> "ReportView":
        """From the stored rows."""
        values = {
            name: getattr(row, name) for name in ("year", "state", "due_on", "reminded_at", "filed_at", "finding")
        }
        return cls.model_validate(
            values | {"recognition": recognition.id, "uscc": recognition.uscc, "content": row.content},
            from_attributes=True,
        )


class ReportFindingBody(Shape):
    """What an officer found in a report."""

    finding: Reason


class ReportReviewItem(ReportFindingBody):
    """One review in a bulk call."""

    recognition: uuid.UUID
    year: Year


class ReportReturnBody(Shape):
    """Why a report goes back, and the last day to complete it."""

    reason: Reason
    due_on: dt.date


class ConfirmationBody(Shape):
    """Confirm a year."""

    year: Year


class ConfirmationItem(ConfirmationBody):
    """One confirmation in a bulk call; `etag` is the version of the recognition that was read."""

    recognition: uuid.UUID
    etag: ItemTag


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
        values = {name: getattr(row, name) for name in own}
        values |= {name: getattr(recognition, name) for name in ("uscc", "name", "county")}
        return cls.model_validate(values | {"recognition": recognition.id})


class GrowthBody(Shape):
    """Growth in whole percent as an officer found it, and the source."""

    value: Annotated[int, Field(ge=-100, le=100_000)]
    source: Reason


class CommendationBody(Shape):
    """The day of the last commendation by a government, and its proof."""

    value: dt.date
    source: Reason


EVIDENCE_FACTS = ("revenue_growth", "tax_growth", "staff_growth", "commended_on")


class EvaluationBody(Shape):
    """Evidence for the conditions. Growth of revenue and staff is computed from the reviewed information reports unless
    given here; what is left out is unknown.
    """

    recognition: uuid.UUID
    revenue_growth: GrowthBody | None = None
    tax_growth: GrowthBody | None = None
    staff_growth: GrowthBody | None = None
    commended_on: CommendationBody | None = None

    def evidence(self) -> dict[str, FactEvidence]:
        """For the service: what an officer found, by fact."""
        given = {name: getattr(self, name) for name in EVIDENCE_FACTS}
        return {name: FactEvidence(body.value, body.source) for name, body in given.items() if body is not None}


class EvaluationDecisionItem(ReasonBody):
    """One decision in a bulk call; `etag` is the version of the evaluation that was read."""

    evaluation: uuid.UUID
    etag: ItemTag


class EvidenceView(Shape):
    """The value of a fact, and its source."""

    value: int | dt.date
    source: str


class ConditionView(Shape):
    """A condition of an extension, and how it was judged."""

    id: str
    title: str
    citation: str
    holds: Annotated[bool | None, Field(description="空的，还不能判断")]
    undecided: Annotated[list[str], Field(description="为什么还不能判断：没有定的数额，没有依据的事实")]


class EvaluationView(Shape):
    """An evaluation: its evidence, the judgement of each condition, and the decision."""

    id: uuid.UUID
    recognition: uuid.UUID
    uscc: str
    name: str
    county: str
    valid_until: dt.date
    evidence: dict[str, EvidenceView]
    agrees: bool | None
    opinion: str | None
    judged: dict[str, bool | None]
    conditions: Annotated[list[ConditionView], Field(description="逐条：情形是什么，成立不成立，为什么还不能判断")]
    extends: bool | None
    reason: str | None
    evaluated_by: str
    evaluated_at: dt.datetime
    decided_at: dt.datetime | None

    @classmethod
    def of(cls, row: Evaluation, recognition: Recognition, conditions: Sequence[JudgedCondition]) -> "EvaluationView":
        """From the stored rows."""
        more = {name: getattr(recognition, name) for name in ("uscc", "name", "county")}
        more |= {"recognition": recognition.id, "conditions": conditions}
        own = {name: getattr(row, name) for name in cls.model_fields if name not in more}
        return cls.model_validate(own | more, from_attributes=True)


class AgreementBody(Shape):
    """Whether the recommending department agrees to the extension, and why."""

    agrees: bool
    opinion: Reason


class AgreementView(Shape):
    """An evaluation as the recommending department sees it: the household, without figures."""

    evaluation: uuid.UUID
    uscc: str
    name: str
    county: str
    category_label: str
    department: Department
    department_label: str
    valid_until: dt.date
    agrees: bool | None
    opinion: str | None

    @classmethod
    def of(cls, row: Evaluation, recognition: Recognition, department: str) -> "AgreementView":
        """From the stored rows."""
        own = {name: getattr(row, name) for name in ("valid_until", "agrees", "opinion")}
        own |= {name: getattr(recognition, name) for name in ("uscc", "name", "county")}
        own |= {"department": department, "department_label": Department(department).label}
        more = {"evaluation": row.id, "category_label": recognition.category.label}
        return cls.model_validate(own | more)
