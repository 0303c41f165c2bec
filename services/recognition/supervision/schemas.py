"""HTTP shapes of spot checks and of lists filed with superiors."""

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field

from services.recognition.applications.domain import APPLICATION_STATES, ApplicationState
from services.recognition.supervision.domain import CHECK_OUTCOMES, CheckOutcome
from services.recognition.supervision.models import Filing, SpotCheck
from services.recognition.supervision.repository import CheckItem
from shared.platform.fields import Reason, Region, Shape, ShortText, Year

DRAW_METHOD = (
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
    """A draw, with all that is needed to repeat it."""

    id: uuid.UUID
    region: str
    year: int
    seed: str
    seeds: Annotated[dict[str, str], Field(description="各县（市、区）认定季公布的种子")]
    percent: int
    number: Annotated[int, Field(description="第几次抽取：以后才开始的认定季另抽一次")]
    population: Annotated[int, Field(description="申报期内提交申报、推荐的户数")]
    how: str = DRAW_METHOD
    handed_in_before: dt.datetime
    drawn_at: dt.datetime

    @classmethod
    def of(cls, row: SpotCheck) -> "SpotCheckView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields if name != "how"})


class CheckItemView(Shape):
    """A drawn application and its outcome."""

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
    def of(cls, check_item: CheckItem) -> "CheckItemView":
        """From the stored rows."""
        item, application = check_item
        values = {name: getattr(item, name) for name in ("county", "outcome", "finding", "due_on", "checked_at")}
        about = {name: getattr(application, name) for name in ("uscc", "name", "state")}
        labels = {
            "state_label": APPLICATION_STATES.label(application.state),
            "outcome_label": CHECK_OUTCOMES.label(item.outcome),
        }
        return cls.model_validate(values | about | labels | {"application": application.id})


class CheckFindingBody(Shape):
    """What a superior found of one application."""

    outcome: Literal["passed", "supplement", "refused"]
    finding: Reason
    due_on: dt.date | None = Field(default=None, description="限期补充材料的截止日期")


class ListFilingBody(Shape):
    """The document that carried the list, and its day."""

    document: ShortText
    filed_on: dt.date


class FilingView(Shape):
    """A filing."""

    id: uuid.UUID
    filed_with: str
    document: str
    filed_on: dt.date
    households: int

    @classmethod
    def of(cls, row: Filing) -> "FilingView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})
