"""The directory over HTTP. No figure of a household is in the public shapes: the household chooses."""

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from services.typing.schemas.common import Region, Shape, TypeName

Uscc = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9A-Z]{18}$"),
    Field(description="统一社会信用代码", examples=["92410103MA0000015K"]),
]


class DirectoryQuery(Shape):
    """What to look for. ``match``: names that begin so, names that resemble the words, or the one else the other."""

    name: Annotated[str, StringConstraints(min_length=2, max_length=100, pattern=r"^[^\x00]*$")] | None = None
    uscc: Uscc | None = None
    region: Region | None = None
    type: TypeName | None = None
    match: Literal["auto", "prefix", "similar"] = "auto"
    cursor: str | None = Field(default=None, max_length=1000)
    limit: int = Field(default=20, ge=1, le=100)


class HouseholdView(BaseModel):
    """A household as the public finds it."""

    uscc: str
    name: str
    region: str
    region_name: str | None
    type: str
    type_label: str
    year: int
    policy: str
    run: uuid.UUID


class StatisticView(BaseModel):
    """Households of a county by type in one year's published typing."""

    region: str
    region_name: str | None
    year: int
    households: dict[str, int]


class PolicyView(BaseModel):
    """A policy in short."""

    id: str
    title: str
    document: str
    regions: list[str]
    in_force_from: dt.date | None
    in_force_until: dt.date | None
    unset_parameters: list[str]
