"""HTTP shapes of applications, recommendations, their documents and tasks."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy import Row

from services.recognition.applications.domain import STEP_LABELS, ApplicationState, ConsentForm, application_label
from services.recognition.applications.models import Application, Document, Task
from services.recognition.applications.repository import ApplicationRow
from services.recognition.registers.models import ObjectionCopy
from services.recognition.registers.objections import LABELS_BY_STAGE
from services.recognition.rules.claims import Claims
from shared.law.model.recognition import Category, StepKind
from shared.platform.fields import Reason, Shape, ShortText, Uscc
from shared.reference.departments import Department

CriterionId = Annotated[str, StringConstraints(pattern=r"^(renowned|distinctive|quality|emerging)\.[1-9][0-9]?$")]
KindId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Kinds = Annotated[list[KindId], Field(max_length=20)]


class ClaimBody(Shape):
    """What is applied for: a category, why it suits best, and the criteria met."""

    uscc: Uscc
    category: Category
    category_reason: Reason
    criteria: Annotated[list[CriterionId], Field(max_length=50)]
    kinds: Kinds = Field(
        default_factory=list,
        description="经营者身份，可以放宽来源，见认定季的 operator_kinds；各须有材料，evidence 写 kind.<身份>:<材料>",
    )


class ApplicationBody(ClaimBody):
    """A draft in a season."""

    season: uuid.UUID


class TakeoverBody(Shape):
    """What the new operator claims to be."""

    kinds: Kinds = Field(default_factory=list, description="现在的经营者的身份，各须有其本人交的材料")


class ToVerifyView(Shape):
    """A criterion claimed without a document: the reviewer asks the department that can prove it."""

    id: str
    title: str
    bureau: str


class ObjectionView(Shape):
    """An objection about an application or a recognition, as far as it concerns those who work on it."""

    receipt: Annotated[str | None, Field(description="受理编号，只给经办人员")]
    against: str
    stage_label: str
    is_open: bool
    filed_on: dt.date | None
    decide_by: dt.date | None

    @classmethod
    def of(cls, row: ObjectionCopy, *, official: bool) -> "ObjectionView":
        """From the stored copy; who has the receipt can follow the objection, so only officials read it."""
        plain = {name: getattr(row, name) for name in ("against", "is_open", "filed_on", "decide_by")}
        label = LABELS_BY_STAGE.get(row.stage, row.stage)
        return cls.model_validate(plain | {"receipt": row.receipt if official else None, "stage_label": label})


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
    claimed_category: Annotated[str | None, Field(description="申报、推荐时写的类别；审核可以认为另一类更适宜")]
    claimed_reason: str | None
    criteria: list[str]
    kinds: list[str]
    proven_kinds: Annotated[list[str], Field(description="其中部门的数据已经证明、不用交材料的")]
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
    def of(cls, row: Application | ApplicationRow) -> "ApplicationView":
        """From the stored row, or the columns of it that a list reads."""
        return cls.model_validate(application_fields(row), from_attributes=True)


class ApplicationFileView(ApplicationView):
    """One application with the objections about it."""

    objections: Annotated[list[ObjectionView], Field(description="对这份申报提出的异议")]

    @classmethod
    def with_objections(
        cls, row: Application, objections: Sequence[ObjectionCopy], *, official: bool
    ) -> "ApplicationFileView":
        """From the stored rows."""
        views = [ObjectionView.of(one, official=official) for one in objections]
        return cls.model_validate(application_fields(row) | {"objections": views}, from_attributes=True)


PLAIN_COLUMNS = (
    "id",
    "county",
    "path",
    "uscc",
    "name",
    "state",
    "step",
    "category",
    "category_reason",
    "breach_recorded",
    "recommended_by",
    "due_on",
    "score",
    "rank",
    "reason",
    "submitted_at",
)
"""Columns that are shown as stored."""
VIEW_COLUMNS = (*PLAIN_COLUMNS, "season_id", "claims", "judged", "unplaced")


def application_fields(row: Application | ApplicationRow) -> dict[str, Any]:
    """The fields of a view of an application."""
    values = row if isinstance(row, Mapping) else {name: getattr(row, name) for name in VIEW_COLUMNS}
    claims: Claims = values["claims"]
    return {name: values[name] for name in PLAIN_COLUMNS} | {
        "season": values["season_id"],
        "recommended_by_label": Department(values["recommended_by"]).label if values["recommended_by"] else None,
        "state_label": application_label(values["state"], unplaced=values["unplaced"]),
        "step_label": STEP_LABELS[StepKind(values["step"])],
        "claimed_category": claims.category,
        "claimed_reason": claims.reason,
        "criteria": claims.criteria,
        "kinds": claims.kinds,
        "proven_kinds": claims.proven_kinds,
        "to_verify": claims.to_verify,
        "against": values["judged"].against,
    }


class DocumentQuery(Shape):
    """A document's name and purpose."""

    evidence: Annotated[
        ShortText, StringConstraints(max_length=100), Field(description="标准与材料，如 renowned.1:荣誉证书")
    ]
    name: Annotated[ShortText, StringConstraints(max_length=200)]


class DocumentView(Shape):
    """An uploaded document."""

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


class TaskView(Shape):
    """An open task."""

    id: uuid.UUID
    application: uuid.UUID
    county: str
    step: StepKind
    step_label: str
    due_on: dt.date
    claimed_by: str | None
    uscc: str
    name: str
    category: str | None
    category_label: str | None

    @classmethod
    def of(cls, row: Task | Row[*tuple[Any, ...]], about: Row[*tuple[Any, ...]]) -> "TaskView":
        """From the stored row, or the columns of it that the list reads, and whose application it is about."""
        values = {name: getattr(row, name) for name in ("id", "county", "step", "due_on", "claimed_by")}
        values |= {name: getattr(about, name) for name in ("uscc", "name", "category")}
        category = Category(about.category).label if about.category else None
        labels = {"step_label": STEP_LABELS[row.step], "category_label": category}
        return cls.model_validate(values | labels | {"application": row.application_id})


class TaskTotalView(Shape):
    """How many open tasks of a step there are."""

    step: StepKind
    step_label: str
    number: int
    overdue: int
    due_soon: Annotated[int, Field(description="七天内到期的，含今天")]
    unclaimed: int
    mine: Annotated[int, Field(description="自己领取的")]
    first_due_on: dt.date

    @classmethod
    def of(cls, row: Row[*tuple[Any, ...]]) -> "TaskTotalView":
        """From the counted rows."""
        return cls.model_validate(dict(row._mapping) | {"step_label": STEP_LABELS[row.step]})  # noqa: SLF001 - public API of a row


class RecommendationBody(Shape):
    """Which household is recommended; the department is the caller's."""

    season: uuid.UUID
    uscc: Uscc
    category: Category
    reason: Reason
    criteria: list[CriterionId] = Field(default_factory=list)


class ConsentBody(Shape):
    """Consent on paper, recorded by the department; an operator consents with an empty body."""

    given_on: dt.date
    document: uuid.UUID


class ConsentView(Shape):
    """How and when the operator consented."""

    by: ConsentForm
    on: dt.date
    document: uuid.UUID | None = None


class RecommendationView(ApplicationView):
    """Where a recommendation stands, for the department, the operator and officers of the county."""

    consent: ConsentView | None

    @classmethod
    def of(cls, row: Application | ApplicationRow) -> "RecommendationView":
        """From the stored row, or the columns of it that a list reads."""
        consent = row["consent"] if isinstance(row, Mapping) else row.consent
        return cls.model_validate(application_fields(row) | {"consent": consent}, from_attributes=True)
