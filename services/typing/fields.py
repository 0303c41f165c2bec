"""Field types that the HTTP shapes of several capabilities share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Region = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{2}([0-9]{2}){0,2}$"),
    Field(description="GB/T 2260 区划代码：省 2 位、市 4 位、县 6 位", examples=["4101"]),
]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000, pattern=r"^[^\x00]*$")]
TypeName = Literal["survival", "growth", "development", "ineligible", "gap", "undetermined"]


class Shape(BaseModel):
    """A body that says exactly what it takes: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
