"""Reads of the copy of households."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.registers.models import Household
from shared.contracts.payload import StatePayload
from shared.contracts.typing import HouseholdTyped
from shared.database.direct import fetch
from shared.messaging.events import Event
from shared.messaging.inbox import latest_per_subject
from shared.platform.household_copy import HouseholdCopy

HOUSEHOLDS = HouseholdCopy(Household)
CODES_OF_OPERATOR = text("select uscc from household where operator_ref = :operator_ref order by uscc")
REVISIONS = "SELECT uscc, {of}_revision FROM household WHERE uscc = ANY($1::text[])"
TYPED, CHANGED = (REVISIONS.format(of=of) for of in ("typed", "changed"))


async def codes_of_operator(session: AsyncSession, operator_ref: str) -> Sequence[str]:
    """The households whose operator somebody is now."""
    return (await session.execute(CODES_OF_OPERATOR, {"operator_ref": operator_ref})).scalars().all()


async def newly_typed(session: AsyncSession, events: Sequence[Event]) -> list[Event]:
    """Of each household the latest of the events that say something later of its type than the copy knows.

    It says the type that the earliest of them replaced: the household was told of nothing in between, so that a change
    is told also where a later event of the same batch changes nothing.
    """
    known = await _revisions(session, TYPED, events)
    fresh = [event for event in events if revision_of(event) > known.get(event.subject, 0)]
    if len({event.subject for event in fresh}) == len(fresh):
        return fresh
    first: dict[str, Event] = {}
    for event in sorted(fresh, key=revision_of):
        first.setdefault(event.subject, event)
    return [_typed_since(first[event.subject], event) for event in latest_per_subject(fresh)]


def _typed_since(first: Event, last: Event) -> Event:
    """The last event, with the type before the first."""
    if first is last:
        return last
    before = first.payload(HouseholdTyped).previous_type
    return replace(last, data=last.data.model_copy(update={"previous_type": before}))


async def newly_changed(session: AsyncSession, events: Sequence[Event]) -> list[Event]:
    """The events that say something later than the copy knows of the household's register entry."""
    known = await _revisions(session, CHANGED, events)
    return [event for event in events if revision_of(event) > known.get(event.subject, 0)]


async def _revisions(session: AsyncSession, statement: str, events: Sequence[Event]) -> Mapping[str, int]:
    """By household, as the statement reads them."""
    rows = await fetch(session, statement, [event.subject for event in events])
    return {row[0]: row[1] for row in rows}


def revision_of(event: Event) -> int:
    """The revision of a state."""
    if not isinstance(event.data, StatePayload):
        raise TypeError(f"{event.data.event_type} has no revision")
    return event.data.revision
