"""One channel's queue, handed over: claim, call the provider, mark.

The call is outside any transaction; before it the row says `sending` with a lease, after it the answer is marked. Only
what is called at once is claimed, so that after a kill little is in doubt. Several processes may do this together:
rows that one has locked are skipped by the others, and the providers' tokens are shared (`provider_gate`).
"""

import asyncio
import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from services.notification.channels.gateway import Outcome, Provider, Unknown
from services.notification.delivery import repository as delivery_repository
from services.notification.delivery.domain import UNEXPECTED, NotMade, Pace
from services.notification.delivery.marking import Answered, mark
from services.notification.delivery.metrics import HANDED_OVER
from services.notification.delivery.preparing import Ready, prepare
from services.notification.delivery.provider_gate import ProviderGate
from services.notification.messages.domain import Channel, Lane
from services.notification.messages.transitions import move_all
from shared import clock
from shared.database.connections import Database
from shared.platform.sealed_fields.vault import Vault
from shared.worker.failpoints import failpoint
from shared.worker.transient import is_transient, run_forever

log = structlog.get_logger()

MARKED_AT_ONCE = 200
CLAIMED_EVERY = 0.1
"""Seconds until the next claim where a provider's tokens have run out: ten messages together cost little more than one,
and the tokens of a second are kept.
"""
FINISHING = 15.0
"""Seconds in which a worker that is told to stop ends the calls that it has begun and marks them."""


@dataclass(frozen=True)
class Means:
    """What delivery works with. `slots`: calls at once on a channel; `urgent_slots`: of them, those that bulk messages
    leave free; `poll`: how often an empty queue is looked at.
    """

    database: Database
    vault: Vault
    gate: ProviderGate
    pace: Pace
    slots: int
    urgent_slots: int
    poll: dt.timedelta


class HandingOver:
    """Hands over what is queued on one channel, until cancelled. `providers`: the first, and its fallback."""

    def __init__(self, means: Means, channel: Channel, providers: Sequence[Provider]) -> None:
        self.means, self.channel, self.providers = means, channel, providers
        self._by_name = {provider.name: provider for provider in providers}
        self._running: Counter[Lane] = Counter()
        self._calls: set[asyncio.Task[None]] = set()
        self._answers: asyncio.Queue[tuple[Answered, Lane]] = asyncio.Queue()
        self._marking: list[tuple[Answered, Lane]] = []
        self._freed = asyncio.Event()
        self._ran_out = False
        self._places = {provider.name: asyncio.Semaphore(provider.at_once) for provider in providers}

    async def run(self, *others: Coroutine[Any, Any, None]) -> None:
        """With other tasks of the channel, forever. What has begun is ended before it stops: a message that was sent
        and not marked would be in doubt.
        """
        await self.means.gate.know(self.providers)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(run_forever(f"messages by {self.channel}", self._claim_on))
                group.create_task(self._mark_on())
                for other in others:
                    group.create_task(other)
        finally:
            await _in_spite_of_cancellation(self._finish())

    async def _claim_on(self) -> None:
        while True:
            self._freed.clear()
            self._ran_out = False
            taken = await self.claim_round()
            if self._ran_out:
                await asyncio.sleep(CLAIMED_EVERY)
            elif not taken:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.means.poll.total_seconds()):
                        await self._freed.wait()

    async def claim_round(self) -> int:
        """Claims what there is room for, urgent messages first, and begins to hand it over; how many rows it took."""
        async with self.means.database.reading() as session:
            lanes = await delivery_repository.waiting_lanes(session, self.channel, clock.now())
        taken = 0
        for lane, turn in lanes:
            taken += await self._claim(lane, turn)
        return taken

    async def _claim(self, lane: Lane, turn: int) -> int:
        room = self.room(lane)
        grant = await self.means.gate.take(self._candidates(turn), room) if room else None
        if grant is None or not grant.count:
            return 0
        self._ran_out |= grant.count < room
        now = clock.now()
        until = now, now + self.means.pace.lease
        async with self.means.database.transaction() as session:
            due = await delivery_repository.take_queued(session, self.channel, lane, turn, now, grant.count)
            claimed = await prepare(session, self.means.vault, due, (grant.provider, self.providers), until)
            await move_all(session, claimed.moves)
        self.begin(claimed.ready, lane)
        await self.means.gate.give_back(grant, len(claimed.ready))
        return len(due)

    def room(self, lane: Lane) -> int:
        """How many may be claimed now. Bulk messages are claimed many at a time and leave some slots to urgent ones."""
        free = max(0, self.means.slots - self._running.total())
        if lane is Lane.URGENT:
            return free
        slots = self.means.slots - self.means.urgent_slots
        room = min(free, slots - self._running[Lane.BULK])
        return room if room >= max(1, slots // 4) else 0

    def _candidates(self, turn: int) -> Sequence[Provider]:
        """The provider whose turn it is, then the other one."""
        first = min(turn, len(self.providers) - 1)
        return [*self.providers[first:], *self.providers[:first]]

    def begin(self, ready: Sequence[Ready], lane: Lane) -> None:
        """Starts the calls of claimed messages."""
        if ready:
            failpoint("delivery.claimed")
        begun = asyncio.get_running_loop().time()
        for one in ready:
            self._running[lane] += 1
            call = asyncio.create_task(self._hand_over(one, lane, begun))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def _hand_over(self, ready: Ready, lane: Lane, begun: float) -> None:
        outcome = await self._outcome(ready, begun)
        failpoint("delivery.sent")
        HANDED_OVER.labels(ready.hand_over.provider, type(outcome).__name__.lower()).inc()
        self._answers.put_nowait((Answered(ready.hand_over, outcome), lane))

    async def _outcome(self, ready: Ready, begun: float) -> Outcome | NotMade:
        """What the provider answers; one that raises or is too slow may have taken it. Its time begins when one of the
        provider's places is free: what only waited for one was surely not sent.
        """
        place, limit = self._places[ready.hand_over.provider], self.means.pace.lease.total_seconds() / 2
        try:
            async with asyncio.timeout_at(begun + limit / 2):
                await place.acquire()
        except TimeoutError:
            return NotMade.GIVEN_BACK
        try:
            return await self._call(ready, begun, limit)
        finally:
            place.release()

    async def _call(self, ready: Ready, begun: float, limit: float) -> Outcome | NotMade:
        if asyncio.get_running_loop().time() - begun > limit:  # the process stood still: another may have it by now
            return NotMade.GIVEN_BACK
        try:
            async with asyncio.timeout(limit):
                return await self._by_name[ready.hand_over.provider].send(ready.outgoing)
        except TimeoutError:
            return Unknown("timeout")
        except Exception as error:
            log.error("provider_raised", provider=ready.hand_over.provider, error=type(error).__name__)  # noqa: TRY400 - a traceback may quote the address
            return Unknown(UNEXPECTED)

    async def _mark_on(self) -> None:
        while True:
            self._marking.append(await self._answers.get())
            await self._mark_answers()

    async def _mark_answers(self) -> None:
        while len(self._marking) < MARKED_AT_ONCE and not self._answers.empty():
            self._marking.append(self._answers.get_nowait())
        await self._mark([answered for answered, _ in self._marking])
        for _, lane in self._marking:
            self._running[lane] -= 1
        self._marking.clear()
        if self.room(Lane.BULK):
            self._freed.set()

    async def _mark(self, answered: Sequence[Answered]) -> None:
        """In one transaction; a database that is away is waited for, since an answer that is forgotten leaves a message
        in doubt. One that cannot be marked is logged, and its message taken up when its lease is over.
        """
        pause = 0.1
        while True:
            try:
                await self._mark_once(answered)
            except Exception as error:
                if is_transient(error):
                    log.warning("answers_not_marked", count=len(answered), error=type(error).__name__)
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, 3.0)
                    continue
                if len(answered) == 1:
                    log.exception("answer_cannot_be_marked", message=str(answered[0].hand_over.message))
                    return
                for one in answered:
                    await self._mark([one])
            return

    async def _mark_once(self, answered: Sequence[Answered]) -> None:
        async with self.means.database.transaction() as session:
            await mark(session, answered, self.providers, self.means.pace)
            failpoint("delivery.marked")
        for name in {one.hand_over.provider for one in answered}:
            outcomes = [one.outcome for one in answered if one.hand_over.provider == name]
            await self.means.gate.note(self._by_name[name], outcomes)

    async def _finish(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FINISHING):
                await asyncio.gather(*self._calls)
                while self._marking or not self._answers.empty():
                    await self._mark_answers()


async def _in_spite_of_cancellation(finishing: Coroutine[Any, Any, None]) -> None:
    """Waits for what must be ended, however often the process is told to stop meanwhile."""
    task = asyncio.ensure_future(finishing)
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(task)
