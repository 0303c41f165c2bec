"""PostgreSQL lets in as many connections as all services together may open, in `minglu up` and in Compose."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import yaml

from deploy.local.postgres import SETTINGS, EmbeddedPostgres
from shared.database.connections import Database, most_connections
from shared.platform.settings import ServiceSettings
from shared.worker.run import CONNECTIONS_OF_ITS_OWN

SERVICES, MORE_WORKERS = 5, 1
"""Typing, recognition, objection, notification (with a second worker, which publishes) and support."""
OTHERS = 20
"""Migrations, commands like `minglu audit`, health checks, an administrator."""
COMPOSE = yaml.safe_load((Path(__file__).parents[3] / "docker-compose.yml").read_text("utf-8"))
DEFAULTS = {name: ServiceSettings.model_fields[name].default for name in ("database_pool", "worker_pool")}


def needed(http_pool: int, worker_pool: int) -> int:
    """What may be open at once."""
    workers = (SERVICES + MORE_WORKERS) * (most_connections(worker_pool) + CONNECTIONS_OF_ITS_OWN)
    return SERVICES * most_connections(http_pool) + workers + OTHERS


def allowed() -> dict[str, int]:
    """`max_connections` where a platform is described."""
    compose = re.search(r"max_connections=(\d+)", " ".join(COMPOSE["services"]["postgres"]["command"]))
    assert compose is not None
    return {"minglu up": int(SETTINGS["max_connections"]), "docker-compose.yml": int(compose[1])}


def test_all_services_fit_into_the_server() -> None:
    most = needed(DEFAULTS["database_pool"], DEFAULTS["worker_pool"])
    assert {where: limit for where, limit in allowed().items() if limit - 3 < most} == {}, most  # 3: superusers'


def test_workers_with_the_pools_of_http_would_not_have_fitted() -> None:
    """The planted fault: one size for both, as it was."""
    assert needed(DEFAULTS["database_pool"], DEFAULTS["database_pool"]) > min(allowed().values())


def test_a_service_may_set_its_pools_and_compose_keeps_the_defaults() -> None:
    text = str(COMPOSE["services"])
    assert "_DATABASE_POOL" not in text
    assert "_WORKER_POOL" not in text


@asynccontextmanager
async def exhausted(database: Database) -> AsyncIterator[None]:
    """All connections that it gives are taken; one more is refused."""
    async with AsyncExitStack() as stack:
        size = database.engine.pool.size()  # type: ignore[attr-defined]
        for _ in range(size):
            await stack.enter_async_context(database.engine.connect())
        pool = await database.pool()
        for _ in range(size // 2):
            await stack.enter_async_context(pool.acquire())
        with pytest.raises(TimeoutError):
            await pool.acquire(timeout=0.05)
        yield
    await database.close()


async def test_all_that_the_services_may_open_is_open_at_once(
    postgres_server: EmbeddedPostgres, database_url: str
) -> None:
    """For real, on a server with the settings of `minglu up`."""
    assert postgres_server.settings["max_connections"] == SETTINGS["max_connections"]
    sizes = [DEFAULTS["database_pool"]] * SERVICES + [DEFAULTS["worker_pool"]] * (SERVICES + MORE_WORKERS)
    own = (SERVICES + MORE_WORKERS) * CONNECTIONS_OF_ITS_OWN + OTHERS
    watching = await asyncpg.connect(**Database(database_url).connect_options())
    async with AsyncExitStack() as stack:
        stack.push_async_callback(watching.close)
        for _ in range(own - 1):
            connection = await asyncpg.connect(**Database(database_url).connect_options())
            stack.push_async_callback(connection.close)
        for size in sizes:
            await stack.enter_async_context(exhausted(Database(database_url, pool_size=size)))
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        assert await watching.fetchval(query) == needed(DEFAULTS["database_pool"], DEFAULTS["worker_pool"])
