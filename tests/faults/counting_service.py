"""A small service to put under faults: it counts per key, emits each count, and keeps what it receives."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import BigInteger, Column, Identity, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.payload import Payload, StatePayload
from shared.database.connections import Database, new_metadata
from shared.messaging.bus import Bus, Reader, Record
from shared.messaging.events import Event, new_event, parse_event
from shared.messaging.inbox import latest_per_subject
from shared.messaging.outbox import emit
from shared.messaging.tables import messaging_tables
from tests.fixtures.waiting import PATIENCE

metadata = new_metadata()
messaging_tables(metadata)
Table("account", metadata, Column("key", Text, primary_key=True), Column("count", BigInteger, nullable=False))
Table(
    "effect",
    metadata,
    Column("place", BigInteger, Identity(), primary_key=True),
    Column("key", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
)
Table(
    "state",
    metadata,
    Column("key", Text, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("value", BigInteger, nullable=False),
)

COUNT = text(
    "INSERT INTO account VALUES (:key, 1) ON CONFLICT (key) DO UPDATE SET count = account.count + 1 RETURNING count"
)
APPLY_STEP = text("INSERT INTO effect (key, number) VALUES (:key, :number)")
APPLY_STATE = text(
    """
    INSERT INTO state VALUES (:key, :revision, :value)
    ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, value = excluded.value
    WHERE state.revision < excluded.revision
    """
)


class Step(Payload):
    """A count; on which topic, its subclasses say."""

    topic: ClassVar[str] = ""
    number: int


@dataclass(frozen=True)
class Kinds:
    """Payload classes on a topic of the test's own."""

    step: type[Step]
    state: type[StatePayload]


def kinds_on(topic_name: str) -> Kinds:
    class Stepped(Step):
        topic: ClassVar[str] = topic_name

    class Stated(StatePayload):
        topic: ClassVar[str] = topic_name
        value: int

    return Kinds(Stepped, Stated)


async def create_tables(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)


# -- writing facts with their events ----------------------------------------------------------------------------


async def count_up(session: AsyncSession, key: str) -> int:
    """The fact: locks the key's row, then changes it."""
    return int((await session.execute(COUNT, {"key": key})).scalar_one())


async def step(database: Database, kinds: Kinds, key: str, *, dawdle: float = 0.0) -> int:
    """A fact and its event in one transaction, which may take its time to commit."""
    async with database.transaction() as session:
        number = await count_up(session, key)
        await emit(session, kinds.step(number=number), subject=key, source="/test")
        await asyncio.sleep(dawdle)
    return number


def step_records(kinds: Kinds, keys: Sequence[str], count: int) -> list[Record]:
    """`count` steps of every key as they would lie on the bus."""
    return [
        Record(key, new_event(kinds.step(number=number), subject=key, source="/test").encode())
        for number in range(1, count + 1)
        for key in keys
    ]


# -- applying them -----------------------------------------------------------------------------------------------


async def apply_step(session: AsyncSession, event: Event) -> None:
    await session.execute(APPLY_STEP, {"key": event.subject, "number": event.data.number})  # type: ignore[attr-defined]


async def apply_state(session: AsyncSession, event: Event) -> None:
    data = event.data
    values = {"key": event.subject, "revision": data.revision, "value": data.value}  # type: ignore[attr-defined]
    await session.execute(APPLY_STATE, values)


async def apply_states(session: AsyncSession, events: Sequence[Event]) -> None:
    """Many at once."""
    last = latest_per_subject(events)
    await session.execute(
        text(
            """
            INSERT INTO state
            SELECT * FROM unnest(CAST(:keys AS text[]), CAST(:revisions AS bigint[]), CAST(:values AS bigint[]))
            ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, value = excluded.value
            WHERE state.revision < excluded.revision
            """
        ),
        {
            "keys": [event.subject for event in last],
            "revisions": [event.data.revision for event in last],  # type: ignore[attr-defined]
            "values": [event.data.value for event in last],  # type: ignore[attr-defined]
        },
    )


def handlers(kinds: Kinds) -> dict[type[Payload], Callable[[AsyncSession, Event], Awaitable[None]]]:
    return {kinds.step: apply_step, kinds.state: apply_state}


# -- what is true in the end --------------------------------------------------------------------------------------


async def effects(database: Database) -> dict[str, list[int]]:
    """The numbers applied per key, in the order of application."""
    applied: dict[str, list[int]] = defaultdict(list)
    async with database.session() as session:
        for key, number in await session.execute(text("SELECT key, number FROM effect ORDER BY place")):
            applied[key].append(number)
    return applied


async def expected_counts(database: Database) -> dict[str, int]:
    """How many steps of each key were committed."""
    async with database.session() as session:
        return dict((await session.execute(text("SELECT key, count FROM account"))).all())


async def scalar(database: Database, query: str) -> int:
    async with database.session() as session:
        return int((await session.execute(text(query))).scalar_one())


async def published(bus: Bus, kinds: Kinds) -> dict[str, list[int]]:
    """The steps on the topic per key, in order, each event once (its first appearance)."""
    found: dict[str, list[int]] = defaultdict(list)
    seen: set[str] = set()
    async with bus.reader({kinds.step.topic}) as reader:
        for raw in await _everything(reader):
            event = parse_event(raw, {kinds.step.event_type: kinds.step})
            assert event is not None
            if event.id not in seen:
                seen.add(event.id)
                found[event.subject].append(event.data.number)  # type: ignore[attr-defined]
    return found


async def _everything(reader: Reader) -> list[bytes]:
    bounds = await reader.bounds()
    await reader.seek({partition: bound.first for partition, bound in bounds.items()})
    total = sum(bound.end - bound.first for bound in bounds.values())
    values: list[bytes] = []
    async with asyncio.timeout(PATIENCE):
        while len(values) < total:
            values += [message.value for message in await reader.read(2000, 0.5)]
    return values


def wrong(found: dict[str, list[int]], expected: dict[str, int]) -> dict[str, list[int]]:
    """The keys whose numbers are not exactly 1, 2, … up to what is expected. Empty when all is well."""
    keys = found.keys() | expected.keys()
    return {key: found.get(key, []) for key in keys if found.get(key, []) != list(range(1, expected.get(key, 0) + 1))}


# -- running things ------------------------------------------------------------------------------------------------


@asynccontextmanager
async def running(*endless: Awaitable[None]) -> AsyncIterator[None]:
    """Runs endless loops beside the block. One that dies fails the test."""
    tasks = [asyncio.ensure_future(loop) for loop in endless]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def eventually(what: Callable[[], Awaitable[bool]], seconds: float = PATIENCE) -> bool:
    """Whether it becomes true within the time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while loop.time() < deadline:
        if await what():
            return True
        await asyncio.sleep(0.05)
    return False


async def applied(database: Database, expected: dict[str, int]) -> bool:
    """Whether at least so many effects are there."""
    return await scalar(database, "SELECT count(*) FROM effect") >= sum(expected.values())


async def relayed(database: Database) -> bool:
    return await scalar(database, "SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 0
