"""A service reads and writes rows; tables, triggers and the audit are out of its reach. The auditor reads the audit."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from deploy.local.postgres import EmbeddedPostgres
from deploy.services import SERVICES
from shared.database.connections import Database
from shared.database.migrations import upgrade
from shared.database.privileges import APPEND, AUDITOR
from shared.platform import audit
from tests.fixtures.postgres import OWNER, ROLE, MakeDatabase, fetch

PACKAGES = [service.package() for service in SERVICES]
COPIED = "SELECT chain, seq + 1, at, actor, action, subject, details, prev, hash FROM audit_entry"
OTHERS = """
    SELECT array_agg(DISTINCT tableowner::text) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'result'
"""
FORBIDDEN = {
    "a trigger is switched off": "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_only_grows",
    "triggers are passed by": "SET session_replication_role = replica",
    "an entry is written past the function": f"INSERT INTO audit_entry {COPIED}",
    "an entry is changed": "UPDATE audit_entry SET actor = 'nobody'",
    "an entry is removed": "DELETE FROM audit_entry",
    "a chain is set back": "UPDATE audit_chain SET seq = 0",
    "the function is exchanged": f"CREATE OR REPLACE FUNCTION {APPEND} RETURNS void LANGUAGE sql AS 'SELECT'",
    "the function is taken away": f"DROP FUNCTION {APPEND}",
    "another table stands before the audit's": "CREATE TABLE public.stray (chain text)",
    "a schema is made": "CREATE SCHEMA stray",
    "a column is removed": "ALTER TABLE outbox DROP COLUMN value",
    "rows are removed at once": "TRUNCATE outbox",
    "the history of the schema is changed": "UPDATE alembic_version SET version_num = '0000'",
    "it becomes the owner": f"SET ROLE {OWNER}",
}


@pytest.fixture(params=PACKAGES)
def service_package(request: pytest.FixtureRequest) -> str:
    """Each service, for `database_url`."""
    return str(request.param)


async def test_a_service_may_do_nothing_of_this(database: Database) -> None:
    async with database.transaction() as session:
        await audit.record(session, audit.about("甲", "410102"), "officer-7", "entry:write")
    connection = await asyncpg.connect(**database.connect_options())
    for what, statement in FORBIDDEN.items():
        try:
            await connection.execute(statement)
        except asyncpg.InsufficientPrivilegeError:
            continue
        pytest.fail(what)
    assert [row["actor"] for row in await connection.fetch("SELECT actor FROM audit_entry")] == ["officer-7"]
    await connection.close()


def test_an_owner_could_and_so_the_service_is_none(make_database: MakeDatabase) -> None:
    """What the test above would miss if it asked as somebody who may do everything."""
    url = make_database(PACKAGES[0], as_owner=True)
    fetch(url, FORBIDDEN["a trigger is switched off"])
    fetch(url, FORBIDDEN["a chain is set back"])


async def test_a_table_of_a_callers_own_does_not_take_the_place_of_the_audits(database: Database) -> None:
    """The function runs with the owner's rights, so it must not find what the caller has put before."""
    async with database.transaction() as session:
        await session.execute(text("CREATE TEMPORARY TABLE audit_entry (LIKE public.audit_entry)"))
        await session.execute(text("CREATE TEMPORARY TABLE audit_chain (LIKE public.audit_chain)"))
        await audit.record(session, audit.about("甲", "410102"), "officer-7", "entry:write")
    pool = await database.pool()
    assert await pool.fetchval("SELECT count(*) FROM public.audit_entry") == 1


async def test_the_auditor_reads_the_audit_and_nothing_else(postgres_server: EmbeddedPostgres) -> None:
    postgres_server.create_role(AUDITOR)
    name = "of_the_auditor"
    postgres_server.create_database(name, owner=OWNER, role=ROLE)
    postgres_server.sql(f"GRANT CONNECT ON DATABASE {name} TO {AUDITOR}")
    await asyncio.to_thread(upgrade, postgres_server.url_of(name, OWNER), PACKAGES[0], service_role=ROLE)
    database = Database(postgres_server.url_of(name, AUDITOR))
    assert [entry async for entry in audit.export(await database.pool())] == []
    for statement in (
        "SELECT * FROM outbox",
        "SELECT * FROM run",
        "DELETE FROM audit_entry",
        "CREATE TEMPORARY TABLE t ()",
    ):
        with pytest.raises(asyncpg.PostgresError, match=r"permission denied|read-only"):
            await (await database.pool()).execute(statement)
    await database.close()
    postgres_server.sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_what_an_earlier_release_made_as_the_service_becomes_the_owners(postgres_server: EmbeddedPostgres) -> None:
    name, role, owner = "of_an_earlier_release", "earlier_service", "earlier_service_owner"
    url = postgres_server.create_database(name, owner=role)
    upgrade(url, PACKAGES[0])
    assert postgres_server.create_database(name, owner=owner, role=role) == url
    upgrade(postgres_server.url_of(name, owner), PACKAGES[0], service_role=role)
    assert fetch(url, OTHERS) == [owner]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        fetch(url, FORBIDDEN["a chain is set back"])
    postgres_server.sql(f"DROP DATABASE {name} WITH (FORCE)")
