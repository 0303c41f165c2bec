"""`/v1/refused-deliveries`: what was refused as a whole, on every channel, and why."""

import datetime as dt
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import Row

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.declaration import Channel, Mode
from shared.platform.deliveries.readers import Reader
from shared.platform.deliveries.refused import list_refused
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep

CHANNELS: dict[Channel, str] = {"upload": "接口上传", "folder": "共享文件夹", "pull": "接口取数", "move": "迁入"}


class RefusedDeliveryView(BaseModel):
    """A delivery that was refused as a whole; nothing of it counts."""

    sequence: int
    feed: str
    feed_title: str
    bureau: str
    region: str
    year: int | None
    mode: Mode
    rows: int = Field(description="声明的行数")
    sha256: str = Field(description="声明的摘要（十六进制）")
    channel: Literal["upload", "folder", "pull", "move"]
    channel_label: str
    reason: str = Field(description="原因的名称，与接口应答中 type 的末尾相同")
    detail: str = Field(description="为什么拒收，应怎样更正")
    offered_by: str
    times: int = Field(description="同样的内容因同样的原因被拒收的次数")
    first_refused_at: dt.datetime
    last_refused_at: dt.datetime

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """From the stored line."""
        stored = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's own
        labels = {"feed_title": FEEDS[stored["feed"]].title, "channel_label": CHANNELS[stored["channel"]]}
        return cls.model_validate(stored | labels)


def add_refused(router: APIRouter) -> None:
    """The route."""

    @router.get("/refused-deliveries", summary="整批拒收的报送")
    async def list_refused_deliveries(
        session: SessionDep, caller: Reader, page: Annotated[PageQuery[int], paged(int, limit=20, largest=100)]
    ) -> Page[RefusedDeliveryView]:
        """Refused deliveries of the caller's region, newest first; departments see those of their own feeds only, and
        of a feed that several departments deliver what they offered themselves.
        """
        rows = await list_refused(session, caller, page.after, page.wanted)
        return page.of(rows, RefusedDeliveryView.of, lambda row: row.sequence)
