"""The database as a service sees it."""

import asyncpg
import pytest
from sqlalchemy import text

from shared.database.connections import Database


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


def test_parameters_never_reach_a_log_through_an_error(database_url: str) -> None:
    database = Database(database_url)
    assert database.engine.dialect.name == "postgresql"
    assert database.engine.sync_engine.hide_parameters
