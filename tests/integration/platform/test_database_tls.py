"""Every kind of connection to the database is encrypted and verifies the server; none goes on in the clear."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from deploy.certificates import write_certificates
from shared.database import addresses
from shared.database.addresses import database_address
from shared.database.connections import Database
from shared.database.migrations import upgrade
from shared.messaging.embedded_log import connect_to_log
from shared.worker.lease import close_quietly, exclusive_lease
from tests.fixtures.tls_front import TlsFront, tls_front

NAME = "localhost"


@pytest.fixture
async def front(database_url: str, tmp_path: Path) -> AsyncIterator[TlsFront]:
    """The database behind TLS, with a certificate for `localhost` by the CA in `tmp_path`."""
    write_certificates(tmp_path, [NAME])
    port = make_url(database_url).port
    assert port is not None
    async with tls_front(port, tmp_path / f"{NAME}.pem", tmp_path / f"{NAME}-key.pem") as front:
        yield front


def through(front: TlsFront, database_url: str, authority: Path, host: str = NAME) -> str:
    """The URL of the database behind the front."""
    url = make_url(database_url).set(host=host, port=front.port)
    return f"{url.render_as_string(hide_password=False)}?sslmode=verify-full&sslrootcert={authority}"


async def test_all_connections_are_encrypted(front: TlsFront, database_url: str, tmp_path: Path) -> None:
    url = through(front, database_url, tmp_path / "ca.pem")
    await asyncio.to_thread(upgrade, url, "shared")
    database = Database(url)
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    assert await (await database.pool()).fetchval("SELECT 1") == 1
    async with exclusive_lease(database, "a task") as lease:
        assert await lease.fetchval("SELECT 1") == 1
    await close_quietly(await connect_to_log(url))
    await database.close()
    assert front.encrypted >= len(("migration", "session", "pool", "lease", "log"))
    assert front.in_the_clear == 0


async def test_a_server_that_another_authority_vouches_for_is_not_spoken_to(
    front: TlsFront, database_url: str, tmp_path: Path
) -> None:
    write_certificates(tmp_path / "other", ["elsewhere"])
    database = Database(through(front, database_url, tmp_path / "other" / "ca.pem"))
    with pytest.raises(OSError, match="certificate verify failed"):
        await (await database.pool()).fetchval("SELECT 1")
    with pytest.raises(OSError, match="certificate verify failed"):
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
    await database.close()


async def test_a_server_by_another_name_is_not_spoken_to(front: TlsFront, database_url: str, tmp_path: Path) -> None:
    address = database_address(through(front, database_url, tmp_path / "ca.pem", host="127.0.0.1"))
    with pytest.raises(OSError, match="certificate verify failed"):
        await asyncpg.connect(**address.connect_options())


async def test_a_connection_whose_tls_is_forgotten_is_noticed(
    front: TlsFront, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: options of TLS that do not reach the driver."""
    monkeypatch.setattr(addresses, "_context", lambda _given: None)
    database = Database(through(front, database_url, tmp_path / "ca.pem"))
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await (await database.pool()).fetchval("SELECT 1")
    await database.close()
    assert front.in_the_clear == 1
    assert front.encrypted == 0
