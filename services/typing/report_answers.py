"""What became of each message that other systems write on ``annual-report.events``, said on a topic of its own."""

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER
from shared.contracts.annual_report import AnnualReportAnswered, AnnualReportClosed, AnnualReportFiled
from shared.messaging.dispatch import UnusableMessage
from shared.messaging.events import ChainLink, Event
from shared.messaging.inbox import Fault

Outcome = Literal["taken", "matched", "refused"]
ANSWERED_TOPIC = AnnualReportFiled.topic
KNOWN_TYPES = "、".join(sorted((AnnualReportClosed.event_type, AnnualReportFiled.event_type)))
LONGEST_TEXT = 200
UNNAMED = "unknown"
"""Subject of the answer to bytes that name none."""


async def answer_event(
    session: AsyncSession, event: Event, outcome: Outcome, *, effect: str | None = None, reason: str | None = None
) -> None:
    """Say what became of an event; what this service wrote itself needs no answer."""
    if event.source == ANNOUNCER.source:
        return
    answered = AnnualReportAnswered(
        event=_short(event.id),
        source=_short(event.source),
        type=_short(event.data.event_type),
        outcome=outcome,
        effect=effect,
        reason=reason,
    )
    await ANNOUNCER.announce(session, answered, subject=event.subject, cause=event)


async def answer_unusable(session: AsyncSession, message: UnusableMessage) -> None:
    """Refuse a message that is no event, or one of an unknown type, or whose data do not fit."""
    envelope, identity = message.envelope, message.identity
    answered = AnnualReportAnswered(
        event=_short(identity),
        source=_short(message.source) or None,
        type=_short(envelope.get("type", "")) or None,
        outcome="refused",
        reason=_short(_reason(message), 2000),
    )
    chain = ChainLink(envelope.get("correlationid") or identity, identity) if envelope else None
    subject = _short((message.subject or UNNAMED).replace("\x00", "")) or UNNAMED
    await ANNOUNCER.announce(session, answered, subject=subject, cause=chain)


def _reason(message: UnusableMessage) -> str:
    if message.fault is Fault.UNREADABLE:
        return f"不是可读的 CloudEvents 1.0 事件：{message.cause}"
    if message.fault is Fault.INVALID:
        return f"data 不符合该类型的格式，请核对这些字段：{message.cause}"
    return f"不认识事件类型 {message.envelope.get('type', '')}；本主题接收的类型：{KNOWN_TYPES}"


def _short(text: str, longest: int = LONGEST_TEXT) -> str:
    return text[:longest]
