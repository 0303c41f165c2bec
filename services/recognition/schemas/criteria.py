"""Shapes of criteria: the local standards of the four categories."""

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.recognition.domain.turns import LABELS
from services.recognition.models import Criteria
from services.recognition.schemas.common import Region, Shape
from services.recognition.schemas.seasons import CategoryName, Words, Year
from shared.policy.model import Policy
from shared.policy.recognition.model import Level


class CriterionBody(Shape):
    """One local standard."""

    id: Annotated[str, StringConstraints(pattern=r"^(renowned|distinctive|quality|emerging)\.[1-9][0-9]?$")]
    title: Words
    evidence: list[Words] = Field(default_factory=list, description="要交的材料；写了 proven_by 的不要求交")
    proven_by: Words | None = Field(default=None, description="能由哪个部门证明，审核人向它核实")
    besides: list[Words] = Field(default_factory=list, description="写了 proven_by，仍然要交的材料")
    points: Annotated[int, Field(ge=1, le=1000)] | None = None


class CategoryBody(Shape):
    """A category's standards: any of them, or so many points."""

    points_needed: Annotated[int, Field(ge=1)] | None = None
    criteria: Annotated[list[CriterionBody], Field(min_length=1)]


class CriteriaBody(Shape):
    """A region's criteria of a year; without `categories` the policy's own."""

    region: Region
    year: Year
    policy: Words
    document: Words
    categories: dict[CategoryName, CategoryBody] | None = None
    ties: list[Literal["earlier-submission", "draw"]] = Field(default=["earlier-submission", "draw"])


class FilingBody(Shape):
    """The letter by which criteria were filed with the level above."""

    document_no: Words
    filed_on: dt.date


class CriteriaView(Shape):
    """Criteria as anyone reads them once they are published. `filed_with`: the level above, where the policy asks."""

    id: uuid.UUID
    region: str
    year: int
    policy: str
    document: str
    categories: dict[str, CategoryBody]
    ties: list[str]
    published_at: dt.datetime | None
    filed_with: Annotated[str | None, Field(description="政策要求报哪一级备案；为空表示不须备案")]
    filed_document: str | None
    filed_on: dt.date | None

    @classmethod
    def of(cls, row: Criteria, policy: Policy, level: Level | None) -> "CriteriaView":
        """From the stored row, its policy, and the level with which it is filed."""
        stored = set(cls.model_fields) - {"policy", "filed_with"}
        label = LABELS[level] if level is not None else None
        known = {name: getattr(row, name) for name in stored}
        return cls.model_validate(known | {"policy": policy.id, "filed_with": label})
