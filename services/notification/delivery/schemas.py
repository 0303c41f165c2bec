"""What is shown of messages on their way, and what sending one again takes."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field
from sqlalchemy import Row

from services.notification.delivery.repository import Due
from services.notification.messages.domain import MESSAGE_STATES, Channel, Lane, MessageState
from shared.platform.fields import ReasonBody, Shape
from shared.platform.paging import PagedQuery


class MessageQuery(PagedQuery):
    """Which messages a list shows: `failed`, `expired`, `uncertain` are over, the others still move by themselves."""

    state: Annotated[MessageState, Field(description="状态")] = MessageState.FAILED
    provider: Annotated[str | None, Field(max_length=40, description="发送服务商")] = None
    channel: Annotated[Channel | None, Field(description="渠道")] = None


class MessageView(Shape):
    """One message, without its words: those are with the notification."""

    id: uuid.UUID
    notification: uuid.UUID
    rule: str
    uscc: str | None
    region: str
    channel: Channel
    lane: Lane
    state: MessageState
    state_label: str
    code: Annotated[str | None, Field(description="服务商给出的原因代码")]
    provider: str | None
    attempt: Annotated[int, Field(description="第几次发送，从 0 开始")]
    told_at: dt.datetime
    try_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None

    @classmethod
    def of(cls, row: Due) -> "MessageView":
        """From the rows."""
        message, notification = row
        same = ("id", "region", "channel", "lane", "state", "code", "provider", "attempt")
        times = ("try_at", "expires_at", "ended_at")
        return cls(
            notification=notification.id,
            rule=notification.rule,
            uscc=notification.uscc,
            told_at=notification.told_at,
            state_label=MESSAGE_STATES.label(message.state),
            **{name: getattr(message, name) for name in (*same, *times)},
        )


class CountView(Shape):
    """How many messages are in a state at a provider, and since when the oldest is."""

    state: MessageState
    state_label: str
    channel: Channel
    provider: str | None
    count: int
    oldest: dt.datetime

    @classmethod
    def of(cls, row: Row[MessageState, Channel, str | None, int, dt.datetime]) -> "CountView":
        """From a row of the counts."""
        state, channel, provider, count, oldest = row
        return cls(
            state=state,
            state_label=MESSAGE_STATES.label(state),
            channel=channel,
            provider=provider,
            count=count,
            oldest=oldest,
        )


class ReplayBody(ReasonBody):
    """Why a message is sent again."""

    may_repeat: Annotated[bool, Field(description="结果不明的消息：确认收件人可能收到两次")] = False
