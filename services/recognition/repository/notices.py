"""Reads of public notices."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ENDED
from services.recognition.models import Application, NoticeItem, PublicNotice
from services.recognition.repository.regions import inside


async def get(session: AsyncSession, notice_id: uuid.UUID, scope: str, *, lock: bool = False) -> PublicNotice | None:
    """A notice inside a region."""
    query = select(PublicNotice).where(
        PublicNotice.id == notice_id, PublicNotice.county.startswith(scope, autoescape=True)
    )
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def listed(
    session: AsyncSession, scope: str, after: tuple[dt.date, uuid.UUID] | None, limit: int
) -> Sequence[PublicNotice]:
    """Notices below a region, the newest first; `after`: first day and id of the last one seen."""
    query = select(PublicNotice).where(inside(PublicNotice.county, scope))
    if after is not None:
        query = query.where(tuple_(PublicNotice.opens_on, PublicNotice.id) < after)
    query = query.order_by(PublicNotice.opens_on.desc(), PublicNotice.id.desc())
    return (await session.execute(query.limit(limit))).scalars().all()


async def page(
    session: AsyncSession, notice_id: uuid.UUID, after: uuid.UUID | None, limit: int
) -> Sequence[Application]:
    """Some of the applications that are still on a notice, by id."""
    query = _still_on(notice_id)
    if after is not None:
        query = query.where(NoticeItem.application_id > after)
    return (await session.execute(query.limit(limit))).scalars().all()


async def items(session: AsyncSession, notice_id: uuid.UUID) -> Sequence[Application]:
    """All applications that are still on a notice, by id, locked."""
    return (await session.execute(_still_on(notice_id).with_for_update(of=Application))).scalars().all()


def _still_on(notice_id: uuid.UUID) -> Select[Application]:
    """Those that have not ended since (refused, withdrawn)."""
    return (
        select(Application)
        .join(NoticeItem, NoticeItem.application_id == Application.id)
        .where(NoticeItem.notice_id == notice_id, Application.state.not_in([state.value for state in ENDED]))
        .order_by(NoticeItem.application_id)
    )


async def on_a_notice(session: AsyncSession, applications: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of the applications are on some notice already."""
    query = select(NoticeItem.application_id).where(NoticeItem.application_id.in_(applications))
    return frozenset((await session.execute(query)).scalars())


async def of_applications(
    session: AsyncSession, applications: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, Sequence[PublicNotice]]:
    """The notices that each of the applications is on; none for one that is on none."""
    query = (
        select(NoticeItem.application_id, PublicNotice)
        .join(PublicNotice, PublicNotice.id == NoticeItem.notice_id)
        .where(NoticeItem.application_id.in_(applications))
    )
    found = defaultdict[uuid.UUID, list[PublicNotice]](list)
    for application_id, notice in await session.execute(query):
        found[application_id].append(notice)
    return found
