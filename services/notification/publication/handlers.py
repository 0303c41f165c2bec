"""What the publisher does with the events of typing and recognition: keeps its copies, and wants what follows."""

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.oversight.service import note_runs, publish_standard
from services.notification.publication.records.domain import Urgency
from services.notification.publication.records.procedures import drafts_of_event, notice_draft
from services.notification.publication.records.service import want, want_households
from services.notification.publication.records.unnamed import is_unnamed, keep_unnamed, named_drafts
from services.notification.publication.registers import repository as registers
from services.notification.publication.registers.notices import NOTICE_EVENTS, apply_notices
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
    """The standard that the run's types rest on. Where this release does not have it, officers see that."""
    await asyncio.to_thread(shipped_policies)  # read once, beside the event loop
    await note_runs(session, events)
    for event in events:
        said = event.payload(TypingRunPublished)
        await publish_standard(session, said.region, said.year, said.policy, said.words)


async def on_procedure(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """What follows from an event alone, and the open notices that an application's end or their own events change."""
    drafts = [draft for event in events for draft in drafts_of_event(event)]
    unnamed = [one for one in drafts if is_unnamed(one)]
    drafts = [one for one in drafts if not is_unnamed(one)]
    if unnamed or any(isinstance(event.data, NOTICE_EVENTS) for event in events):
        await take_lock(session, AdvisoryLock.PUBLICATION_COPIES)
        drafts += [notice_draft(one) for one in await apply_notices(session, events)]
        drafts += await named_drafts(session, await keep_unnamed(session, unnamed))
    await want(session, drafts)


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
CORRECTION_TOPICS = ("typing.events",)
URGENT_TOPICS = ("recognition.events",)
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
CORRECTION_HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    TypingAdjusted: on_typing_adjusted,
    HouseholdChanged: on_households_changed,
}
URGENT_HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    RecognitionGranted: on_recognitions_and_procedure,
    RecognitionOperatorChanged: on_recognitions_and_procedure,
    **dict.fromkeys(RECOGNITION_STATES, on_recognitions),
    **dict.fromkeys(PROCEDURE, on_procedure),
}
"""Three consumers, so that a correction or an end never waits behind a published run's millions. They may hear of a
household in any order: what is wanted follows from the highest revisions alone. They take turns, batch by batch: what
one of them has not committed the others would not see. Corrections have one for themselves: it passes the run's events
by without a turn, which one that also hears of recognitions would wait for again and again.
"""
