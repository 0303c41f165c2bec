"""Row-level security: a session sees and writes its region's rows, whatever its statements say, on whichever connection
of the pool.
"""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.local.postgres import EmbeddedPostgres
from shared.database.connections import Database
from shared.database.direct import fetch
from shared.database.row_scope import EVERYWHERE, NOWHERE, beyond_region
from shared.platform.identity import ANONYMOUS, Access, Caller, Role, row_scope
from shared.worker.transient import is_transient
from tests.fixtures.postgres import OWNER, ROLE

COUNTIES = ["120101", "410102", "410103", "41"]
PLACES = f"""
    CREATE TABLE place (county text NOT NULL);
    INSERT INTO place SELECT unnest(ARRAY{COUNTIES});
    CREATE POLICY in_scope ON place USING (starts_with(county, (SELECT current_setting('minglu.scope', true))));
    ALTER TABLE place ENABLE ROW LEVEL SECURITY;
    GRANT SELECT, INSERT, UPDATE ON place TO {ROLE};
"""


@pytest.fixture(scope="session")
def service_package() -> str:
    """One whose tables belong to another role."""
    return "services.support"


@pytest.fixture
async def places(database_url: str, postgres_server: EmbeddedPostgres) -> AsyncIterator[Database]:
    """As an HTTP process has it, with two connections."""
    name = database_url.rsplit("/", 1)[1]
    owner = await asyncpg.connect(postgres_server.url_of(name, OWNER).replace("+asyncpg", ""))
    await owner.execute(PLACES)
    await owner.close()
    database = Database(database_url, pool_size=1, scope=NOWHERE)
    yield database
    await database.close()


async def seen(session: AsyncSession) -> list[str]:
    """The counties that a statement without any condition finds."""
    return sorted((await session.execute(text("SELECT county FROM place"))).scalars())


@pytest.mark.parametrize(
    ("scope", "counties"),
    [
        (EVERYWHERE, ["120101", "41", "410102", "410103"]),
        ("41", ["41", "410102", "410103"]),
        ("410102", ["410102"]),
        ("12", ["120101"]),
        (NOWHERE, []),
        (None, []),
    ],
)
async def test_a_session_sees_its_region(places: Database, scope: str | None, counties: list[str]) -> None:
    async with places.session(scope) as session:
        assert await seen(session) == counties
        assert sorted(row[0] for row in await fetch(session, "SELECT county FROM place")) == counties
    async with places.reading(scope) as session:
        assert await seen(session) == counties


async def test_connections_that_are_used_again_forget_whose_they_were(places: Database) -> None:
    """Requests of several regions at once, each several times, on two connections."""

    async def ask(scope: str, expected: list[str], *, reads: bool) -> None:
        async with places.reading(scope) if reads else places.session(scope) as session:
            assert await seen(session) == expected
            if not reads:
                await session.rollback()
                assert await seen(session) == expected

    callers = [("410102", ["410102"]), ("12", ["120101"]), (NOWHERE, []), ("41", ["41", "410102", "410103"])]
    await asyncio.gather(*(ask(*caller, reads=number % 2 == 0) for number in range(10) for caller in callers))


async def test_what_lies_beyond_the_region_is_seen_where_it_is_said(places: Database) -> None:
    async with places.session("410102") as session:
        async with beyond_region(session, "41"):
            assert await seen(session) == ["41", "410102", "410103"]
        assert await seen(session) == ["410102"]


async def test_the_next_request_sees_its_own_region_though_the_last_one_began_beyond_it(places: Database) -> None:
    """Each on the same connection, and rolled back: the first statement of a transaction is the one beyond."""
    for _ in range(4):
        async with places.session("410102") as session:
            async with beyond_region(session):
                assert len(await seen(session)) == len(COUNTIES)
            await session.rollback()
        async with places.session("410102") as session:
            assert await seen(session) == ["410102"]


async def test_a_connection_that_is_lost_beyond_the_region_is_told_as_lost(places: Database) -> None:
    async with places.session("410102") as session:
        with pytest.raises(DBAPIError) as failed:
            async with beyond_region(session):
                await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert is_transient(failed.value)


@pytest.mark.parametrize("reads", [False, True])
async def test_what_fails_beyond_the_region_leaves_nobody_there(places: Database, *, reads: bool) -> None:
    for _ in range(4):
        async with places.reading("410102") if reads else places.session("410102") as session:
            with pytest.raises(DBAPIError):
                async with beyond_region(session):
                    await session.execute(text("SELECT 1 / 0"))
    for _ in range(4):
        async with places.session("410102") as session:
            assert await seen(session) == ["410102"]


async def test_a_row_of_another_region_is_neither_changed_nor_written(places: Database) -> None:
    async with places.transaction("410102") as session:
        assert (await session.execute(text("UPDATE place SET county = county RETURNING 1"))).all() == [(1,)]
    with pytest.raises(DBAPIError, match="row-level security"):
        async with places.transaction("410102") as session:
            await session.execute(text("INSERT INTO place VALUES ('410103')"))


async def test_a_connection_that_says_nothing_sees_nothing(places: Database) -> None:
    connection = await asyncpg.connect(**places.connect_options() | {"server_settings": {}})
    assert await connection.fetch("SELECT county FROM place") == []
    await connection.close()


@pytest.mark.parametrize("scope", ["4", "41%", "'; reset minglu.scope; --", "4101029"])
def test_what_is_no_region_is_no_scope(places: Database, scope: str) -> None:
    with pytest.raises(ValueError, match="prefix of region codes"):
        places.session(scope)


CASEWORK, PUBLIC = Access(frozenset({Role.OFFICER, Role.OPERATOR})), Access(frozenset(), public=True)
STAFF_ONLY = Access(frozenset({Role.OFFICER}))
OFFICER_WITH_A_SHOP = Caller("a", frozenset({Role.OFFICER, Role.OPERATOR}), "4101", "v1:a")


@pytest.mark.parametrize(
    ("access", "caller", "scope"),
    [
        (CASEWORK, Caller("a", frozenset({Role.OFFICER}), "4101"), "4101"),
        (CASEWORK, Caller("a", frozenset({Role.BUREAU, Role.SYSTEM}), "41"), "41"),
        (CASEWORK, Caller("a", frozenset({Role.AUDITOR}), ""), EVERYWHERE),
        (CASEWORK, Caller("a", frozenset({Role.OPERATOR}), NOWHERE, "v1:a"), EVERYWHERE),
        (CASEWORK, OFFICER_WITH_A_SHOP, EVERYWHERE),
        (STAFF_ONLY, OFFICER_WITH_A_SHOP, "4101"),
        (PUBLIC, ANONYMOUS, EVERYWHERE),
        (PUBLIC, Caller("a", frozenset({Role.OFFICER}), "4101"), EVERYWHERE),
    ],
)
def test_staff_are_held_to_their_region_where_cases_are_worked_on(access: Access, caller: Caller, scope: str) -> None:
    assert row_scope(access, caller) == scope
