"""What is told later: events that waited, and what is told to all households of a region, page by page."""

import asyncio
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages.domain import Recipient, RecipientKind
from services.notification.rules.facts import PAYLOADS_BY_NAME
from services.notification.rules.service import rules_in_force
from services.notification.telling import repository as telling_repository
from services.notification.telling.domain import KnownHousehold, Waits
from services.notification.telling.occasions import occasions_under, region_of
from services.notification.telling.repository import Waited
from services.notification.telling.service import AGAIN_AFTER, Batch, Limits, Telling, Turn, held, queue_all, tell
from shared import clock
from shared.database.connections import Database
from shared.messaging.events import Event, parse_event
from shared.worker.transient import is_transient, run_forever

AT_ONCE = 500
PAGE = 2000
"""Households of a page"""
LOOK_EVERY_SECONDS = 2.0
log = structlog.get_logger()

KNOWN = {payload.event_type: payload for payload in PAYLOADS_BY_NAME.values()}


def restored(envelopes: Collection[str]) -> list[Event]:
    """The events in these envelopes; one of a kind that a later release does not know any more is left out."""
    read = [parse_event(one.encode(), KNOWN) for one in envelopes]
    return [event for event in read if event is not None]


async def tell_waiting_of(session: AsyncSession, codes: Collection[str], limits: Limits) -> int:
    """Tells what waited for households that have become known."""
    return await tell_taken(session, await telling_repository.take_waiting_of(session, codes), limits)


async def tell_waiting(database: Database, limits: Limits) -> int:
    """Tells what has waited long enough, and what a household became known for in the moment when it began to wait."""
    told = 0
    while True:
        now = clock.now()
        async with database.transaction() as session:
            taken = await telling_repository.take_waiting_due(session, now, AT_ONCE)
            told += await tell_taken(session, taken, limits)
        if len(taken) < AT_ONCE:
            return told


async def tell_taken(session: AsyncSession, taken: Sequence[Waited], limits: Limits) -> int:
    """Tells what has waited, together; each alone when that fails, so that one which cannot be told holds up no other:
    it waits on.
    """
    if not taken:
        return 0
    try:
        async with session.begin_nested():
            return await _tell_taken(session, taken, limits)
    except Exception as error:
        if is_transient(error):
            raise
        if len(taken) > 1:
            return sum([await tell_taken(session, [one], limits) for one in taken])
        log.exception("waiting_event_failed", id=str(taken[0].id))
        again = {**taken[0]._asdict(), "try_at": clock.now() + AGAIN_AFTER, "why": Waits.WORDS}
        await telling_repository.store_waiting(session, [again])
        return 0


async def _tell_taken(session: AsyncSession, taken: Sequence[Waited], limits: Limits) -> int:
    """Those that have waited long enough for the last time: their households are not waited for any more."""
    now, told = clock.now(), 0
    for turn in (Turn.AGAIN, Turn.LAST):
        ones = [one for one in taken if (now - one.since >= limits.patience) is (turn is Turn.LAST)]
        since = {one.id: one.since for one in ones}
        told += await tell(session, restored([one.envelope for one in ones]), limits, turn, since)
    return told


async def tell_page(session: AsyncSession, limits: Limits) -> int | None:
    """Tells the next page of households of the oldest event that is told to many; None where there is nothing to do.

    A page, its place and its notifications are one transaction: after a crash it goes on where it was. Households whose
    words cannot be made hold up nobody: their page comes again after the last one, until the event is too old.
    """
    now = clock.now()
    job = await telling_repository.lock_fan_out(session, now)
    if job is None:
        return None
    rules, events = await rules_in_force(session), restored([job.envelope])
    occasions = [
        replace(occasion, key=job.cause)
        for event in events
        for rule in rules.of(event.data.event_name, region_of(event))
        if rule.rule.name == job.rule
        for occasion in occasions_under(event, rule)
    ]
    households: Sequence[KnownHousehold] = []
    batch = Batch([], {}, [])
    if job.try_at > job.begun_at and now - job.begun_at > dt.timedelta(days=limits.oldest_days):
        await telling_repository.store_too_old(
            session, [(job.rule, event.data.event_name, event.correlation, event.time.date()) for event in events]
        )
        job.done_at = now
        return 0
    if occasions:  # else the rule was paused or tells of another event by now
        (occasion,) = occasions
        households = await telling_repository.page_of_households(
            session, occasion.region, occasion.types_told, job.told_up_to, PAGE
        )
        for household in households:
            facts = held(occasion, household, batch)
            if facts is not None:
                recipient = household.recipient
                # whoever has two shops is told once, unless the words are about the shop
                of_shop = occasion.rule.wants_household
                keyed_by = Recipient(RecipientKind.HOUSEHOLD, household.uscc) if of_shop else recipient
                batch.tellings.append(Telling(occasion, facts, recipient, keyed_by, household.uscc, household.region))
    told = await queue_all(session, batch, now)
    if batch.waiting and job.again_from is None:
        job.again_from = job.told_up_to
    if len(households) == PAGE:
        job.told_up_to = households[-1].uscc
    elif job.again_from is None:
        job.done_at = now
    else:
        job.told_up_to, job.again_from, job.try_at = job.again_from, None, now + AGAIN_AFTER
    return told


async def tell_many(database: Database, limits: Limits) -> None:
    """Until cancelled: page after page of what is told to many."""

    async def carry() -> None:
        while True:
            async with database.transaction() as session:
                told = await tell_page(session, limits)
            if told is None:
                await asyncio.sleep(LOOK_EVERY_SECONDS)

    await run_forever("telling many", carry)
