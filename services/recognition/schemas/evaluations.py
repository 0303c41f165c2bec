"""Shapes of evaluations: evidence with its sources, the recommending department's word, conditions as judged."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field

from services.recognition.models import Evaluation, Recognition
from services.recognition.schemas.common import Reason, ReasonBody, Shape
from services.recognition.schemas.seasons import Words
from shared.departments import Department
from shared.policy.recognition.model import Category


class GrowthBody(Shape):
    """A growth in whole percent that an officer found himself, and from what."""

    value: Annotated[int, Field(ge=-100, le=100_000)]
    source: Reason


class CommendationBody(Shape):
    """The day of the last commendation by a government, and what proves it."""

    value: dt.date
    source: Reason


class EvaluationBody(Shape):
    """Evidence for the conditions. Growth of revenue and staff is reckoned from the reviewed information reports
    without being asked for; what is left out is not known.
    """

    recognition: uuid.UUID
    revenue_growth: GrowthBody | None = None
    tax_growth: GrowthBody | None = None
    staff_growth: GrowthBody | None = None
    commended_on: CommendationBody | None = None


class DecisionItem(ReasonBody):
    """The decision on one evaluation of many; `etag` is the version of it that was read."""

    evaluation: uuid.UUID
    etag: Words


class EvidenceView(Shape):
    """One fact, and where it is from."""

    value: int | dt.date
    source: str


class EvaluationView(Shape):
    """An evaluation: what it rests on, each condition as judged, and what was decided."""

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
    extends: bool | None
    reason: str | None
    evaluated_by: str
    evaluated_at: dt.datetime
    decided_at: dt.datetime | None

    @classmethod
    def of(cls, row: Evaluation, recognition: Recognition) -> "EvaluationView":
        """From the stored rows."""
        of_household = {name: getattr(recognition, name) for name in ("uscc", "name", "county")}
        own = {name: getattr(row, name) for name in cls.model_fields if name not in (*of_household, "recognition")}
        return cls.model_validate(own | of_household | {"recognition": recognition.id})


class AgreementBody(Shape):
    """Whether the recommending department agrees to the extension, and why."""

    agrees: bool
    opinion: Reason


class AgreementView(Shape):
    """An evaluation as the recommending department sees it: whom it is about, without figures."""

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
        more = {"evaluation": row.id, "category_label": Category(recognition.category).label}
        return cls.model_validate(own | more)
