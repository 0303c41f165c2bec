"""Annual report closings over HTTP."""

import datetime as dt
import uuid

from pydantic import BaseModel, Field, model_validator

from services.typing.schemas.common import Region, Shape


class ClosingOrder(Shape):
    """The annual reports of ``year`` closed in ``region`` on ``closed_on``."""

    region: Region
    year: int = Field(ge=2000, le=2100, description="年报所属年度")
    closed_on: dt.date

    @model_validator(mode="after")
    def closes_in_its_season(self) -> "ClosingOrder":
        """Reports about a year are due in the year after (1 January to 30 June: 个体工商户年度报告暂行办法)."""
        if self.closed_on.year != self.year + 1:
            raise ValueError("closed_on 应在年报所属年度的次年，例如 2025 年度年报于 2026-06-30 结束")
        return self


class ClosingView(BaseModel):
    """A recorded closing and the runs that it ordered."""

    region: str
    year: int
    closed_on: dt.date
    actor: str
    runs: list[uuid.UUID] = []
