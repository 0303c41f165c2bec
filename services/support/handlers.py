"""Handlers of the events of typing and recognition: the copies of households and of recognitions, which visits they
make due, and whose entitlements are to be reckoned again.

States may come in any order and more than once: each is kept only if its revision is higher than the one known. Visits
have permanent keys of their own, and follow from nothing that is older than `oldest_occasion_days`.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.calls import officials, service as call_service
from services.support.calls.domain import (
    HeardOccasion,
    SettledOccasion,
    of_change,
    of_recognition,
    of_type,
    settled_by_type,
)
from services.support.entitlements import service as entitlement_service
from services.support.entitlements.domain import Cause
from services.support.monitoring import service as monitoring_service
from services.support.monitoring.domain import GONE, MOVED
from services.support.registers import repository as register_repository
from services.support.registers.models import Household, RecognitionCopy
from services.support.resources import Resources
from services.support.rules.domain import CallReason
from shared import clock
from shared.contracts.payload import Payload
from shared.contracts.recognition import (
    RecognitionCancelled,
    RecognitionExpired,
    RecognitionExtended,
    RecognitionGranted,
    RecognitionReinstated,
    RecognitionRevoked,
    RecognitionStatePayload,
    RecognitionTransferred,
)
from shared.contracts.typing import HouseholdChanged, HouseholdTyped, TypingAdjusted
from shared.messaging.events import Event
from shared.messaging.inbox import latest_per_subject
from shared.platform import household_copy
from shared.platform.operator_changes import note_new_operators
from shared.platform.service import BatchEventHandler, EventHandler

ENDED = (RecognitionCancelled, RecognitionExpired, RecognitionRevoked)
STATES = (RecognitionGranted, RecognitionExtended, RecognitionTransferred, RecognitionReinstated, *ENDED)


async def on_households_typed(session: AsyncSession, events: Sequence[Event], resources: Resources) -> None:
    """Types in force, of a published run or after a correction."""
    fresh = await register_repository.newly_typed(session, latest_per_subject(events))
    if not fresh:
        return
    await household_copy.apply_typed(session, [said_of(event) for event in fresh])
    await register_repository.keep_year_types(session, [said_of(event) for event in fresh])
    await register_repository.fill_trades(session, [said_of(event) for event in fresh])
    await entitlement_service.mark(session, [event.subject for event in fresh], Cause.TYPING)
    await call_service.waive_settled(session, [one for event in fresh for one in settled_by_type(said_of(event))])
    recent = [event for event in fresh if is_recent(event, resources)]
    occasions = [one for event in recent for one in of_type(said_of(event), day_of(event))]
    await call_service.make_due_where_it_applies(session, occasions)


def said_of(event: Event) -> HouseholdTyped:
    """The type in force that an event says, of a published run or upon an objection."""
    if not isinstance(event.data, HouseholdTyped):
        raise TypeError(f"{event.data.event_type} says no type")
    return event.data


async def on_households_changed(session: AsyncSession, events: Sequence[Event], resources: Resources) -> None:
    """New or changed register entries."""
    fresh = await register_repository.newly_changed(session, latest_per_subject(events))
    if not fresh:
        return
    before = await register_repository.HOUSEHOLDS.by_code(session, [event.subject for event in fresh])
    occasions = list(changes_in(fresh, before, resources))
    now_in = {event.subject: event.payload(HouseholdChanged).region for event in fresh}
    moved = {code: county for code, county in now_in.items() if code in before and before[code].region != county}
    operators = {code: one.operator_ref for code, one in before.items()}
    session.expunge_all()
    await household_copy.apply_changed(session, [event.payload(HouseholdChanged) for event in fresh])
    await register_repository.replace_trades(session, [event.payload(HouseholdChanged) for event in fresh])
    await note_new_operators(session, operators, {event.subject: event.time for event in fresh})
    await entitlement_service.mark(session, [event.subject for event in fresh], Cause.TYPING)
    await officials.leave_county(session, moved)
    await monitoring_service.end_of_households(session, list(moved), MOVED)
    await call_service.make_due_where_it_applies(session, occasions)
    gone = [event.subject for event in fresh if event.payload(HouseholdChanged).status != "registered"]
    await call_service.waive_of_gone(session, gone)
    await monitoring_service.end_of_households(session, gone, GONE)


def changes_in(
    events: Sequence[Event], before: Mapping[str, Household], resources: Resources
) -> Iterator[HeardOccasion]:
    """Households that changed how or where they do business, as far as the register shows it."""
    for event in events:
        known = before.get(event.subject)
        if known is not None and is_recent(event, resources):
            occasion = of_change(event.payload(HouseholdChanged), known.name, known.region, day_of(event))
            if occasion is not None:
                yield occasion


def is_recent(event: Event, resources: Resources) -> bool:
    """Whether a visit may still follow from it."""
    return clock.now() - event.time <= dt.timedelta(days=resources.settings.oldest_occasion_days)


def day_of(event: Event) -> dt.date:
    """The day on which it was said, in China."""
    return event.time.astimezone(clock.CHINA).date()


async def on_recognition(session: AsyncSession, event: Event, resources: Resources) -> None:
    """A recognition was granted, became another or ended."""
    said = event.data
    if not isinstance(said, RecognitionStatePayload):
        raise TypeError(f"{said.event_type} is no state of a recognition")
    told = RecognitionCopy(
        recognition=said.recognition,
        uscc=said.uscc,
        region=said.region,
        category=said.category,
        valid=not isinstance(said, ENDED),
        benefits_from=said.benefits_from if isinstance(said, RecognitionGranted | RecognitionReinstated) else None,
        valid_until=said.valid_until,
        revision=said.revision,
    )
    is_valid = await register_repository.save_recognition(session, told)
    await entitlement_service.mark(session, [said.uscc], Cause.RECOGNITION)
    if isinstance(said, RecognitionCancelled | RecognitionRevoked) and not is_valid:
        settled = SettledOccasion(CallReason.RECOGNISED, said.uscc, str(said.recognition))
        await call_service.waive_settled(session, [settled])
    lasts = is_valid and said.valid_until >= clock.today()
    if isinstance(said, RecognitionGranted | RecognitionReinstated) and lasts and is_recent(event, resources):
        await call_service.make_due_where_it_applies(session, [of_recognition(said, day_of(event))])


HANDLERS: Mapping[type[Payload], EventHandler[Resources]] = dict.fromkeys(STATES, on_recognition)
BATCH_HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    HouseholdTyped: on_households_typed,
    TypingAdjusted: on_households_typed,
    HouseholdChanged: on_households_changed,
}
"""In batches: a published run has one event for every household of a province."""
