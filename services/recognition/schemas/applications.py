"""Shapes of applications, recommendations and their documents."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from services.recognition.domain.applications import LABELS, STEP_LABELS, ApplicationState
from services.recognition.models import Application, Document
from services.recognition.repository.applications import Listed
from services.recognition.schemas.common import Reason, Shape
from services.recognition.schemas.seasons import CategoryName, Words
from shared.departments import Department
from shared.policy.recognition.model import StepKind

Uscc = Annotated[str, StringConstraints(pattern=r"^92[0-9A-HJ-NPQRTUWXY]{16}$")]
OperatorKind = Literal["veteran", "graduate", "disabled", "returning_migrant"]
CriterionId = Annotated[str, StringConstraints(pattern=r"^(renowned|distinctive|quality|emerging)\.[1-9][0-9]?$")]


class ClaimBody(Shape):
    """What is applied for: one category, why it is the most suitable one, and the standards met."""

    uscc: Uscc
    category: CategoryName
    category_reason: Reason
    criteria: Annotated[list[CriterionId], Field(max_length=50)]
    kinds: list[OperatorKind] = Field(
        default_factory=list, description="经营者身份，可以放宽来源；各须有材料，evidence 写 kind.<身份>:<材料>"
    )


class ApplicationBody(ClaimBody):
    """A draft in a season."""

    season: uuid.UUID


class AdoptionBody(Shape):
    """What the household's new operator says of himself."""

    kinds: list[OperatorKind] = Field(default_factory=list, description="现在的经营者的身份，各须有其本人交的材料")


class ToVerifyView(Shape):
    """A standard that is claimed without a document: the reviewer asks the bureau that can prove it."""

    id: str
    title: str
    bureau: str


class ApplicationView(Shape):
    """Where an application stands, as its operator and officers of the county see it."""

    id: uuid.UUID
    season: uuid.UUID
    county: str
    path: str
    uscc: str
    name: str
    state: ApplicationState
    state_label: str
    step: StepKind
    step_label: str
    category: str | None
    category_reason: str | None
    criteria: list[str]
    kinds: list[str]
    to_verify: Annotated[list[ToVerifyView], Field(description="不要材料、由审核人向有关部门核实的标准")]
    breach_recorded: Annotated[bool | None, Field(description="审核查明有没有违法违规、严重失信记录等情况")]
    recommended_by: Department | None
    recommended_by_label: str | None
    due_on: dt.date | None
    score: int | None
    rank: int | None
    reason: str | None
    against: Annotated[list[str], Field(description="提交以后新出现的、目前不符合认定条件的情形")]
    submitted_at: dt.datetime | None

    @classmethod
    def of(cls, row: Application | Listed) -> "ApplicationView":
        """From the stored row, or the columns of it that a list reads."""
        return cls.model_validate(shown_of(row))


PLAIN = ("id", "county", "path", "uscc", "name", "state", "step", "category", "category_reason", "breach_recorded",
         "recommended_by", "due_on", "score", "rank", "reason", "submitted_at")  # fmt: skip
"""What is shown as it is stored."""
READ = (*PLAIN, "season_id", "claims", "judged")


def shown_of(row: Application | Listed) -> dict[str, Any]:
    """What a view shows of an application."""
    known = row if isinstance(row, Mapping) else {name: getattr(row, name) for name in READ}
    claims = known["claims"]
    return {name: known[name] for name in PLAIN} | {
        "season": known["season_id"],
        "recommended_by_label": Department(known["recommended_by"]).label if known["recommended_by"] else None,
        "state_label": LABELS[ApplicationState(known["state"])],
        "step_label": STEP_LABELS[StepKind(known["step"])],
        "criteria": claims.get("criteria", []),
        "kinds": claims.get("kinds", []),
        "to_verify": claims.get("to_verify", []),
        "against": known["judged"].get("against", []),
    }


class DocumentQuery(Shape):
    """What a document is and what it is handed in for."""

    evidence: Annotated[
        Words, StringConstraints(max_length=100), Field(description="标准与材料，如 renowned.1:荣誉证书")
    ]
    name: Annotated[Words, StringConstraints(max_length=200)]


class DocumentView(Shape):
    """A handed-in file."""

    id: uuid.UUID
    evidence: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    added_at: dt.datetime

    @classmethod
    def of(cls, row: Document) -> "DocumentView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})
