"""Handlers of the events of typing and recognition: what objections can be about, and what became of upheld ones."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.registers import repository as register_repository
from services.objection.registers.models import PublishedRun
from services.objection.resources import Resources
from shared import clock
from shared.contracts.payload import Payload
from shared.contracts.typing import HouseholdChanged, HouseholdTyped, TypingAdjusted, TypingRunPublished
from shared.messaging.events import Event
from shared.messaging.inbox import latest_per_subject
from shared.platform import household_copy
from shared.platform.service import BatchEventHandler, EventHandler


async def on_run_published(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """A published run: its results can be objected to from the day after."""
    published = event.payload(TypingRunPublished)
    row = PublishedRun(
        run=published.run,
        region=published.region,
        year=published.year,
        policy=published.policy,
        published_on=event.time.astimezone(clock.CHINA).date(),
        published_by=event.actor,
    )
    await register_repository.save_run(session, row)


async def on_households_typed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types in force, of a published run or after a correction."""
    latest = latest_per_subject(events)
    await household_copy.apply_typed(session, [event.payload(HouseholdTyped) for event in latest])


async def on_typing_adjusted(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types that an upheld objection changed."""
    latest = latest_per_subject(events)
    await household_copy.apply_typed(session, [event.payload(TypingAdjusted) for event in latest])


async def on_households_changed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """New or changed register entries."""
    latest = latest_per_subject(events)
    await household_copy.apply_changed(session, [event.payload(HouseholdChanged) for event in latest])


HANDLERS: Mapping[type[Payload], EventHandler[Resources]] = {TypingRunPublished: on_run_published}
BATCH_HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    HouseholdTyped: on_households_typed,
    TypingAdjusted: on_typing_adjusted,
    HouseholdChanged: on_households_changed,
}
"""Events are handled in batches: a published run has one for every household of a province."""
