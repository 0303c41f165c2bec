"""Handlers of the events of the typing and objection services.

Typing's events update the copy of households and of published counts; objections let applications go on, hold them, and
change what was decided (`objections`).
"""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.examination.clearing import on_notice_cleared
from services.recognition.handed_in.service import hear_hand_in
from services.recognition.monitoring.service import reassess, sync_recognitions
from services.recognition.monitoring.waiting import count_waiting
from services.recognition.objections.admissions import admit_adjusted
from services.recognition.objections.reports import hear_report
from services.recognition.objections.service import apply_upheld
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.registers import repository as register_repository
from services.recognition.registers.objections import STAGE_LABELS, save_objection
from services.recognition.resources import Resources
from shared.contracts.notification import HandedIn
from shared.contracts.objection import FraudReported, ObjectionState, ObjectionUpheld, PublicNoticeCleared
from shared.contracts.payload import Payload
from shared.contracts.typing import HouseholdChanged, HouseholdTyped, TypingAdjusted, TypingRunPublished
from shared.messaging.events import Event
from shared.messaging.inbox import latest_per_subject
from shared.platform import household_copy, operator_changes
from shared.platform.service import BatchEventHandler, EventHandler
from shared.platform.system_callers import BUS


async def on_run_published(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """The counts of the year's typing, from which quotas are computed (以每年个体工商户集中分型判定数量为基准)."""
    published = event.payload(TypingRunPublished)
    if published.central:
        await register_repository.save_counts(session, published.year, published.run, published.counts, event.time)


async def on_public_notice_cleared(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """The objection service has no open objection against a closed notice."""
    await on_notice_cleared(session, event.payload(PublicNoticeCleared), event.time)


async def on_objection_state(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """What the objection service says of an objection: kept for the file of what it is about."""
    if isinstance(event.data, ObjectionState):
        await save_objection(session, event.data)


async def on_objection_upheld(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """An objection was upheld."""
    await apply_upheld(session, event.payload(ObjectionUpheld))


async def on_fraud_reported(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """Somebody reported that a recognition was obtained by fraud."""
    await hear_report(session, event.payload(FraudReported))


async def on_households_typed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """The types of many households, from a published run."""
    await apply_types(session, [event.payload(HouseholdTyped) for event in latest_per_subject(events)])


async def on_typing_adjusted(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types that changed after a run was published; some households may apply now, though the period is over."""
    await apply_types(session, [event.payload(TypingAdjusted) for event in latest_per_subject(events)])
    await admit_adjusted(session, [event.payload(TypingAdjusted) for event in events])


async def on_households_changed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """New or changed register entries: update the copy and judge applications and recognitions again."""
    latest = latest_per_subject(events)
    before = await operator_changes.operators_of(session, [event.subject for event in latest])
    others = await household_copy.apply_changed(session, [event.payload(HouseholdChanged) for event in latest])
    told_at = {event.subject: event.time for event in latest if event.subject in set(others)}
    await operator_changes.note_new_operators(session, before, told_at)
    await application_repository.lock_running(session, others)  # locked before recognitions
    await sync_recognitions(session, await recognition_repository.recognised_codes(session, others))
    await count_waiting(session, {event.subject for event in latest}, BUS)
    await reassess(session, others, BUS)


async def apply_types(session: AsyncSession, households: Sequence[HouseholdTyped]) -> None:
    """Store new types and judge the households that apply or are recognised again."""
    await household_copy.apply_typed(session, households)
    await count_waiting(session, {household.uscc for household in households}, BUS)
    await reassess(session, [household.uscc for household in households], BUS)


async def on_handed_in(session: AsyncSession, event: Event, resources: Resources) -> None:
    """Somebody handed an application in at a national system."""
    await hear_hand_in(session, event, resources)


HAND_INS: Mapping[type[Payload], EventHandler[Resources]] = {HandedIn: on_handed_in}
"""Heard by a consumer of their own: nobody's application waits behind a published run."""
HANDLERS: Mapping[type[Payload], EventHandler[Resources]] = {
    TypingRunPublished: on_run_published,
    PublicNoticeCleared: on_public_notice_cleared,
    ObjectionUpheld: on_objection_upheld,
    FraudReported: on_fraud_reported,
    **dict.fromkeys(STAGE_LABELS, on_objection_state),
}
BATCH_HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    HouseholdTyped: on_households_typed,
    TypingAdjusted: on_typing_adjusted,
    HouseholdChanged: on_households_changed,
}
"""Events are handled in batches: a published run has one for every household of a province."""
