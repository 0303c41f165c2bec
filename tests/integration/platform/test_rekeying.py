"""M7: a new key of pseudonyms was promised, and nothing could take the rows of a service along."""

import asyncpg
import pytest

from shared.database.connections import Database
from shared.platform.rekeying import Rekeyed, rekey

ONE, TWO, LOST = (f"v1:{digit * 32}" for digit in "abc")
SUCCESSORS = {ONE: "v2:" + "1" * 32, TWO: "v2:" + "2" * 32}
ROWS = [(1, ONE, f"operator:{TWO}"), (2, LOST, "person:somebody"), (3, None, f"{ONE} in a sentence")]


@pytest.fixture
async def connection(database: Database) -> asyncpg.Connection:
    connection = await asyncpg.connect(**database.connect_options())
    await connection.execute("create table shop (id int, operator_ref text unique, recipient varchar(100))")
    await connection.copy_records_to_table("shop", records=ROWS)
    return connection


async def test_every_row_that_names_a_person_gets_the_new_pseudonym_once(connection: asyncpg.Connection) -> None:
    expected = [Rekeyed("shop.operator_ref", 1, 1), Rekeyed("shop.recipient", 1, 0)]
    assert await rekey(connection, SUCCESSORS, apply=False) == expected
    assert await connection.fetch("select * from shop order by id") == ROWS, "counting changes nothing"
    assert await rekey(connection, SUCCESSORS, apply=True) == expected
    kept = [tuple(row) for row in await connection.fetch("select operator_ref, recipient from shop order by id")]
    assert kept == [(SUCCESSORS[ONE], f"operator:{SUCCESSORS[TWO]}"), (LOST, "person:somebody"), (None, ROWS[2][2])]
    assert await rekey(connection, SUCCESSORS, apply=True) == [Rekeyed("shop.operator_ref", 0, 1)]
    await connection.close()
