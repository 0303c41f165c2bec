"""What a transaction records is written with its commit: no chain is held while it goes on, nothing undone is told."""

import asyncio

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.connections import Database
from shared.platform import audit
from shared.platform.audit import AuditRecord
from shared.platform.audit_chain import verify

HERE, THERE = "410102", "410103"


@pytest.fixture(scope="session")
def service_package() -> str:
    return "tests.fixtures.ledger"


async def record(session: AsyncSession, subject: str, region: str = HERE) -> None:
    await audit.record(session, audit.about(subject, region), "a", "entry:write")


async def subjects(database: Database) -> list[str]:
    entries = [entry async for entry in audit.export(await database.pool())]
    assert verify(entries, {}) == []
    return [entry.subject for entry in entries]


async def test_what_a_savepoint_undid_is_not_told(database: Database) -> None:
    async with database.transaction() as session:
        await record(session, "before")
        async with session.begin_nested() as savepoint:
            await record(session, "undone")
            async with session.begin_nested():
                await record(session, "undone, too")
            await savepoint.rollback()
        async with session.begin_nested():
            await record(session, "kept")
    assert await subjects(database) == ["before", "kept"]


async def test_a_transaction_that_is_rolled_back_tells_nothing_and_the_next_one_starts_anew(database: Database) -> None:
    async with database.session() as session:
        await record(session, "undone")
        await session.rollback()
        await record(session, "done")
        await session.commit()
        await record(session, "done, too")
        await session.commit()
    assert await subjects(database) == ["done", "done, too"]


async def crossing(database: Database) -> None:
    """Two transactions act in two regions, each begins where the other ends."""
    met = asyncio.Barrier(2)

    async def act(first: str, second: str) -> None:
        async with database.transaction() as session:
            await record(session, first, first)
            await met.wait()
            await record(session, second, second)

    ended = await asyncio.gather(act(HERE, THERE), act(THERE, HERE), return_exceptions=True)
    for failure in filter(None, ended):
        raise failure


async def test_deeds_in_two_regions_never_wait_for_each_other(database: Database) -> None:
    await crossing(database)
    assert sorted(await subjects(database)) == [HERE, HERE, THERE, THERE]


async def test_a_chain_that_is_locked_at_once_would_deadlock(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: each entry is written when it is recorded."""

    async def at_once(session: AsyncSession, subject: audit.About, actor: str, action: str) -> None:
        entry = AuditRecord(subject.region, actor, action, subject.subject, {})
        await session.run_sync(audit._append, subject.region, [entry])

    monkeypatch.setattr(audit, "record", at_once)
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await crossing(database)
