"""Field types and bodies that the HTTP shapes of several services share."""

import datetime as dt
import unicodedata
import uuid
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.contracts import payload
from shared.reference.blanks import without_blanks_around
from shared.reference.personal_patterns import personal_pattern_in

Region = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]([0-9]{2}){0,2}$"),
    Field(description="GB/T 2260 区划代码：省 2 位、市 4 位、县 6 位", examples=["4101"]),
]


def refuse_personal_data(text: str) -> str:
    """The text, unless it seems to hold somebody's number: it will be read by others than it was written for."""
    pattern = personal_pattern_in(text)
    if pattern is not None:
        raise PydanticCustomError(
            "personal_data",
            "这里不能写{what}：文字会被公开或长期留存。姓名和联系方式请填在专门的栏目里，其他证件内容请作为材料上传。",
            {"what": pattern.value},
        )
    return text


def _shown(text: object) -> object:
    """The text without blanks of any kind around it: what shows nothing is not filled in."""
    return without_blanks_around(text) if isinstance(text, str) else text


PublicText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=5000, pattern=r"^[^\x00]*$"),
    AfterValidator(refuse_personal_data),
    BeforeValidator(_shown),
]
"""Free text that others read or that stays in events and audits: holds no id number, phone, e-mail or bank card."""
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=2000, pattern=r"^[^\x00]*$"),
    AfterValidator(refuse_personal_data),
    BeforeValidator(_shown),
]
"""Why something was decided; told to those concerned, and kept in the audit."""


class Shape(BaseModel):
    """A body that says exactly what it takes: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReasonBody(Shape):
    """A decision's reason."""

    reason: Reason


class OutcomeView(Shape):
    """The outcome of one item of a bulk call; `subject` is the application, recognition, question or evaluation."""

    subject: uuid.UUID
    status: int
    state: str | None = None
    detail: str | None = None


County = Annotated[
    str, StringConstraints(pattern=r"^[1-9][0-9]{5}$"), Field(description="县级区划代码", examples=["410105"])
]

Year = Annotated[int, Field(ge=2000, le=2200)]

Day = Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), le=dt.date(2200, 12, 31))]
"""A day that rules can be asked about: also its next year is one that the calendar has."""

ShortText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$"),
    AfterValidator(refuse_personal_data),
    BeforeValidator(_shown),
]
"""A title, a document's number, somebody's name: as `PublicText`, on a line."""

Days = Annotated[int, Field(ge=1, le=60)]


Uscc = Annotated[payload.Uscc, Field(description="统一社会信用代码", examples=["92410103MA0000015K"])]
"""The code of a household that is stored or travels in events."""


def fold_code(said: object) -> object:
    """A code as it is stored: half-width capitals and digits, without blanks."""
    return "".join(unicodedata.normalize("NFKC", said).split()).upper() if isinstance(said, str) else said


UsccLookup = Annotated[
    str,
    BeforeValidator(fold_code),
    StringConstraints(pattern=r"^[0-9A-Z]{18}$"),
    Field(
        description="统一社会信用代码；大小写、全角半角和空格不限",
        examples=["92410103MA0000015K"],
        json_schema_extra={"pattern": r"^[0-9A-Z]{18}$"},  # pydantic leaves out what stands behind a validator
    ),
]
"""A code to look up, however it is written; a code that no household can have is simply not found."""

USCC_PATTERN = r"^92[0-9A-HJ-NPQRTUWXY]{16}$"
UsccEntry = Annotated[
    str,
    BeforeValidator(fold_code),
    StringConstraints(pattern=USCC_PATTERN),
    Field(
        description="统一社会信用代码；大小写、全角半角和空格不限",
        examples=["92410103MA0000015K"],
        json_schema_extra={"pattern": USCC_PATTERN},
    ),
]
"""A code that somebody writes down to be stored and told in events, however it is written: one that a household can
have, whether it is known or not.
"""
