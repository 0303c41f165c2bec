"""SQL of hand-ins."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.incoming.domain import (
    ENDED,
    NOT_HANDED_ON,
    SEALED_FOR,
    UNANSWERED,
    HandInKind,
    HandInState,
)
from services.notification.publication.incoming.models import PublicationHandIn as H, PublicationHandInCursor
from services.notification.publication.systems import System
from shared.platform.scope import PROVINCE_DIGITS

COUNTED = (HandInState.RECEIVED, HandInState.TAKEN)


@dataclass(frozen=True)
class HandInFilter:
    """Which hand-ins are listed; None: all."""

    system: System | None = None
    kind: HandInKind | None = None
    state: HandInState | None = None


async def cursor_of(session: AsyncSession, system: System) -> str:
    """How far a system has been read; empty at the beginning."""
    found = await session.get(PublicationHandInCursor, system)
    return found.cursor if found is not None else ""


async def save_cursor(session: AsyncSession, system: System, cursor: str, now: dt.datetime) -> None:
    """Everything before the cursor has been taken in."""
    statement = insert(PublicationHandInCursor).values(system=system, cursor=cursor, read_at=now)
    newer = {"cursor": statement.excluded.cursor, "read_at": statement.excluded.read_at}
    await session.execute(statement.on_conflict_do_update(index_elements=["system"], set_=newer))


async def lock_by_reference(session: AsyncSession, system: System, reference: str) -> H | None:
    """One that came before."""
    query = select(H).where(H.system == system, H.reference == reference)
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def same_fact(
    session: AsyncSession, kind: HandInKind, region: str, uscc: str | None, year: int | None
) -> H | None:
    """The same fact of an annual report under another number: the closing of a region or of a larger one around it, the
    report of a household.
    """
    around = H.region.in_([region[:digits] for digits in range(2, len(region) + 1, 2)])
    about = around if kind is HandInKind.REPORTS_CLOSED else H.uscc == uscc
    query = select(H).where(H.kind == kind, H.year == year, H.state.in_(COUNTED), about)
    return (await session.execute(query.order_by(H.number).limit(1))).scalar_one_or_none()


async def lock_to_hand_on(session: AsyncSession, after: int, limit: int) -> Sequence[H]:
    """What was not handed on yet, in the order of arrival."""
    query = select(H).where(H.state.in_(NOT_HANDED_ON), H.number > after).order_by(H.number).limit(limit)
    return (await session.execute(query.with_for_update())).scalars().all()


async def oldest_unanswered(session: AsyncSession, system: System) -> dt.datetime | None:
    """Since when the one waits for its answer that has waited longest."""
    query = select(H.handed_on_at).where(H.system == system, H.state == HandInState.HANDED_ON)
    return await session.scalar(query.order_by(H.handed_on_at).limit(1))


async def lock_by_result(session: AsyncSession, kind: HandInKind, result: uuid.UUID) -> Sequence[H]:
    """What led to something here or was matched with it, and has not been said to be over."""
    query = select(H).where(H.kind == kind, H.result == result, H.state.in_((HandInState.TAKEN, HandInState.MATCHED)))
    return (await session.execute(query.order_by(H.number).with_for_update())).scalars().all()


async def lock_hand_in(session: AsyncSession, hand_in: uuid.UUID) -> H | None:
    """One by its id."""
    return await session.get(H, hand_in, with_for_update=True, populate_existing=True)


async def next_untold(session: AsyncSession, system: System, now: dt.datetime) -> H | None:
    """One that is over and whose system is to be told now."""
    query = select(H).where(H.system == system, H.state.in_(ENDED), H.told_at.is_(None), H.try_at <= now)
    return (await session.execute(query.order_by(H.try_at, H.number).limit(1))).scalar_one_or_none()


async def list_hand_ins(
    session: AsyncSession, scope: str, wanted: HandInFilter, before: int | None, limit: int
) -> Sequence[H]:
    """Of a region, the newest first. What could not be read belongs to nobody's county: provinces see it."""
    query = _listed(scope, wanted)
    if before is not None:
        query = query.where(H.number < before)
    return (await session.execute(query.order_by(H.number.desc()).limit(limit))).scalars().all()


async def list_waiting(
    session: AsyncSession, scope: str, wanted: HandInFilter, after: int | None, limit: int
) -> Sequence[H]:
    """Applications and objections of a region that nobody has answered yet, in the order of arrival."""
    query = _listed(scope, wanted).where(H.kind.in_(tuple(SEALED_FOR)), H.state.in_(UNANSWERED))
    if after is not None:
        query = query.where(H.number > after)
    return (await session.execute(query.order_by(H.number).limit(limit))).scalars().all()


def _listed(scope: str, wanted: HandInFilter) -> Select[H]:
    inside = H.region.startswith(scope, autoescape=True)
    query = select(H).where(or_(inside, H.region == "") if len(scope) <= PROVINCE_DIGITS else inside)
    for column, value in ((H.system, wanted.system), (H.kind, wanted.kind), (H.state, wanted.state)):
        if value is not None:
            query = query.where(column == value)
    return query
