"""The consumer: applies the events of some topics to a service's database, each with effect exactly once.

One is active per name and database (a lease); partitions are assigned by hand. A batch is one transaction: new offsets,
inbox rows, effects and outbox rows. If it fails, it is rolled back and each message is tried separately, up to three
times; a message that still fails becomes a dead letter, and only later events of its key wait. If the database or the
bus is down, the consumer waits.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.payload import Payload
from shared.database.connections import Database
from shared.messaging import metrics
from shared.messaging.bus import Bounds, Bus, Partition, Reader
from shared.messaging.dead_letters import count_open, dead_letter
from shared.messaging.dispatch import AnswerUnusable, BatchHandler, Handler, Handlers, OutcomeCounts, apply
from shared.messaging.inbox import Fault, IncomingMessage, read_message
from shared.messaging.offsets import Positions, advance, load_positions
from shared.messaging.replay import cause_of, replay_requested
from shared.worker.failpoints import failpoint
from shared.worker.lease import exclusive_lease
from shared.worker.transient import is_transient, run_forever

log = structlog.get_logger()

MAX_ATTEMPTS = 3
PAUSE_BETWEEN_TRIES = 0.1
TICK_EVERY = 1.0

AskedTopics = Callable[[AsyncSession], Awaitable[Collection[str]]]
"""Which of a consumer's topics anybody wants to hear of at present."""


class Consumer:
    """`await Consumer(database, bus, name="typing", topics=[…], handlers={…}).run()` until cancelled.

    `handlers` take one event, `batch_handlers` a list of them; both get the transaction's session and never commit.
    State events must be applied only if their revision is higher than the one held. A handler that needs an external
    system which is down raises `transient.UnavailableError`: the event is retried until it succeeds.
    """

    def __init__(
        self,
        database: Database,
        bus: Bus,
        *,
        name: str,
        topics: Collection[str],
        handlers: Mapping[type[Payload], Handler] | None = None,
        batch_handlers: Mapping[type[Payload], BatchHandler] | None = None,
        batch: int = 500,
        asked: AskedTopics | None = None,
        unusable: Mapping[str, AnswerUnusable] | None = None,
    ) -> None:
        self._database, self._bus, self._name, self._batch = database, bus, name, batch
        self._topics, self._asked = sorted(topics), asked
        self._handlers = Handlers(handlers or {}, batch_handlers or {}, unusable)
        self._reading: frozenset[str] = frozenset()
        self._next_tick = 0.0

    async def run(self) -> None:
        """Consumes until cancelled; waits while the database or the bus is down."""
        await run_forever(f"consumer {self._name}", self._consume)

    async def _consume(self) -> None:
        async with exclusive_lease(self._database, f"consumer:{self._name}"):
            await self._bus.ensure_topics(self._topics)
            async with self._bus.reader(self._topics) as reader:
                positions = await self._positions(reader)
                self._reading, self._next_tick = frozenset[str](), 0.0
                batch: Sequence[IncomingMessage] = ()
                while True:
                    if await self._tick(reader, positions):
                        batch = ()  # read before: what is asked for of it is read again
                    batch = await self._take_and_read_on(reader, positions, batch)

    async def _take_and_read_on(
        self, reader: Reader, positions: Positions, batch: Sequence[IncomingMessage]
    ) -> Sequence[IncomingMessage]:
        """Applies a batch and reads the next one meanwhile, while the database is busy with the first."""
        following = asyncio.create_task(self._read(reader))
        try:
            await self._take(reader.cluster, positions, batch)
            return await following
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _read(self, reader: Reader) -> Sequence[IncomingMessage]:
        messages = await reader.read(self._batch, TICK_EVERY)
        failpoint("consumer.read")
        return [read_message(message, self._handlers.known) for message in messages]

    async def _positions(self, reader: Reader) -> Positions:
        bounds = await reader.bounds()
        async with self._database.transaction() as session:
            return await load_positions(session, self._name, reader.cluster, bounds)

    async def _take(self, cluster: str, positions: Positions, batch: Sequence[IncomingMessage]) -> None:
        """Applies the messages together or, if that fails, one by one."""
        if not batch:
            return
        try:
            await self._apply(cluster, positions, batch)
        except Exception as error:
            if is_transient(error):
                raise
            log.info("batch_failed", consumer=self._name, messages=len(batch), error=type(error).__name__)
            for incoming in batch:
                await self._apply_with_retries(cluster, positions, incoming)
        failpoint("consumer.committed")

    async def _apply_with_retries(self, cluster: str, positions: Positions, incoming: IncomingMessage) -> None:
        """Tries a message three times, then makes it a dead letter."""
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                await self._apply(cluster, positions, [incoming])
            except Exception as error:
                if is_transient(error):
                    raise
                if attempt == MAX_ATTEMPTS:
                    await self._dead_letter(cluster, positions, incoming, error)
                else:
                    await asyncio.sleep(PAUSE_BETWEEN_TRIES * attempt)
            else:
                return

    async def _apply(self, cluster: str, positions: Positions, batch: Sequence[IncomingMessage]) -> None:
        upto = {incoming.message.partition: incoming.message.offset + 1 for incoming in batch}
        async with self._database.transaction() as session:
            await advance(session, self._name, cluster, positions, upto)
            outcomes = await apply(session, self._name, self._handlers, batch)
            failpoint("consumer.applied")
        positions.update(upto)
        self._count(outcomes)

    async def _dead_letter(
        self, cluster: str, positions: Positions, incoming: IncomingMessage, error: Exception
    ) -> None:
        log.error("event_failed", consumer=self._name, subject=incoming.key, error=type(error).__name__)
        upto = {incoming.message.partition: incoming.message.offset + 1}
        async with self._database.transaction() as session:
            await advance(session, self._name, cluster, positions, upto)
            await dead_letter(session, self._name, incoming, Fault.FAILED, cause_of(error))
        positions.update(upto)
        self._count(Counter({Fault.FAILED.value: 1}))

    def _count(self, outcomes: OutcomeCounts) -> None:
        for outcome, count in outcomes.items():
            metrics.CONSUMED.labels(self._name, outcome).inc(count)

    async def _tick(self, reader: Reader, positions: Positions) -> bool:
        """About once a second: applies letters whose replay was requested, passes topics by that nobody asks for, and
        sets the metrics. Returns whether reading goes on from `positions` again, without what was read ahead.
        """
        now = asyncio.get_running_loop().time()
        if now < self._next_tick:
            return False
        await replay_requested(self._database, self._name, self._handlers)
        bounds = await reader.bounds()
        sought = await self._follow(reader, positions, bounds)
        async with self._database.session() as session:
            letters = await count_open(session, self._name)
        for kind in Fault:
            metrics.DEAD_LETTERS.labels(self._name, kind).set(letters.get(kind, 0))
        lag: Counter[str] = Counter(dict.fromkeys(self._topics, 0))
        for partition, bound in bounds.items():
            lag[partition.topic] += bound.end - positions[partition]
        for topic, behind in lag.items():
            metrics.LAG.labels(self._name, topic).set(behind)
        self._next_tick = now + TICK_EVERY
        return sought

    async def _follow(self, reader: Reader, positions: Positions, bounds: Mapping[Partition, Bounds]) -> bool:
        """Reads the topics that are asked for; returns whether they have changed. The others are passed by up to
        `bounds`, which were looked at before: who has asked since then has asked for what came later.
        """
        asked = frozenset(self._topics)
        if self._asked is not None:
            async with self._database.transaction() as session:
                asked &= frozenset(await self._asked(session))
                ends = {at: bound.end for at, bound in bounds.items() if at.topic not in asked}
                passed = {at: end for at, end in ends.items() if end > positions[at]}
                if passed:
                    await advance(session, self._name, reader.cluster, positions, passed)
            positions.update(passed)
        if asked == self._reading:
            return False
        await reader.seek({at: offset for at, offset in positions.items() if at.topic in asked})
        self._reading = asked
        return True
