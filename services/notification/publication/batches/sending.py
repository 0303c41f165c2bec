"""Sending to one system: one unit of work after the other, each left in a state that another process can go on from.

What was sent is noted after the call. After a call whose end is unknown, and after a restart in the middle of a batch,
the system is asked what it has; only what it lacks is sent, under the same idempotency key. While a batch is open its
rows are in no other, so nothing later can be overtaken by it.
"""

import asyncio
import datetime as dt
import uuid
from collections.abc import Awaitable, Sequence, Set
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.batches import repository
from services.notification.publication.batches.domain import (
    ALTERED,
    ALTERED_MESSAGE,
    REFUSALS_BEFORE_REST,
    AlteredPageError,
    BatchState,
    OpenBatch,
    Pace,
    check_batch,
    may_seal,
    open_page,
    to_ask,
    to_send,
)
from services.notification.publication.batches.metrics import CALLS
from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.batches.sealing import seal
from services.notification.publication.batches.service import (
    conclude,
    halve,
    kept_code,
    lock_open,
    move,
    refuse,
    storable,
)
from services.notification.publication.peers import peer as answers
from services.notification.publication.peers.peer import (
    BatchSeal,
    Busy,
    Done,
    NotThere,
    Outcome,
    Page,
    Peer,
    PeerUnavailableError,
    PeerUnreadableError,
    Received,
    Receiving,
    RefusedCall,
    Unknown,
    Working,
)
from services.notification.publication.records.domain import Urgency
from services.notification.publication.stepping import FAILURES, where
from services.notification.settings import NotificationSettings
from shared import clock
from shared.database.connections import Database
from shared.worker.failpoints import failpoint
from shared.worker.transient import is_transient

log = structlog.get_logger()

UNEXPECTED, FORGOTTEN = "unexpected", "forgotten"
LONGEST_TICKET = 200


@dataclass(frozen=True)
class Refusal:
    """A call that was refused: of a page, or (none) of the seal."""

    call: RefusedCall
    page: int | None


def pace_of(settings: NotificationSettings) -> Pace:
    """The settings' pauses."""
    second = dt.timedelta(seconds=1)
    return Pace(
        first_pause=settings.publication_first_pause * second,
        longest_pause=settings.publication_longest_pause * second,
        longest_wait=settings.publication_longest_wait * second,
        first_ask=settings.publication_first_ask * second,
        longest_ask=settings.publication_longest_ask * second,
    )


def stuck_after(settings: NotificationSettings) -> dt.timedelta:
    """How long a system may have a batch before it is overdue."""
    return dt.timedelta(hours=settings.publication_stuck_hours)


class Sender:
    """What goes to one system; one process at a time has one (a lease). `step` is one unit of work."""

    def __init__(self, database: Database, peer: Peer, settings: NotificationSettings) -> None:
        self.database, self.peer, self.settings = database, peer, settings
        self.system, self.pace = peer.system, pace_of(settings)
        self._known: set[uuid.UUID] = set()
        """Batches of which this process knows exactly what the system has: the others are asked about first."""
        self._asks = False
        """Whether it is a question's turn"""

    async def step(self) -> bool:
        """The most urgent thing that can be done now; False when there is none. Urgent records are sealed and sent
        between two pages of a bulk batch. Questions take turns with all else, however slow their answers are.
        """
        now = clock.now()
        async with self.database.reading() as session:
            due = now - stuck_after(self.settings)
            batches = await repository.open_batches(session, self.system, due)
            urgent = await repository.count_waiting(session, self.system, Urgency.URGENT, most=1) > 0
        self._known &= {one.id for one in batches}
        self._asks = not self._asks
        asked = to_ask(batches, now)
        if asked is None:
            return await self._go_on(batches, now, urgent=urgent)
        if self._asks or not await self._go_on(batches, now, urgent=urgent):
            await self._alone(asked, self._ask(asked))
        return True

    async def _go_on(self, batches: Sequence[OpenBatch], now: dt.datetime, *, urgent: bool) -> bool:
        """Seals or sends; False when there is nothing to be sent."""
        if urgent and await self._seal(batches, Urgency.URGENT, now):
            return True
        if batch := to_send(batches, now):
            await self._alone(batch, self._send_on(batch))
            return True
        return await self._seal(batches, Urgency.BULK, now)

    async def _seal(self, batches: Sequence[OpenBatch], urgency: Urgency, now: dt.datetime) -> bool:
        """Seals the next batch of this urgency, if it is time for one and anything waits."""
        most, page_size = self.settings.publication_batch_rows, self.peer.page_size
        if not may_seal(batches, urgency, self.settings.publication_open_batches, now):
            return False
        if urgency is Urgency.BULK and await self._rests():
            return False
        async with self.database.transaction() as session:
            sealed = await seal(session, self.system, urgency, page_size=page_size, most=most)
        if sealed is None:
            return False
        failpoint("publication.sealed")
        log.info("publication_sealed", system=self.system, batch=str(sealed.id), records=sealed.records)
        return True

    async def _rests(self) -> bool:
        """Whether the system has refused whole calls of so many bulk batches that the next one waits a while."""
        async with self.database.reading() as session:
            ends = await repository.last_ends(session, self.system, REFUSALS_BEFORE_REST)
        refused = [ended_at for trouble, ended_at in ends if trouble is not None and ended_at is not None]
        return len(refused) == REFUSALS_BEFORE_REST and refused[0] + self.pace.longest_pause > clock.now()

    async def _alone(self, batch: OpenBatch, work: Awaitable[None]) -> None:
        """What goes wrong with one batch and nobody has expected stays with it: it waits, and others go ahead."""
        try:
            await work
        except Exception as error:
            if is_transient(error):
                raise
            log.error(  # noqa: TRY400 - a traceback may quote a record
                "batch_failed",
                system=self.system,
                batch=str(batch.id),
                error=type(error).__name__,
                where=where(error),
            )
            FAILURES.labels(f"publication {self.system}").inc()
            self._known.discard(batch.id)
            async with self.database.transaction() as session:
                row = await lock_open(session, batch.id)
                if row is not None:
                    self._later(row, UNEXPECTED)

    async def _send_on(self, batch: OpenBatch) -> None:
        """The next page that the system lacks, or the seal; but first the question what it has, where that is not
        known. A batch that is not what was sealed is refused: nothing of it is sent any more.
        """
        if batch.state is BatchState.SEALED:
            if not await self._begin(batch.id):
                return
        elif batch.id not in self._known:
            await self._ask(batch)
            return
        async with self.database.reading() as session:
            row = await session.get_one(PublicationBatch, batch.id)
            pages = await repository.page_digests(session, batch.id)
        missing = next((page.number for page in pages if page.sent_at is None), None)
        try:
            check_batch(row.digest, [page.digest for page in pages])
            if missing is None:
                await self._send_seal(row)
            else:
                await self._send_page(row, missing)
        except AlteredPageError:
            log.error("publication_altered", system=self.system, batch=str(batch.id))  # noqa: TRY400 - says all
            await self._refuse_altered(row)

    async def _begin(self, batch: uuid.UUID) -> bool:
        """Notes that the batch is being sent: whoever finds it so after a restart asks first. False when another
        process has begun.
        """
        async with self.database.transaction() as session:
            row = await lock_open(session, batch)
            if row is None or row.state is not BatchState.SEALED:
                return False
            move(row, BatchState.SENDING)
        self._known.add(batch)
        return True

    async def _send_page(self, batch: PublicationBatch, number: int) -> None:
        async with self.database.reading() as session:
            page = await repository.get_page(session, batch.id, number)
        records = await asyncio.to_thread(open_page, page.body, page.digest)
        call = self.peer.send(Page(batch.id, number, batch.pages, page.digest, records))
        outcome = await self._outcome("page", batch.id, call)
        failpoint("publication.page-sent")
        await self._note(batch, outcome, number)
        failpoint("publication.page-marked")

    async def _send_seal(self, batch: PublicationBatch) -> None:
        call = self.peer.seal(BatchSeal(batch.id, batch.pages, batch.records, batch.digest))
        await self._note(batch, await self._outcome("seal", batch.id, call), None)

    async def _outcome(self, what: str, batch: uuid.UUID, call: Awaitable[Outcome]) -> Outcome:
        """What the system answers. Until that is noted, nobody knows what it has."""
        self._known.discard(batch)
        try:
            async with asyncio.timeout(self.settings.publication_longest_call):
                outcome = await call
        except TimeoutError:
            outcome = Unknown("timeout")
        except Exception as error:
            log.error("peer_raised", system=self.system, call=what, error=type(error).__name__)  # noqa: TRY400 - a traceback may quote a record
            outcome = Unknown(UNEXPECTED)
        CALLS.labels(self.system, what, type(outcome).__name__.lower()).inc()
        return outcome

    async def _note(self, batch: PublicationBatch, outcome: Outcome, page: int | None) -> None:
        """What a call has led to. `page`: which one was sent; none: the batch was to be sealed."""
        if isinstance(outcome, RefusedCall):
            await self._ask(batch, Refusal(outcome, page))
            return
        async with self.database.transaction() as session:
            row = await self._same(session, batch)
            if row is None:
                return
            match outcome:
                case Received(ticket):
                    _forward(row, ticket)
                    if page is None:
                        self._sent(row)
                    else:
                        await repository.mark_page(session, row.id, page, clock.now())
                case Busy(code, retry_after):
                    self._later(row, code, retry_after)
                case Unknown(reason):
                    self._later(row, reason)
        if isinstance(outcome, Received | Busy):
            self._known.add(batch.id)

    async def _ask(self, batch: OpenBatch | PublicationBatch, refusal: Refusal | None = None) -> None:
        """What became of a batch; what the system says it has counts, not what was noted. Also asked after a call was
        refused: it may have been refused because the system has forgotten what came before.
        """
        answer = await self._answer(batch.id)
        failpoint("publication.asked")
        async with self.database.transaction() as session:
            row = await self._same(session, batch)
            if row is None:
                return
            match answer:
                case NotThere() | Receiving():
                    pages = answer.pages if isinstance(answer, Receiving) else frozenset[int]()
                    await self._has(session, row, pages)
                    if refusal is not None:
                        await self._refused(session, row, refusal, pages)
                case Working():
                    _forward(row)
                    self._sent(row)
                case Done(rejected):
                    await conclude(session, row, rejected)
                case Unknown(reason):
                    self._later(row, reason)
        if row.ended_at is not None:
            failpoint("publication.applied")
        elif isinstance(answer, NotThere | Receiving):
            self._known.add(batch.id)

    async def _refused(self, session: AsyncSession, batch: PublicationBatch, refusal: Refusal, pages: Set[int]) -> None:
        """The refusal stands unless the system has the page all the same, or lacks pages of what it was to seal."""
        has_all = len(pages) == batch.pages
        if has_all if refusal.page is None else refusal.page not in pages:
            await halve(session, batch, refusal.call.code, refusal.call.message)
        else:
            self._later(batch, refusal.call.code)

    async def _refuse_altered(self, batch: PublicationBatch) -> None:
        async with self.database.transaction() as session:
            row = await self._same(session, batch)
            if row is not None:
                await refuse(session, row, ALTERED, ALTERED_MESSAGE)
        failpoint("publication.applied")

    async def _answer(self, batch: uuid.UUID) -> answers.BatchState | Unknown:
        async with self.database.reading() as session:
            ticket = (await session.get_one(PublicationBatch, batch)).ticket
        answer: answers.BatchState | Unknown
        try:
            async with asyncio.timeout(self.settings.publication_longest_call):
                answer = await self.peer.ask(batch, ticket)
        except (PeerUnavailableError, TimeoutError):
            answer = Unknown("unavailable")
        except PeerUnreadableError:
            answer = Unknown("unreadable")
        except Exception as error:
            log.error("peer_raised", system=self.system, call="ask", error=type(error).__name__)  # noqa: TRY400 - as above
            answer = Unknown(UNEXPECTED)
        CALLS.labels(self.system, "ask", type(answer).__name__.lower()).inc()
        return answer

    async def _has(self, session: AsyncSession, batch: PublicationBatch, pages: Set[int]) -> None:
        """The system has these pages, and the batch is not sealed there. One that it had as a whole and has forgotten
        is sent again after a while that grows with its age: a system that forgets each time is not kept busy with it.
        """
        now = clock.now()
        await repository.mark_pages(session, batch.id, sorted(pages), now)
        if not pages or batch.state is BatchState.SENT:
            batch.ticket = None  # of what it has forgotten
        if batch.state is BatchState.SENT:
            log.warning("publication_forgotten", system=self.system, batch=str(batch.id))
            move(batch, BatchState.SENDING)
            batch.trouble, batch.next_try_at = FORGOTTEN, now + self.pace.until_asked(now - batch.sealed_at)

    def _sent(self, batch: PublicationBatch) -> None:
        """The system works on the batch: it is asked again later."""
        now = clock.now()
        if batch.state is not BatchState.SENT:
            move(batch, BatchState.SENT)
            batch.sent_at = batch.sent_at or now  # the first time counts, or one that is forgotten is never overdue
        batch.next_try_at = now + self.pace.until_asked(now - (batch.sent_at or now))

    def _later(self, batch: PublicationBatch, trouble: str, retry_after: float | None = None) -> None:
        """A call has led nowhere: the next one comes after a pause, which a restart keeps."""
        batch.attempts += 1
        batch.trouble = kept_code(trouble)
        pause = self.pace.after_failure(batch.attempts, retry_after)
        batch.next_try_at = clock.now() + pause
        log.info("publication_later", system=self.system, batch=str(batch.id), trouble=batch.trouble, pause=str(pause))

    @staticmethod
    async def _same(session: AsyncSession, batch: OpenBatch | PublicationBatch) -> PublicationBatch | None:
        """The batch, locked, if it is still as it was before the call; else another process has gone on with it."""
        row = await lock_open(session, batch.id)
        return row if row is not None and row.state is batch.state else None


def _forward(batch: PublicationBatch, ticket: str | None = None) -> None:
    """A call has led somewhere."""
    batch.attempts, batch.trouble, batch.next_try_at = 0, None, clock.now()
    if ticket is not None:
        batch.ticket = storable(ticket)[:LONGEST_TICKET] or None
