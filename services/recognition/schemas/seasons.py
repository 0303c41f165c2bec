"""Shapes of quotas, criteria and seasons."""

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.recognition.domain.seasons import LABELS, SeasonState
from services.recognition.models import CountyQuota, Criteria, Quota, Season
from services.recognition.schemas.common import Region, Shape

County = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(description="县级区划代码", examples=["410105"])
]
Year = Annotated[int, Field(ge=2000, le=2200)]
CategoryName = Literal["renowned", "distinctive", "quality", "emerging"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Days = Annotated[int, Field(ge=1, le=60)]


class QuotaBody(Shape):
    """Work out how many may be recognised in a scope; `places` by county where the city apportions by itself."""

    scope: Region
    year: Year
    policy: Words
    settings: dict[str, str] = Field(default_factory=dict)
    readings: dict[str, str] = Field(default_factory=dict)
    places: dict[County, Annotated[int, Field(ge=0)]] | None = None


class CountyPlaces(Shape):
    """One county's places and how they were reckoned."""

    county: str
    base: int
    places: int
    arithmetic: str


class QuotaView(Shape):
    """A quota with its apportionment; no counties: the scope as a whole shares the places."""

    scope: str
    year: int
    percent: int
    base: int
    total: int
    counties: list[CountyPlaces]

    @classmethod
    def of(cls, quota: Quota, counties: list[CountyQuota]) -> "QuotaView":
        """From the stored rows."""
        shares = [
            CountyPlaces(county=one.county, base=one.base, places=one.places, arithmetic=one.arithmetic)
            for one in counties
        ]
        return cls(
            scope=quota.scope, year=quota.year, percent=quota.percent, base=quota.base, total=quota.total,
            counties=shares,
        )  # fmt: skip


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


class CriteriaView(Shape):
    """Criteria as anyone reads them once they are published."""

    id: uuid.UUID
    region: str
    year: int
    document: str
    categories: dict[str, CategoryBody]
    ties: list[str]
    published_at: dt.datetime | None

    @classmethod
    def of(cls, row: Criteria) -> "CriteriaView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class SeasonBody(Shape):
    """Prepare a county's season under a policy; days and a date where the policy leaves them open."""

    county: County
    year: Year
    policy: Words
    settings: dict[str, str] = Field(default_factory=dict)
    readings: dict[str, str] = Field(default_factory=dict)
    applications_until: dt.date | None = None
    supplement_days: Days = 10
    consultation_days: Days = 5
    notice_days: Days | None = None


class SeasonView(Shape):
    """A season; its state is visible to all."""

    id: uuid.UUID
    county: str
    year: int
    state: SeasonState
    state_label: str
    opens_on: dt.date
    applications_until: dt.date
    decisions_until: dt.date
    benefits_from: dt.date
    supplement_days: int
    consultation_days: int
    notice_days: int
    seed: str | None

    @classmethod
    def of(cls, season: Season) -> "SeasonView":
        """From the stored row."""
        known = {name: getattr(season, name) for name in cls.model_fields if name != "state_label"}
        return cls.model_validate(known | {"state_label": LABELS[SeasonState(season.state)]})
