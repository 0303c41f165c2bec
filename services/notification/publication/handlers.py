"""What the publisher does with the events of typing and recognition: keeps its copies, and wants what follows."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.oversight.service import note_runs
from services.notification.publication.records.domain import Urgency
from services.notification.publication.records.procedures import drafts_of_event
from services.notification.publication.records.service import want, want_households
from services.notification.publication.records.standards import standard_draft
from services.notification.publication.registers import repository as registers
from services.notification.resources import Resources
from shared.contracts.payload import Payload
from shared.contracts.recognition import (
    ApplicationCalledUp,
    ApplicationNotSelected,
    ApplicationRefused,
    ApplicationReopened,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CriteriaPublished,
    InformationReportFiled,
    InformationReportOverdue,
    PublicNoticeClosed,
    PublicNoticeOpened,
    RecognitionCancelled,
    RecognitionConfirmed,
    RecognitionExpired,
    RecognitionExtended,
    RecognitionGranted,
    RecognitionListFiled,
    RecognitionOperatorChanged,
    RecognitionReinstated,
    RecognitionRevoked,
    RecognitionTransferred,
    RecommendationSubmitted,
    SupplementDemanded,
    SupplementReceived,
)
from shared.contracts.typing import HouseholdChanged, HouseholdTyped, TypingAdjusted, TypingRunPublished
from shared.database.advisory_locks import AdvisoryLock, take_lock
from shared.law.reader.loading import shipped_policies
from shared.messaging.events import Event
from shared.platform.service import BatchEventHandler

log = structlog.get_logger()


async def on_households_typed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types in force, of a published run or typed again."""
    await take_lock(session, AdvisoryLock.PUBLICATION_COPIES)
    await want_households(session, await registers.apply_typed(session, events), Urgency.BULK)


async def on_typing_adjusted(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types that an upheld objection changed."""
    await take_lock(session, AdvisoryLock.PUBLICATION_COPIES)
    await want_households(session, await registers.apply_typed(session, events), Urgency.URGENT)


async def on_households_changed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Names, counties, and whether the household is registered. A register may rename very many at once: only who has
    moved or is registered no longer goes before everybody else.
    """
    await take_lock(session, AdvisoryLock.PUBLICATION_COPIES)
    await want_households(session, await registers.apply_changed(session, events), Urgency.BULK)


async def on_run_published(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """The standard that the run's types rest on."""
    for event in events:
        said = event.payload(TypingRunPublished)
        policies = await asyncio.to_thread(shipped_policies)
        policy = next((one for one in policies if one.id == said.policy), None)
        if policy is None:  # typed by a release that had another one
            log.warning("policy_not_published", policy=said.policy, region=said.region)
            continue
        await want(session, [standard_draft(said, policy)])
    await note_runs(session, events)


async def on_procedure(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """What follows from an event alone."""
    await want(session, (draft for event in events for draft in drafts_of_event(event)))


async def on_recognitions_and_procedure(session: AsyncSession, events: Sequence[Event], resources: Resources) -> None:
    """Recognitions that end an application, and those of which another operator was seen."""
    await on_recognitions(session, events, resources)
    await on_procedure(session, events, resources)


async def on_recognitions(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Recognitions granted, changed and ended."""
    await take_lock(session, AdvisoryLock.PUBLICATION_COPIES)
    changed = await registers.apply_recognitions(session, events)
    await want_households(session, dict.fromkeys(changed, False), Urgency.URGENT)


BULK_TOPICS = ("typing.events",)
URGENT_TOPICS = ("typing.events", "recognition.events")
RECOGNITION_STATES = (
    RecognitionConfirmed,
    RecognitionExtended,
    RecognitionExpired,
    RecognitionCancelled,
    RecognitionRevoked,
    RecognitionTransferred,
    RecognitionReinstated,
)
PROCEDURE = (
    CriteriaPublished,
    ApplicationSubmitted,
    RecommendationSubmitted,
    ApplicationReturned,
    SupplementDemanded,
    SupplementReceived,
    ApplicationNotSelected,
    ApplicationCalledUp,
    ApplicationReopened,
    ApplicationRefused,
    ApplicationWithdrawn,
    PublicNoticeOpened,
    PublicNoticeClosed,
    InformationReportFiled,
    InformationReportOverdue,
    RecognitionListFiled,
)
BULK_HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    HouseholdTyped: on_households_typed,
    TypingRunPublished: on_run_published,
}
URGENT_HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    TypingAdjusted: on_typing_adjusted,
    HouseholdChanged: on_households_changed,
    RecognitionGranted: on_recognitions_and_procedure,
    RecognitionOperatorChanged: on_recognitions_and_procedure,
    **dict.fromkeys(RECOGNITION_STATES, on_recognitions),
    **dict.fromkeys(PROCEDURE, on_procedure),
}
"""Heard by a consumer of its own, so that a correction or an end never waits behind a published run's millions. The two
may hear of a household in any order: what is wanted follows from the highest revisions alone. They take turns, batch by
batch: what one of them has not committed the other would not see.
"""
