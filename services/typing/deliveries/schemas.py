"""Deliveries over HTTP."""

import datetime as dt
from typing import Literal

from pydantic import Field

from shared.platform.deliveries.endpoints import DeliveryShape


class DeliveryView(DeliveryShape):
    """An accepted delivery. ``rejected`` rows are listed under ``…/rejects``; the others are evidence."""

    sequence: int = Field(description="接收次序：后收到的行替换先收到的同键行")
    year: int | None = Field(description="数据所属年度；为空表示不分年度，或涵盖各年度")
    channel: Literal["upload", "folder", "pull"]
    format: str
    bytes: int
    moved_in: int = Field(description="登记信息：此前登记在声明区划之外的户数")
    changed: int = Field(description="登记信息：登记内容有变化的已知户数，加上此前已有全量数据的区县中新出现的户数")
    received_by: str
    received_at: dt.datetime
