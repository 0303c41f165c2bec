"""HTTP shapes of deliveries."""

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field

from services.recognition.registers.models import RegisterDelivery
from shared.feeds.contract.feeds import FEEDS
from shared.platform.fields import Shape


class DeliveryView(Shape):
    """An accepted delivery. ``rejected`` rows are listed under ``…/rejects``; the others are in the register."""

    id: uuid.UUID
    feed: str
    feed_title: str
    bureau: str
    region: str
    mode: Literal["full", "incremental"]
    sha256: Annotated[str, Field(description="收到的文件的 SHA-256（十六进制）")]
    rows: int
    accepted: Annotated[int, Field(description="采用的行数；完全相同的行只计一次")]
    rejected: int
    flagged: Annotated[int, Field(description="采用但有疑点的行数")]
    changed: Annotated[int, Field(description="记录因此有变化的个体工商户数")]
    warnings: list[str]
    delivered_by: str
    delivered_at: dt.datetime

    @classmethod
    def of(cls, row: RegisterDelivery) -> "DeliveryView":
        """From the stored row."""
        stored = {name: getattr(row, name) for name in cls.model_fields if name != "feed_title"}
        return cls.model_validate(stored | {"feed_title": FEEDS[row.feed].title})
