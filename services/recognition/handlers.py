"""Handlers of the events of the typing and objection services.

Typing's events update the copy of households and of published counts. After an upheld objection a household on public
notice is refused and the first of the reserve takes its place; the event may arrive after the notice was cleared, from
another partition, so every undecided application is refused. For a recognised household a concern is raised.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications.domain import ApplicationState
from services.recognition.examination.clearing import on_notice_cleared
from services.recognition.monitoring.service import reassess, sync_recognitions
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.domain import ConcernKind, RecognitionState
from services.recognition.recognitions.service import raise_concern
from services.recognition.registers import repository as register_repository
from services.recognition.registers.objections import STAGE_LABELS, save_objection
from services.recognition.resources import Resources
from services.recognition.season import repository as season_repository
from services.recognition.selection.service import refuse_and_promote_reserve
from shared.contracts.objection import ObjectionState, ObjectionUpheld, PublicNoticeCleared
from shared.contracts.payload import Payload
from shared.contracts.typing import HouseholdChanged, HouseholdTyped, TypingAdjusted, TypingRunPublished
from shared.messaging.events import Event
from shared.messaging.inbox import latest_per_subject
from shared.platform import audit, household_copy
from shared.platform.service import BatchEventHandler, EventHandler
from shared.platform.system_callers import BUS


async def on_run_published(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """The published counts, from which quotas are computed."""
    published = event.payload(TypingRunPublished)
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
    await apply_upheld_objection(session, event.payload(ObjectionUpheld))


async def on_households_typed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """The types of many households, from a published run."""
    await apply_types(session, [event.payload(HouseholdTyped) for event in latest_per_subject(events)])


async def on_typing_adjusted(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types that changed after a run was published."""
    await apply_types(session, [event.payload(TypingAdjusted) for event in latest_per_subject(events)])


async def on_households_changed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """New or changed register entries: update the copy and judge applications and recognitions again."""
    others = await household_copy.apply_changed(
        session, [event.payload(HouseholdChanged) for event in latest_per_subject(events)]
    )
    await application_repository.lock_running(session, others)  # locked before recognitions
    await sync_recognitions(session, await recognition_repository.recognised_codes(session, others))
    await reassess(session, others, BUS)


async def apply_types(session: AsyncSession, households: Sequence[HouseholdTyped]) -> None:
    """Store new types and judge the households that apply or are recognised again."""
    await household_copy.apply_typed(session, households)
    await reassess(session, [household.uscc for household in households], BUS)


async def apply_upheld_objection(session: AsyncSession, objection: ObjectionUpheld) -> None:
    """For an objection to a public notice, `subject` is the application. Handling the event twice changes nothing."""
    if objection.against != "public-notice" or objection.subject is None:
        return
    unlocked = await application_repository.get_application(session, objection.subject, "")
    if unlocked is None or unlocked.uscc != objection.uscc:
        return
    await season_repository.get_season(
        session, unlocked.season_id, "", lock=True
    )  # before the application, as in a selection
    application = await application_repository.get_application(session, objection.subject, "", lock=True)
    if application is None:
        return
    if application.state == ApplicationState.RECOGNISED:
        await flag_upheld_objection(session, application.id, objection)
    elif application.state == ApplicationState.IN_PROGRESS:
        await refuse_and_promote_reserve(session, application, f"公示期间的异议成立：{objection.reason}", BUS)


async def flag_upheld_objection(session: AsyncSession, application_id: UUID, objection: ObjectionUpheld) -> None:
    """The household is recognised already: raise a concern."""
    recognition = await recognition_repository.lock_recognition_of_application(session, application_id)
    if recognition is None or recognition.state != RecognitionState.VALID:
        return
    if raise_concern(recognition, ConcernKind.OBJECTION, f"公示期间的异议成立：{objection.reason}"):
        await audit.record(session, recognition, BUS, "recognition:objection", {"objection": str(objection.objection)})


HANDLERS: Mapping[type[Payload], EventHandler[Resources]] = {
    TypingRunPublished: on_run_published,
    PublicNoticeCleared: on_public_notice_cleared,
    ObjectionUpheld: on_objection_upheld,
    **dict.fromkeys(STAGE_LABELS, on_objection_state),
}
BATCH_HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    HouseholdTyped: on_households_typed,
    TypingAdjusted: on_typing_adjusted,
    HouseholdChanged: on_households_changed,
}
"""Events are handled in batches: a published run has one for every household of a province."""
