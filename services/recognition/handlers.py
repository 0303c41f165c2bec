"""What recognition does when it hears of typing (it keeps a copy of households and counts) and of objections."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.repository import applications, households, recognitions
from services.recognition.service.clocked import BUS
from services.recognition.service.movements import follow
from services.recognition.service.objections import hear_upheld
from services.recognition.service.public_notices import hear_cleared
from services.recognition.service.rechecking import recheck
from shared.contracts.objection import ObjectionUpheld, PublicNoticeCleared
from shared.contracts.typing import HouseholdChanged, HouseholdTyped, TypingAdjusted, TypingRunPublished
from shared.messaging.consumer import BatchHandler, Handler
from shared.messaging.events import Event, Payload
from shared.messaging.revisions import newest


def handlers() -> dict[type[Payload], Handler]:
    """Event → use case, one by one."""

    async def published(session: AsyncSession, event: Event) -> None:
        said = event.payload(TypingRunPublished)
        await households.keep_counts(session, said.year, said.run, said.counts, event.time)

    async def cleared(session: AsyncSession, event: Event) -> None:
        await hear_cleared(session, event.payload(PublicNoticeCleared), event.time)

    async def upheld(session: AsyncSession, event: Event) -> None:
        await hear_upheld(session, event.payload(ObjectionUpheld))

    return {TypingRunPublished: published, PublicNoticeCleared: cleared, ObjectionUpheld: upheld}


def batch_handlers() -> dict[type[Payload], BatchHandler]:
    """Event → use case, many of a kind at once: a published run tells of every household of a province."""

    async def typed(session: AsyncSession, events: Sequence[Event]) -> None:
        await keep_types(session, [event.payload(HouseholdTyped) for event in newest(events)])

    async def adjusted(session: AsyncSession, events: Sequence[Event]) -> None:
        await keep_types(session, [event.payload(TypingAdjusted) for event in newest(events)])

    async def changed(session: AsyncSession, events: Sequence[Event]) -> None:
        others = await households.apply_changed(session, [event.payload(HouseholdChanged) for event in newest(events)])
        await applications.running_of(session, others)  # locked before recognitions are, as everywhere
        await follow(session, await recognitions.recognised_among(session, others))
        await recheck(session, others, BUS)

    return {HouseholdTyped: typed, TypingAdjusted: adjusted, HouseholdChanged: changed}


async def keep_types(session: AsyncSession, said: Sequence[HouseholdTyped]) -> None:
    """New types; whoever is recognised or applies is judged again by them."""
    await households.apply_typed(session, said)
    await recheck(session, [one.uscc for one in said], BUS)
