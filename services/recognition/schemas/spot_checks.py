"""Shapes of spot checks."""

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field

from services.recognition.domain.applications import LABELS as STATE_LABELS
from services.recognition.domain.applications import ApplicationState
from services.recognition.domain.spot_checks import LABELS, CheckOutcome
from services.recognition.models import SpotCheck
from services.recognition.repository.spot_checks import Item
from services.recognition.schemas.common import Reason, Region, Shape
from services.recognition.schemas.seasons import Year

HOW = (
    "种子是范围内各认定季公布的种子按字典序排列、以换行相连后的 SHA-256；"
    "每一户的签号是“种子:统一社会信用代码”的 SHA-256，从小到大取所需的户数（按比例向上取整）"
)


class DrawBody(Shape):
    """Draw over a region's applications of a year."""

    region: Region
    year: Year
    percent: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="抽查比例（%）：政策没有规定时由上级定；各县政策规定不同时写明抽哪一种"
    )


class SpotCheckView(Shape):
    """A draw, with what anyone needs to repeat it."""

    id: uuid.UUID
    region: str
    year: int
    seed: str
    seeds: Annotated[dict[str, str], Field(description="各县（市、区）认定季公布的种子")]
    percent: int
    population: Annotated[int, Field(description="申报期内提交申报、推荐的户数")]
    how: str = HOW
    handed_in_before: dt.datetime
    drawn_at: dt.datetime

    @classmethod
    def of(cls, row: SpotCheck) -> "SpotCheckView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields if name != "how"})


class ItemView(Shape):
    """One application that was drawn."""

    application: uuid.UUID
    uscc: str
    name: str
    county: str
    state: ApplicationState
    state_label: str
    outcome: CheckOutcome
    outcome_label: str
    finding: str | None
    due_on: dt.date | None
    checked_at: dt.datetime | None

    @classmethod
    def of(cls, found: Item) -> "ItemView":
        """From the stored rows."""
        item, application = found
        known = {name: getattr(item, name) for name in ("county", "outcome", "finding", "due_on", "checked_at")}
        about = {name: getattr(application, name) for name in ("uscc", "name", "state")}
        labels = {
            "state_label": STATE_LABELS[ApplicationState(application.state)],
            "outcome_label": LABELS[CheckOutcome(item.outcome)],
        }
        return cls.model_validate(known | about | labels | {"application": application.id})


class FindingBody(Shape):
    """What a superior found of one application."""

    outcome: Literal["passed", "supplement", "refused"]
    finding: Reason
    due_on: dt.date | None = Field(default=None, description="限期补充材料的截止日期")
