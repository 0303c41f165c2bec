"""HTTP shapes of scoring sheets."""

import datetime as dt
import uuid
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StringConstraints

from services.recognition.sheets.models import StoredSheet
from services.recognition.sheets.service import NewDocument, SheetOrder
from shared.law.model.policy import Policy
from shared.platform.fields import Region, Shape, ShortText, Year, refuse_personal_data

SheetText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200_000, pattern=r"^[^\x00]*$"),
    AfterValidator(refuse_personal_data),
    Field(description="评分表全文，YAML 或 JSON，写法见 docs/howto/write-a-scoring-sheet.md"),
]


class SheetPlace(Shape):
    """Which region's sheet of which year, under which policy."""

    region: Region
    year: Year
    policy: ShortText
    replaces: Annotated[uuid.UUID | None, Field(description="要替换的他人的草稿")] = None

    def order(self) -> SheetOrder:
        """For the service."""
        return SheetOrder(self.region, self.year, self.policy, self.replaces)


class SheetBody(SheetPlace):
    """Draft a sheet from its text."""

    sheet: SheetText


class SheetCopyBody(SheetPlace):
    """Draft a sheet from another one, under its own document."""

    source: Annotated[uuid.UUID, Field(description="照抄哪一份评分表，例如去年的")]
    document_no: ShortText
    issued_on: dt.date | None = None
    valid_from: dt.date
    valid_until: dt.date

    def document(self) -> NewDocument:
        """For the service."""
        return NewDocument(self.document_no, self.issued_on, self.valid_from, self.valid_until)


class SheetSummary(Shape):
    """A sheet in a list."""

    id: uuid.UUID
    region: str
    year: int
    policy: str
    title: str
    document: str
    valid_from: dt.date
    valid_until: dt.date
    copied_from: uuid.UUID | None
    in_force_at: dt.datetime | None

    @classmethod
    def of(cls, row: StoredSheet, policy: Policy) -> Self:
        """From the stored row and its policy."""
        values = {name: getattr(row, name) for name in cls.model_fields if name != "policy"}
        return cls.model_validate(values | {"policy": policy.id})


class SheetView(SheetSummary):
    """A sheet with its content as it was written: sections, indicators, deductions, vetoes, bars, ties."""

    content: dict[str, Any]
