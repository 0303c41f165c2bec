"""SQL of telling: households, events that wait or were too old, what is told to many, samples. Any number at once."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ARRAY, String, Uuid, any_, bindparam, delete, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages.models import EndedMatter, Notification
from services.notification.registers.models import Household
from services.notification.telling.domain import KnownHousehold
from services.notification.telling.models import FanOut, RecentEvent, WaitingEvent
from shared import clock
from shared.database.direct import fetch

KNOWN = select(
    Household.uscc,
    Household.name,
    Household.region,
    Household.operator_ref,
    Household.type,
    Household.typed_year,
    Household.status,
)
BY_CODE = """
    SELECT uscc, name, region, operator_ref, type, typed_year, status FROM household WHERE uscc = ANY($1::text[])
"""
TOLD = select(Notification.id).where(Notification.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
STORE_TOO_OLD = text(
    """
    INSERT INTO too_old (rule, event, chain, written_on, heard_at)
    SELECT n.rule, n.event, n.chain, n.written_on, :heard_at
    FROM unnest(CAST(:rule AS text[]), CAST(:event AS text[]), CAST(:chain AS text[]), CAST(:written_on AS date[]))
        AS n(rule, event, chain, written_on)
    ON CONFLICT DO NOTHING
    """
)


async def households(session: AsyncSession, codes: Collection[str]) -> Mapping[str, KnownHousehold]:
    """Those that the copy knows, by code."""
    if not codes:
        return {}
    return {row[0]: KnownHousehold(*row) for row in await fetch(session, BY_CODE, list(codes))}


async def told(session: AsyncSession, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these notifications there are."""
    return set((await session.execute(TOLD, {"ids": list(ids)})).scalars())


async def ended_matters(
    session: AsyncSession, matters: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], dt.datetime]:
    """Of these, each a rule and a matter, those that have ended, and when."""
    if not matters:
        return {}
    query = select(EndedMatter).where(tuple_(EndedMatter.rule, EndedMatter.matter).in_(matters))
    return {(one.rule, one.matter): one.ended_at for one in (await session.execute(query)).scalars()}


async def store_too_old(session: AsyncSession, rows: Collection[tuple[str, str, str, dt.date]]) -> None:
    """Rule, event, chain and day of what was too old; those that are there stay."""
    columns = dict(zip(("rule", "event", "chain", "written_on"), map(list, zip(*rows, strict=True)), strict=True))
    await session.execute(STORE_TOO_OLD, {**columns, "heard_at": clock.now()})


async def store_waiting(session: AsyncSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Events that wait; those that wait already go on."""
    await session.execute(insert(WaitingEvent).on_conflict_do_nothing(), list(rows))


class Waited(NamedTuple):
    """An event that waited, as its row was."""

    id: uuid.UUID
    uscc: str | None
    envelope: str
    since: dt.datetime


WAITED = (WaitingEvent.id, WaitingEvent.uscc, WaitingEvent.envelope, WaitingEvent.since)


async def take_waiting_of(session: AsyncSession, codes: Collection[str]) -> Sequence[Waited]:
    """The events that wait for these households, in the order in which they came; they do not wait any longer."""
    query = delete(WaitingEvent).where(WaitingEvent.uscc == any_(bindparam("codes", type_=ARRAY(String))))
    rows = await session.execute(query.returning(*WAITED), {"codes": list(codes)})
    return sorted((Waited(*row) for row in rows), key=lambda one: one.since)


async def take_waiting_due(session: AsyncSession, now: dt.datetime, limit: int) -> Sequence[Waited]:
    """Events that are to be tried again: those that are due, and those whose
    household has become known.
    """
    heard = select(Household.uscc).where(Household.uscc == WaitingEvent.uscc).exists()
    ready = select(WaitingEvent.id).where(or_(WaitingEvent.try_at <= now, heard & (WaitingEvent.why == "household")))
    ready = ready.order_by(WaitingEvent.since).limit(limit).with_for_update(skip_locked=True)
    query = delete(WaitingEvent).where(WaitingEvent.id.in_(ready))
    rows = await session.execute(query.returning(*WAITED))
    return sorted((Waited(*row) for row in rows), key=lambda one: one.since)


async def begin_fan_out(session: AsyncSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Events to be told to many; those that were begun before are not begun again."""
    await session.execute(insert(FanOut).on_conflict_do_nothing(), list(rows))


async def lock_fan_out(session: AsyncSession, now: dt.datetime) -> FanOut | None:
    """The oldest that is not done and does not wait for better words, locked."""
    query = select(FanOut).where(FanOut.done_at.is_(None), FanOut.try_at <= now).order_by(FanOut.begun_at).limit(1)
    return (await session.execute(query.with_for_update(skip_locked=True))).scalar_one_or_none()


async def page_of_households(
    session: AsyncSession, region: str, types: Sequence[str], after: str, limit: int
) -> Sequence[KnownHousehold]:
    """Registered households of a region with these types, by code."""
    query = KNOWN.where(Household.region.startswith(region, autoescape=True), Household.uscc > after)
    query = query.where(Household.type.in_(types), Household.status == "registered")
    return [KnownHousehold(*row) for row in await session.execute(query.order_by(Household.uscc).limit(limit))]


async def store_recent(session: AsyncSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Samples, in the place of older ones."""
    written = insert(RecentEvent)
    changed = {name: written.excluded[name] for name in ("id", "region", "envelope", "heard_at")}
    await session.execute(
        written.on_conflict_do_update(index_elements=["event", "province", "slot"], set_=changed), list(rows)
    )


async def recent(session: AsyncSession, event: str, region: str) -> Sequence[RecentEvent]:
    """Samples of a kind of event from a region, the newest first."""
    query = select(RecentEvent).where(
        RecentEvent.event == event, RecentEvent.region.startswith(region, autoescape=True)
    )
    return (await session.execute(query.order_by(RecentEvent.heard_at.desc()))).scalars().all()


async def recent_by_id(session: AsyncSession, event_id: str, region: str) -> RecentEvent | None:
    """One sample."""
    query = select(RecentEvent).where(
        RecentEvent.id == event_id, RecentEvent.region.startswith(region, autoescape=True)
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none()
