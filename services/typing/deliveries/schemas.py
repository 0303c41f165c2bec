"""Deliveries over HTTP."""

import datetime as dt
import uuid
from typing import Literal, Self

from pydantic import BaseModel, Field

from services.typing.deliveries.domain import PullState
from services.typing.deliveries.models import Pull
from shared.feeds.contract.feeds import FEEDS
from shared.platform.deliveries.endpoints import DeliveryShape


class DeliveryView(DeliveryShape):
    """An accepted delivery. ``rejected`` rows are listed under ``…/rejects``; the others are evidence."""

    sequence: int = Field(description="接收次序：后收到的行替换先收到的同键行")
    year: int | None = Field(description="数据所属年度；为空表示不分年度，或涵盖各年度")
    channel: Literal["upload", "folder", "pull", "move"]
    format: str
    bytes: int
    moved_in: int = Field(description="登记信息：此前登记在声明区划之外的户数")
    pending: int = Field(description="登记信息：登记在报送人辖区之外、待原登记地确认后才迁入的户数")
    changed: int = Field(description="登记信息：登记内容有变化的已知户数，加上此前已有全量数据的区县中新出现的户数")
    received_by: str
    received_at: dt.datetime


class PullView(BaseModel):
    """A pull from a bureau's API: how far it is, and what came of it."""

    id: uuid.UUID
    source: str = Field(description="数据源的名称，如设置文件所写")
    bureau: str
    feed: str
    feed_title: str
    region: str
    state: PullState
    state_label: str
    pages: int = Field(description="已取回的页数")
    rows: int = Field(description="已取回的行数")
    failure: str | None = Field(description="未成的原因；下次从第一页重新取")
    trouble: str | None = Field(description="取数中断的原因；下次从停下的一页继续")
    attempts: int = Field(description="接连中断的次数")
    next_try_at: dt.datetime | None = Field(description="下次尝试的时间")
    unknown_names: list[str] = Field(description="行中不认识、已忽略的名称")
    delivery_id: uuid.UUID | None = Field(description="收讫的那一批")
    started_at: dt.datetime
    updated_at: dt.datetime

    @classmethod
    def of(cls, pull: Pull) -> Self:
        """From the stored row."""
        told = {
            "source": pull.source.rpartition(":")[0],
            "feed_title": FEEDS[pull.feed].title,
            "state_label": pull.state.label,
        }
        stored = {name: getattr(pull, name) for name in cls.model_fields.keys() - told.keys()}
        return cls.model_validate(stored | told)
