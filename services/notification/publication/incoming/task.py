"""The worker's task: systems are read in turn, what came is handed on, and what is over is told to its system. One
process at a time.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

import structlog
from prometheus_client import Gauge

from services.notification.publication.incoming import repository as incoming_repository
from services.notification.publication.incoming.domain import TAKEN_FROM, pause_after
from services.notification.publication.incoming.service import (
    Intake,
    hand_on,
    on_answer,
    on_objection_closed,
    take_item,
)
from services.notification.publication.peers.connections import FORMATS, peer_urls_of, peers_of
from services.notification.publication.peers.peer import (
    CursorForgottenError,
    HandInReport,
    HandsIn,
    PeerUnavailableError,
    PeerUnreadableError,
    Received,
    RefusedCall,
)
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.stepping import repeat_forever
from services.notification.publication.systems import System
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared import clock
from shared.contracts.objection import ObjectionClosed, ObjectionHandInAnswered
from shared.contracts.payload import Payload
from shared.contracts.recognition import ApplicationHandInAnswered
from shared.platform.service import EventHandler, WorkerContext
from shared.worker.failpoints import failpoint
from shared.worker.lease import exclusive_lease
from shared.worker.transient import run_forever

log = structlog.get_logger()

ANSWERS: Mapping[type[Payload], EventHandler[Resources]] = {
    ApplicationHandInAnswered: on_answer,
    ObjectionHandInAnswered: on_answer,
    ObjectionClosed: on_objection_closed,
}
UNANSWERED = Gauge(
    "minglu_publication_hand_in_unanswered_seconds",
    "How long the oldest hand-in waits that was handed on and that its service has not answered",
    ["system"],
)
MOST_PAGES = 100
"""So many pages are read in one round; then what came is handed on, and the next round reads on"""
ANSWER_TOPICS = ("recognition.events", "objection.events")


def incoming_task(context: WorkerContext[NotificationSettings, Resources]) -> Coroutine[Any, Any, None] | None:
    """Hand-ins of all systems that can be called, forever; None where none is set."""
    if all(url.files_only for url in peer_urls_of(context.settings).values()):
        return None
    return run_forever("hand-ins", lambda: _exchange_with_all(context))


async def _exchange_with_all(context: WorkerContext[NotificationSettings, Resources]) -> None:
    settings, peers = context.settings, peers_of(context.settings, context.database)
    try:
        intake = Intake.of(context.resources)
        async with exclusive_lease(context.database, "hand-ins"), asyncio.TaskGroup() as group:
            for peer in peers.values():
                group.create_task(_keep_exchanging(intake, peer, settings))
    finally:
        for peer in peers.values():
            await peer.close()


async def _keep_exchanging(intake: Intake, peer: HandsIn, settings: NotificationSettings) -> None:
    async def exchanged() -> None:
        await exchange_once(intake, peer)
        await asyncio.sleep(settings.hand_in_seconds)

    await repeat_forever(settings, f"hand-ins of {peer.system}", exchanged)


async def exchange_once(intake: Intake, peer: HandsIn) -> None:
    """One round with a system. One that is down or wrong is read again in the next; what is here goes on anyway."""
    if TAKEN_FROM[peer.system]:
        try:
            await read_system(intake, peer)
        except (PeerUnavailableError, PeerUnreadableError) as error:
            log.warning("hand_ins_not_read", system=peer.system.value, cause=type(error).__name__)
    await hand_on(intake)
    await tell_system(intake, peer)
    async with intake.database.reading() as session:
        oldest = await incoming_repository.oldest_unanswered(session, peer.system)
    UNANSWERED.labels(peer.system).set((clock.now() - oldest).total_seconds() if oldest is not None else 0)


async def read_system(intake: Intake, peer: HandsIn) -> int:
    """Read from where reading ended before; how many were new. A page and its cursor are one transaction. A cursor
    that comes a second time ends the round: the system goes round in a circle, or forgot and began again. So do many
    pages: one that says without end that there is more keeps nobody from what came before.
    """
    new, seen = 0, set[str]()
    async with intake.database.session() as session:
        cursor = await incoming_repository.cursor_of(session, peer.system)
    while cursor not in seen and len(seen) < MOST_PAGES:
        seen.add(cursor)
        try:
            page = await peer.handed_in(cursor)
        except CursorForgottenError:
            log.warning("hand_in_cursor_forgotten", system=peer.system.value)
            cursor = ""
            continue
        async with intake.database.transaction() as session:
            for item in page.items:
                new += await take_item(session, intake.resources, peer.system, item)
            await incoming_repository.save_cursor(session, peer.system, page.next, clock.now())
            failpoint("publication.taken-in")
        failpoint("publication.page-taken")
        if not page.more:
            break
        cursor = page.next
    return new


async def tell_system(intake: Intake, peer: HandsIn) -> int:
    """Tell a system what became of what was handed in there; how many it confirmed. No transaction is open while it is
    called; one that it refuses holds up no other, a system that is not there ends the round.
    """
    confirmed = 0
    while True:
        async with intake.database.session() as session:
            row = await incoming_repository.next_untold(session, peer.system, clock.now())
        if row is None:
            return confirmed
        outcome = await peer.answer(row.reference, HandInReport(row.state.value, row.reason))
        failpoint("publication.answered")
        async with intake.database.transaction() as session:
            told = await incoming_repository.lock_hand_in(session, row.id)
            if told is None:
                return confirmed
            if told.state is not row.state:
                continue  # what it is to be told has changed meanwhile
            if isinstance(outcome, Received):
                told.told_at, told.failures = clock.now(), 0
                confirmed += 1
                continue
            if isinstance(outcome, RefusedCall) and _is_withdrawn(peer.system, outcome.code):
                told.told_at = clock.now()  # there is nobody to tell
                log.warning("hand_in_withdrawn", system=peer.system.value, reference=told.reference)
                continue
            told.failures += 1
            told.try_at = clock.now() + pause_after(told.failures)
        log.warning("hand_in_not_told", system=peer.system.value, cause=type(outcome).__name__)
        if not isinstance(outcome, RefusedCall):
            return confirmed


def _is_withdrawn(system: System, code: str) -> bool:
    """Whether the system says that it has no such item any more."""
    return FORMATS[system].reasons.get(code) is Reason.UNKNOWN_ITEM
