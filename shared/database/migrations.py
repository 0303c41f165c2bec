"""Schema histories (Alembic) of a service's database: the platform's tables, then the service's own.

The platform's history is `shared/migrations` (version table `platform_version`), a service's
`services/<name>/migrations/versions` (`alembic_version`). All share `shared/migrations/env.py`, which is one call of
`run_migrations()`, and its template of a revision: a service has its revisions and nothing else.
`upgrade(url, "services.typing")` brings a database to the newest schema of both; `drift(…)` lists where models and
migrations differ. They run an event loop of their own: call them outside of one, or through `asyncio.to_thread`.
"""

import asyncio
from collections.abc import Callable
from importlib import import_module
from importlib.resources import files
from typing import Any, Literal, TypeVar

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.database.addresses import database_address
from shared.database.advisory_locks import AdvisoryLock, lock_key
from shared.database.columns import EnumText, JsonOf
from shared.database.privileges import grant

T = TypeVar("T")

PLATFORM = "shared"
"""The package whose `migrations` make the platform's tables; it may be given wherever a service's package is expected.
"""
PLATFORM_VERSIONS = "platform_version"
SERVICE_VERSIONS = "alembic_version"


def upgrade(url: str, package: str, revision: str = "head", *, service_role: str | None = None) -> None:
    """Bring the database at `url` to the platform's newest revision, then to `revision` of the service `package`.

    `service_role`: the role that the service itself connects with, where that of `url` is another one, the owner's; it
    gets its rights.
    """
    if package != PLATFORM:
        upgrade(url, PLATFORM)
    command.upgrade(_config(url, package), revision)
    if service_role is not None:
        tables = _service_tables(package)
        asyncio.run(_with_connection(url, lambda connection: grant(connection, service_role, tables)))


def downgrade(url: str, package: str, revision: str) -> None:
    """Back to an earlier revision of `package` alone; "base" removes all of its tables."""
    command.downgrade(_config(url, package), revision)


def revise(url: str, package: str, message: str) -> None:
    """Write a new revision from the difference between models and the database at `url`; read it before use."""
    command.revision(_config(url, package), message, autogenerate=True)


def drift(url: str, package: str) -> list[Any]:
    """Differences between the migrated database and what the platform's tables and `<package>.models.metadata` say;
    empty when they agree.
    """
    service = _service_tables(package)

    def compare(connection: Connection) -> list[Any]:
        differences: list[Any] = []
        for metadata in (_platform_tables(), service):
            context = MigrationContext.configure(connection, opts={"include_name": _looks_at(metadata)})
            differences += compare_metadata(context, metadata)
        return differences

    return asyncio.run(_with_connection(url, compare))


def run_migrations() -> None:
    """What `env.py` calls: runs the history that the configuration names, under a lock and with a lock timeout."""
    url, package = (context.config.get_main_option(name) for name in ("sqlalchemy.url", "package"))
    if url is None or package is None:
        raise RuntimeError("run migrations through shared.database.migrations.upgrade")
    metadata = _platform_tables() if package == PLATFORM else _service_tables(package)
    version_table = PLATFORM_VERSIONS if package == PLATFORM else SERVICE_VERSIONS

    def run(connection: Connection) -> None:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            version_table=version_table,
            include_name=_looks_at(metadata),
            compare_type=True,
            render_item=_render_column_type,
        )
        with context.begin_transaction():
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            connection.execute(*lock_key(AdvisoryLock.MIGRATION))
            context.run_migrations()

    asyncio.run(_with_connection(url, run))


def _platform_tables() -> MetaData:
    metadata: MetaData = import_module(f"{PLATFORM}.migrations.tables").metadata
    return metadata


def _service_tables(package: str) -> MetaData:
    metadata: MetaData = import_module(f"{package}.models").metadata
    return metadata


def _looks_at(metadata: MetaData) -> Callable[[str | None, str, Any], bool]:
    """A filter for comparisons: only the platform's tables, or all tables but those."""
    platform = _platform_tables()
    names, versions = frozenset(platform.tables), {PLATFORM_VERSIONS, SERVICE_VERSIONS}

    def include(name: str | None, kind: str, _parents: Any) -> bool:  # noqa: ANN401 - Alembic's
        if kind != "table" or name is None:
            return True
        return name not in versions and (name in names) == (metadata is platform)

    return include


def _render_column_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """How a draft writes the column types of `shared.database.columns`: as what they are in the database."""
    if kind == "type" and isinstance(item, EnumText):
        return f"sa.String(length={item.length})"
    if kind == "type" and isinstance(item, JsonOf):
        return "postgresql.JSONB()"
    return False


def _config(url: str, package: str) -> Config:
    config = Config()
    config.set_main_option("script_location", f"{PLATFORM}:migrations")
    config.set_main_option("path_separator", "newline")  # a folder's name may hold a space
    versions = str(files(package) / "migrations" / "versions")
    for name, value in {"package": package, "version_locations": versions, "sqlalchemy.url": url}.items():
        config.set_main_option(name, value.replace("%", "%%"))
    return config


async def _with_connection(url: str, use: Callable[[Connection], T]) -> T:
    address = database_address(url)
    engine = create_async_engine(address.url, poolclass=pool.NullPool, connect_args={"ssl": address.tls or False})
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(use)
    finally:
        await engine.dispose()
