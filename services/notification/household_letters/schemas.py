"""HTTP shapes of the list for personal service."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field
from sqlalchemy import RowMapping

from services.notification.household_letters.domain import ServedTo, ServiceManner, WhyUnreached
from services.notification.messages.domain import MessageState, Suppression
from shared import clock
from shared.platform.fields import PublicText, Shape, Uscc

TABLE_HEADER = (
    *("受送达人", "回执号", "统一社会信用代码", "字号名称", "区划", "通知", "告知日期", "办理期限", "原因"),
    "经营者已变更",
)
SERVED_HEADER = ("送达日期", "送达方式", "送达人")


class ServiceBody(Shape):
    """That a letter was served."""

    served_on: dt.date
    manner: ServiceManner
    note: Annotated[PublicText | None, Field(max_length=500, description="如见证人单位、邮寄单号、公告载体")] = None


class ServedView(Shape):
    """When, how and by whom it was served."""

    served_on: dt.date
    manner: ServiceManner
    manner_label: str
    has_note: Annotated[bool, Field(description="有备注；可能写有代收人，查看须说明理由")]
    served_by: str
    recorded_at: dt.datetime


class NoteView(Shape):
    """The note in clear."""

    note: str


class LetterView(Shape):
    """A line of the list. `former_operator`: it was told to somebody who is not the household's operator any more.
    Of an objector no household is named: the objection service says by the receipt who and where they are.
    """

    notification: uuid.UUID
    recipient: ServedTo
    recipient_label: str
    receipt: Annotated[str | None, Field(description="异议回执号：异议人的姓名和地址凭它在异议系统里查")]
    uscc: Uscc | None
    household: str | None
    region: str
    rule: str
    title: str
    told_at: dt.datetime
    due_on: dt.date | None
    why: WhyUnreached
    why_label: str
    former_operator: bool
    served: ServedView | None

    @classmethod
    def of(cls, line: RowMapping) -> Self:
        """From the row."""
        names = ("receipt", "uscc", "household", "region", "rule", "title", "told_at", "due_on", "former_operator")
        why, recipient = why_of(line["ended"] or ()), ServedTo(line["served_to"])
        return cls(
            notification=line["id"],
            recipient=recipient,
            recipient_label=recipient.label,
            **{name: line[name] for name in names},
            why=why,
            why_label=why.label,
            served=served_of(line),
        )

    def cells(self) -> list[object]:
        """As a row of the downloaded table."""
        told_on = self.told_at.astimezone(clock.CHINA).date()
        former = "是" if self.former_operator else ""
        who = (self.recipient_label, self.receipt or "", self.uscc or "", self.household or "", self.region)
        served = self.served
        line = (*who, self.title, told_on, self.due_on or "", self.why_label, former)
        return [*line, *((served.served_on, served.manner_label, served.served_by) if served else ("", "", ""))]


def why_of(ended: Sequence[str]) -> WhyUnreached:
    """What the notification's messages say: their states, or why they were never sent."""
    if not ended or set(ended) <= {Suppression.NO_CONTACT.value}:
        return WhyUnreached.NO_CONTACT if ended else WhyUnreached.UNREAD
    if set(ended) <= {Suppression.NO_CONTACT.value, Suppression.NO_CONSENT.value}:
        return WhyUnreached.NO_CONSENT
    if MessageState.DELIVERED.value in ended:
        return WhyUnreached.MAILED
    return WhyUnreached.FAILED


def served_of(line: RowMapping) -> ServedView | None:
    """How it was served, if it was."""
    if line["served_on"] is None:
        return None
    manner = ServiceManner(line["manner"])
    names = ("served_on", "has_note", "served_by", "recorded_at")
    return ServedView(manner=manner, manner_label=manner.label, **{name: line[name] for name in names})
