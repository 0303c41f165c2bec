"""Handlers of the events of typing and recognition: what objections can be about, and what became of upheld ones.

States may come in any order and more than once: each is kept only if its revision is higher than the one known. Where
something becomes known that an objection was filed against before, the objection is judged (`filing.pending`).
Every handler waits for filings first (`waiting`): many events share a transaction, and none of them may hold a row that
a filing wants while a later one waits for that filing (`objections.lock_order`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.corrections import service as correction_service
from services.objection.corrections.domain import ItemState
from services.objection.decisions import conclusion
from services.objection.filing import repository as filing_repository
from services.objection.filing.pending import judge
from services.objection.filing.service import end_with_application
from services.objection.objections.clearing import announce_clearing, watch_notice_end
from services.objection.objections.lock_order import await_filings
from services.objection.registers import repository as register_repository
from services.objection.registers.domain import Against, NoticeState
from services.objection.registers.models import ContestableDecision, NoticeCopy, NoticeItem, PublishedRun
from services.objection.reports.service import close_revoked
from services.objection.resources import Resources
from shared import clock
from shared.contracts.payload import Payload
from shared.contracts.recognition import (
    ApplicationNotSelected,
    ApplicationPayload,
    ApplicationRefused,
    ApplicationReopened,
    ApplicationWithdrawn,
    ConfirmationWithheld,
    ExtensionWithheld,
    ObjectionApplied,
    PublicNoticeClosed,
    PublicNoticeOpened,
    RecognitionCancelled,
    RecognitionConfirmed,
    RecognitionExtended,
    RecognitionReinstated,
    RecognitionRevoked,
    RecognitionStatePayload,
)
from shared.contracts.typing import (
    CorrectionAnswered,
    CorrectionContradicted,
    CorrectionMet,
    HouseholdChanged,
    HouseholdTyped,
    TypingAdjusted,
    TypingRunPublished,
)
from shared.messaging.events import Event
from shared.messaging.inbox import latest_per_subject
from shared.platform import household_copy
from shared.platform.service import BatchEventHandler, EventHandler

E = TypeVar("E")
DecisionPayload = ApplicationPayload | RecognitionStatePayload
MadePayload = (
    ApplicationRefused
    | ApplicationNotSelected
    | ConfirmationWithheld
    | ExtensionWithheld
    | RecognitionCancelled
    | RecognitionRevoked
    | PublicNoticeOpened
)
"""What can be objected to, with those who made it."""

CONTESTABLE: Mapping[type[Payload], Against] = {
    ApplicationRefused: Against.REFUSAL,
    ApplicationNotSelected: Against.NON_SELECTION,
    ConfirmationWithheld: Against.CONFIRMATION,
    ExtensionWithheld: Against.EXTENSION,
    RecognitionCancelled: Against.CANCELLATION,
    RecognitionRevoked: Against.REVOCATION,
}
"""Decisions that can be objected to."""
UNDONE: Mapping[type[Payload], tuple[Against, ...]] = {
    ApplicationReopened: (Against.REFUSAL, Against.NON_SELECTION),
    RecognitionReinstated: (Against.CANCELLATION, Against.REVOCATION),
    RecognitionConfirmed: (Against.CONFIRMATION,),
    RecognitionExtended: (Against.EXTENSION,),
}
"""Events after which such a decision does not stand any longer."""


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
    await judge(session, await filing_repository.lock_unheard_of_run(session, published.run))


async def on_households_typed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types in force, of a published run or after a correction."""
    latest = latest_per_subject(events)
    await household_copy.apply_typed(session, [event.payload(HouseholdTyped) for event in latest])
    await judge_households(session, latest)


async def on_typing_adjusted(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types that an upheld objection changed."""
    latest = latest_per_subject(events)
    await household_copy.apply_typed(session, [event.payload(TypingAdjusted) for event in latest])


async def on_households_changed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """New or changed register entries."""
    latest = latest_per_subject(events)
    await household_copy.apply_changed(session, [event.payload(HouseholdChanged) for event in latest])
    await judge_households(session, latest)


async def judge_households(session: AsyncSession, events: Sequence[Event]) -> None:
    """Objections of households that have become known, or whose type has."""
    await judge(session, await filing_repository.lock_unheard_of_households(session, [one.subject for one in events]))


async def on_decision(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """A decision that its household may object to."""
    decision = decision_of(event, CONTESTABLE[type(event.data)], stands=True)
    await register_repository.save_decision(session, decision)
    await judge_subjects(session, decision.against, [decision.subject])
    if decision.against is Against.REVOCATION:
        await close_revoked(session, decision.uscc, decision.subject, event.time, decision.reason)


async def judge_subjects(session: AsyncSession, against: Against, subjects: Sequence[UUID]) -> None:
    """Objections to decisions that have become known."""
    await judge(session, await filing_repository.lock_unheard_of_subjects(session, against, subjects))


async def on_decision_undone(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """A later event took decisions back. One that was made before, but is heard of later, stays undone."""
    for against in UNDONE[type(event.data)]:
        decision = decision_of(event, against, stands=False)
        await register_repository.save_decision(session, decision)
        await judge_subjects(session, against, [decision.subject])


def decision_of(event: Event, against: Against, *, stands: bool) -> ContestableDecision:
    """The row of a decision; who decided is kept, since they take no part in handling an objection to it."""
    said = event.data
    if not isinstance(said, DecisionPayload):
        raise TypeError(f"{said.event_type} is no state of an application or a recognition")
    return ContestableDecision(
        against=against,
        subject=said.application if isinstance(said, ApplicationPayload) else said.recognition,
        uscc=said.uscc,
        region=said.region,
        decided_on=event.time.astimezone(clock.CHINA).date(),
        served_on=said.served_on if isinstance(said, RecognitionCancelled | RecognitionRevoked) else None,
        decided_by=event.actor,
        made_by=makers_of(event) if stands else [],
        decided_by_region=said.decided_by_region,
        reason=said.reason,
        stands=stands,
        revision=said.revision,
    )


def makers_of(event: Event) -> list[str]:
    """The people who took part in a decision or a notice: who acted, and whom the event names."""
    said = event.data
    named = (said.makers or ()) if isinstance(said, MadePayload) else ()
    return sorted({one for one in (event.actor, *named) if one is not None and one not in register_repository.NOBODY})


async def on_notice_opened(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """A public notice: until its last day anyone named may object to an application on it."""
    opened = event.payload(PublicNoticeOpened)
    notice = NoticeCopy(
        id=opened.public_notice,
        county=opened.region,
        state=NoticeState.OPEN,
        opens_on=opened.opens_on,
        closes_on=opened.closes_on,
        opened_by=event.actor,
        made_by=makers_of(event),
        decided_by_region=opened.decided_by_region,
    )
    items = [
        NoticeItem(notice=notice.id, application=one.application, uscc=one.uscc, name=one.name, category=one.category)
        for one in opened.items
    ]
    await register_repository.save_opened_notice(session, notice, items)
    await judge_subjects(session, Against.PUBLIC_NOTICE, [item.application for item in items])
    await announce_clearing(session, notice.id, event)


async def on_notice_closed(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """Recognition says that the notice's last day is over; here it is when the own clock says so as well."""
    closed = event.payload(PublicNoticeClosed)
    await register_repository.save_closed_notice(session, closed.public_notice, closed.region, closed.closes_on)
    await watch_notice_end(session, closed.public_notice, closed.closes_on)
    await announce_clearing(session, closed.public_notice, event)


async def on_application_withdrawn(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """A withdrawn application ends the objections that are about it: those that are stored, those that are being filed
    at this moment, which hold its notice, and those that come later, which find it gone.
    """
    withdrawn = event.payload(ApplicationWithdrawn)
    await register_repository.save_decision(session, decision_of(event, Against.PUBLIC_NOTICE, stands=False))
    notice = await register_repository.latest_notice_of(session, withdrawn.application)
    if notice is not None:
        await register_repository.lock_notice(session, notice)
    for objection in await filing_repository.lock_undecided_of_application(session, withdrawn.application):
        await end_with_application(session, objection, event)


async def on_correction_answered(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """What came of a correction, or of its lifting."""
    await conclusion.on_correction_answered(session, event)


async def on_correction_met(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """A bureau delivered what a correction says."""
    await correction_service.settle(session, event.payload(CorrectionMet), ItemState.MET)


async def on_correction_contradicted(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """A bureau delivered again what was corrected."""
    await correction_service.settle(session, event.payload(CorrectionContradicted), ItemState.CONTRADICTED)


async def on_objection_applied(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """What recognition did about an upheld objection."""
    await conclusion.on_objection_applied(session, event)


def waiting(handle: Callable[[AsyncSession, E, Resources], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The handler, once no filing is under way that looked before what is being heard of was stored."""

    async def wait_and_handle(session: AsyncSession, heard: E, resources: Resources) -> None:
        await await_filings(session)
        await handle(session, heard, resources)

    return wait_and_handle


HANDLERS: Mapping[type[Payload], EventHandler[Resources]] = {
    TypingRunPublished: waiting(on_run_published),
    ApplicationWithdrawn: waiting(on_application_withdrawn),
    PublicNoticeOpened: waiting(on_notice_opened),
    PublicNoticeClosed: waiting(on_notice_closed),
    CorrectionAnswered: waiting(on_correction_answered),
    CorrectionMet: waiting(on_correction_met),
    CorrectionContradicted: waiting(on_correction_contradicted),
    ObjectionApplied: waiting(on_objection_applied),
    **dict.fromkeys(CONTESTABLE, waiting(on_decision)),
    **dict.fromkeys(UNDONE, waiting(on_decision_undone)),
}
BATCH_HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    HouseholdTyped: waiting(on_households_typed),
    TypingAdjusted: waiting(on_typing_adjusted),
    HouseholdChanged: waiting(on_households_changed),
}
"""Events are handled in batches: a published run has one for every household of a province."""
