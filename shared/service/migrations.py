"""Each service's schema history (Alembic, `services/<name>/migrations`), run and checked alike.

A service's `migrations/env.py` is one call: `run_migrations(metadata)`. `upgrade(url, "services.typing")`
brings a database to the newest schema; `drift(…)` lists where models and migrations differ. Both run an event
loop of their own: call them from outside one, or through `asyncio.to_thread`.
"""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.service.advisory_locks import AdvisoryLock, lock_key

T = TypeVar("T")


def upgrade(url: str, package: str, revision: str = "head") -> None:
    """Bring the database at `url` to `revision` of the service `package`."""
    command.upgrade(_config(url, package), revision)


def downgrade(url: str, package: str, revision: str) -> None:
    """Back to an earlier revision; "base" removes everything."""
    command.downgrade(_config(url, package), revision)


def revise(url: str, package: str, message: str) -> None:
    """Write a new revision from the difference between models and the database at `url`; read it before use."""
    command.revision(_config(url, package), message, autogenerate=True)


def drift(url: str, package: str) -> list[Any]:
    """Differences between the migrated database and `<package>.models.metadata`; empty when they agree."""
    metadata: MetaData = import_module(f"{package}.models").metadata

    def compare(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    return asyncio.run(_with_connection(url, compare))


def run_migrations(metadata: MetaData) -> None:
    """The whole of a service's `env.py`."""
    url = context.config.get_main_option("sqlalchemy.url")
    if url is None:
        raise RuntimeError("run migrations through shared.service.migrations.upgrade")

    def run(connection: Connection) -> None:
        context.configure(connection=connection, target_metadata=metadata, compare_type=True)
        with context.begin_transaction():
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            connection.execute(*lock_key(AdvisoryLock.MIGRATION))
            context.run_migrations()

    asyncio.run(_with_connection(url, run))


def _config(url: str, package: str) -> Config:
    config = Config()
    config.set_main_option("script_location", f"{package}:migrations")
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


async def _with_connection(url: str, use: Callable[[Connection], T]) -> T:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(use)
    finally:
        await engine.dispose()
