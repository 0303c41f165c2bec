"""The copies of open public notices, and of the applications that ended: who is still on a notice follows from both,
in whatever order they were heard.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.registers.models import (
    PublicationEndedApplication as Ended,
    PublicationNotice as Notice,
    PublicationNoticeItem as Item,
)
from shared.contracts.recognition import (
    ApplicationNotSelected,
    ApplicationRefused,
    ApplicationWithdrawn,
    PublicNoticeClosed,
    PublicNoticeOpened,
)
from shared.messaging.events import Event

NOTICE_EVENTS = (
    ApplicationNotSelected,
    ApplicationRefused,
    ApplicationWithdrawn,
    PublicNoticeOpened,
    PublicNoticeClosed,
)
"""What these copies are made of."""


@dataclass(frozen=True)
class NoticedHousehold:
    """One household that a county intends to recognise."""

    uscc: str
    name: str
    category: str


@dataclass(frozen=True)
class NoticeFacts:
    """An open notice, and who is still on it."""

    id: uuid.UUID
    region: str
    opens_on: dt.date
    closes_on: dt.date
    households: Sequence[NoticedHousehold]


async def apply_notices(session: AsyncSession, events: Sequence[Event]) -> list[NoticeFacts]:
    """Applies what was heard; the open notices that it may have changed. The caller holds the lock on the copies."""
    ended: dict[uuid.UUID, dt.datetime] = {}
    opened: dict[uuid.UUID, tuple[PublicNoticeOpened, dt.datetime]] = {}
    closed: set[uuid.UUID] = set()
    for event in events:
        match event.data:
            case ApplicationNotSelected() | ApplicationRefused() | ApplicationWithdrawn() as said:
                ended[said.application] = max(event.time, ended.get(said.application, event.time))
            case PublicNoticeOpened() as said:
                opened.setdefault(said.public_notice, (said, event.time))
            case PublicNoticeClosed() as said:
                closed.add(said.public_notice)
            case _:
                continue
    if ended:
        await _note_ended(session, ended)
    if opened:
        await _note_opened(session, opened)
    if closed:
        await session.execute(delete(Notice).where(Notice.id.in_(closed)))
    concerned = select(Item.notice).where(Item.application.in_(ended))
    notices = await session.scalars(select(Notice).where(Notice.id.in_(opened) | Notice.id.in_(concerned)))
    return [await _facts(session, one) for one in notices.all()]


async def _note_ended(session: AsyncSession, ended: dict[uuid.UUID, dt.datetime]) -> None:
    values = [{"application": one, "ended_at": ended[one]} for one in sorted(ended)]
    statement = insert(Ended).values(values)
    latest = func.greatest(Ended.ended_at, statement.excluded.ended_at)
    await session.execute(statement.on_conflict_do_update(index_elements=["application"], set_={"ended_at": latest}))


async def _note_opened(session: AsyncSession, opened: dict[uuid.UUID, tuple[PublicNoticeOpened, dt.datetime]]) -> None:
    notices: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for said, opened_at in opened.values():
        days = {"opens_on": said.opens_on, "closes_on": said.closes_on}
        notices.append({"id": said.public_notice, "region": said.region, "opened_at": opened_at, **days})
        items += [
            {"notice": said.public_notice, "position": position, **one.model_dump()}
            for position, one in enumerate(said.items)
        ]
    await session.execute(insert(Notice).on_conflict_do_nothing(), notices)
    if items:
        await session.execute(insert(Item).on_conflict_do_nothing(), items)


async def _facts(session: AsyncSession, notice: Notice) -> NoticeFacts:
    off = exists().where(Ended.application == Item.application, Ended.ended_at >= notice.opened_at)
    query = select(Item.uscc, Item.name, Item.category).where(Item.notice == notice.id, ~off).order_by(Item.position)
    households = [NoticedHousehold(*row) for row in await session.execute(query)]
    return NoticeFacts(notice.id, notice.region, notice.opens_on, notice.closes_on, households)
