"""What is told later: events that waited, and what is told to all households of a region, page by page."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages.domain import Recipient, RecipientKind
from services.notification.rules.facts import PAYLOADS_BY_NAME
from services.notification.rules.service import rules_in_force
from services.notification.telling import repository as telling_repository
from services.notification.telling.domain import KnownHousehold
from services.notification.telling.occasions import occasions_under, region_of
from services.notification.telling.service import Batch, Limits, Telling, Turn, held, queue_all, tell
from shared import clock
from shared.database.connections import Database
from shared.messaging.events import Event, parse_event
from shared.worker.transient import run_forever

AT_ONCE = 500
PAGE = 2000
"""Households of a page"""
LOOK_EVERY_SECONDS = 2.0
KNOWN = {payload.event_type: payload for payload in PAYLOADS_BY_NAME.values()}


def restored(envelopes: Collection[str]) -> list[Event]:
    """The events in these envelopes; one of a kind that a later release does not know any more is left out."""
    read = [parse_event(one.encode(), KNOWN) for one in envelopes]
    return [event for event in read if event is not None]


async def tell_waiting_of(session: AsyncSession, codes: Collection[str], limits: Limits) -> int:
    """Tells what waited for households that have become known."""
    envelopes = await telling_repository.take_waiting_of(session, codes)
    return await tell(session, restored(envelopes), limits, Turn.AGAIN) if envelopes else 0


async def tell_waiting(database: Database, limits: Limits) -> int:
    """Tells what has waited long enough, and what a household became known for in the moment when it began to wait."""
    told = 0
    while True:
        now = clock.now()
        async with database.transaction() as session:
            taken = await telling_repository.take_waiting_due(session, now, AT_ONCE)
            patient = restored([envelope for envelope, since in taken if now - since < limits.patience])
            weary = restored([envelope for envelope, since in taken if now - since >= limits.patience])
            told += await tell(session, patient, limits, Turn.AGAIN) + await tell(session, weary, limits, Turn.LAST)
        if len(taken) < AT_ONCE:
            return told


async def tell_page(session: AsyncSession) -> int | None:
    """Tells the next page of households of the oldest event that is told to many; None where there is nothing to do.

    A page, its place and its notifications are one transaction: after a crash it goes on where it was.
    """
    job = await telling_repository.lock_fan_out(session)
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
    if occasions:  # else the rule was paused or tells of another event by now
        (occasion,) = occasions
        households = await telling_repository.page_of_households(
            session, occasion.region, occasion.types_told, job.told_up_to, PAGE
        )
        for household in households:
            facts = held(occasion, household, batch)
            if facts is not None:
                keyed_by = Recipient(RecipientKind.HOUSEHOLD, household.uscc)
                batch.tellings.append(
                    Telling(occasion, facts, household.recipient, keyed_by, household.uscc, household.region)
                )
    told = await queue_all(session, batch, clock.now())
    if len(households) < PAGE:
        job.done_at = clock.now()
    else:
        job.told_up_to = households[-1].uscc
    return told


async def tell_many(database: Database) -> None:
    """Until cancelled: page after page of what is told to many."""

    async def carry() -> None:
        while True:
            async with database.transaction() as session:
                told = await tell_page(session)
            if told is None:
                await asyncio.sleep(LOOK_EVERY_SECONDS)

    await run_forever("telling many", carry)
