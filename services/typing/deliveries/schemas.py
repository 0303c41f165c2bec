"""Deliveries over HTTP."""

import datetime as dt
import uuid
from typing import Literal

from pydantic import BaseModel, Field

from services.typing.deliveries.models import Delivery
from shared.feeds.contract.feeds import FEEDS


class DeliveryView(BaseModel):
    """An accepted delivery. ``rejected`` rows are listed under ``…/rejects``; the others are evidence."""

    id: uuid.UUID
    sequence: int = Field(description="接收次序：后收到的行替换先收到的同键行")
    feed: str
    feed_title: str
    bureau: str
    region: str
    year: int | None = Field(description="数据所属年度；为空表示不分年度，或涵盖各年度")
    mode: Literal["full", "incremental"]
    channel: Literal["upload", "folder", "pull"]
    format: str
    bytes: int
    sha256: str = Field(description="收到的文件的 SHA-256（十六进制）")
    rows: int
    accepted: int = Field(description="采用的行数；完全相同的行只计一次")
    rejected: int
    flagged: int = Field(description="采用但有疑点的行数")
    warnings: list[str]
    moved_in: int = Field(description="登记信息：此前登记在声明区划之外的户数")
    changed: int = Field(description="登记信息：登记内容有变化的已知户数，加上此前已有全量数据的区县中新出现的户数")
    received_by: str
    received_at: dt.datetime

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryView":
        """The view of a stored delivery."""
        stored = {name: getattr(delivery, name) for name in cls.model_fields if name != "feed_title"}
        return cls(feed_title=FEEDS[delivery.feed].title, **stored)
