"""The database as a service sees it."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared import clock
from shared.database.connections import Database
from shared.database.direct import fetch
from shared.database.staging import Staged


class Words(DeclarativeBase):
    """Tables of this module's own."""


class Word(Words):
    """One word."""

    __tablename__ = "word"

    word: Mapped[str] = mapped_column(primary_key=True)


async def test_a_transaction_commits_at_the_end_of_its_block(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE word_list (word text)"))
        await session.execute(text("INSERT INTO word_list VALUES ('一')"))
    assert await (await database.pool()).fetchval("SELECT word FROM word_list") == "一"


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    async def fail_half_way() -> None:
        async with database.transaction() as session:
            await session.execute(text("CREATE TABLE word_list (word text)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_half_way()
    assert await (await database.pool()).fetchval("SELECT to_regclass('word_list')") is None


async def test_the_pool_for_reads_cannot_write(database: Database) -> None:
    pool = await database.pool()
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await pool.execute("CREATE TABLE word_list (word text)")


async def test_a_session_without_a_commit_rolls_back(database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("CREATE TABLE word_list (word text)"))
    assert await (await database.pool()).fetchval("SELECT to_regclass('word_list')") is None


async def test_a_statement_sent_straight_to_the_driver_belongs_to_the_savepoint_that_is_open(
    database: Database,
) -> None:
    """Also where an earlier statement of the transaction has found the connection already."""
    async with database.transaction() as session:
        await fetch(session, "CREATE TABLE word_list (word text)")
        undone = await session.begin_nested()
        await fetch(session, "INSERT INTO word_list VALUES ($1)", "一")
        await fetch(session, "INSERT INTO word_list VALUES ($1)", "二")
        await undone.rollback()
        await fetch(session, "INSERT INTO word_list VALUES ($1)", "三")
    rows = await (await database.pool()).fetch("SELECT word FROM word_list")
    assert [row["word"] for row in rows] == ["三"]


async def test_a_failed_transaction_sends_no_further_statement_to_the_driver(database: Database) -> None:
    """It would be carried out in a transaction of its own, and be committed though the change had failed."""
    async with database.session() as session:
        await fetch(session, "CREATE TABLE word (word text PRIMARY KEY)")
        await fetch(session, "INSERT INTO word VALUES ($1)", "一")
        session.add(Word(word="一"))
        with pytest.raises(IntegrityError):
            await session.flush()
        with pytest.raises(PendingRollbackError):
            await fetch(session, "CREATE TABLE word_list (word text)")
    assert await (await database.pool()).fetchval("SELECT to_regclass('word_list')") is None


async def test_staged_rows_are_those_of_the_last_batch_of_their_transaction_alone(database: Database) -> None:
    staged = Staged("staged_word", word="text", said_at="timestamptz")

    async def words(session: AsyncSession) -> list[tuple[int, str | None]]:
        rows = await session.execute(text("SELECT place, word FROM pg_temp.staged_word ORDER BY place"))
        return [(place, word) for place, word in rows]

    async with database.transaction() as session:
        await staged.copy(session, [("一", None), (None, clock.now())])
        assert await words(session) == [(0, "一"), (1, None)]
        await staged.copy(session, (("二", None) for _ in range(1)))
        assert await words(session) == [(0, "二")]
    with pytest.raises(TypeError):
        async with database.transaction() as session:
            await staged.copy(session, [(3, None)])
    async with database.transaction() as session:
        await staged.copy(session, [])
        assert await words(session) == []


def test_parameters_never_reach_a_log_through_an_error(database_url: str) -> None:
    database = Database(database_url)
    assert database.engine.dialect.name == "postgresql"
    assert database.engine.sync_engine.hide_parameters
