"""A service's own PostgreSQL database: sessions for changes, a pool of raw connections for hot reads.

`addresses` says how URLs are written, and how the way to another machine is protected.
Only the edge commits: the route of a request (unit_of_work) or the consumer of a message. `transaction()` is for
workers.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from pydantic import SecretStr
from sqlalchemy import Column, DateTime, MetaData, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from shared.database.addresses import database_address
from shared.database.row_scope import EVERYWHERE, SCOPE, SETTING, checked

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_metadata() -> MetaData:
    """Metadata whose constraints all have names, so that a migration can name them too."""
    return MetaData(naming_convention=NAMING_CONVENTION)


def most_connections(pool_size: int) -> int:
    """The most connections that a `Database` of this size opens: its pool, at peaks twice its size, and the pool of raw
    reads.
    """
    return 3 * pool_size


class Database:
    """Connections to one database; opened when first used, closed by `close()`. `lock_seconds`: how long a statement of
    a session waits for a lock before it is a transient error. `scope`: whose rows are seen and written where a session
    does not say it (see row_scope).
    """

    def __init__(
        self,
        url: str | SecretStr,
        *,
        pool_size: int = 10,
        application: str = "minglu",
        lock_seconds: float | None = None,
        scope: str = EVERYWHERE,
    ) -> None:
        self.address = database_address(url)
        self.url = self.address.url
        self.scope = checked(scope)
        self._server_settings = {"application_name": application, SETTING: self.scope}
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=2 * pool_size,  # all are kept: to open one costs more than what most are opened for
            max_overflow=0,
            pool_use_lifo=True,  # the one used last knows the statements; those of a peak are left alone
            hide_parameters=True,  # parameters hold personal data, and errors are logged
            connect_args={
                "ssl": self.address.tls or False,
                "server_settings": self._server_settings | _lock_timeout(lock_seconds),
            },
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
        event.listen(self.engine.sync_engine, "connect", self._remember_scope)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        by_statement = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._readings = async_sessionmaker(by_statement, expire_on_commit=False)
        self._pool_size = pool_size
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    def session(self, scope: str | None = None) -> AsyncSession:
        """A session, for `async with`; closing it without a commit rolls back. `scope`: whose rows it sees and writes,
        where not those that the database was opened for.
        """
        return self._sessions(info={SCOPE: self.scope if scope is None else checked(scope)})

    def reading(self, scope: str | None = None) -> AsyncSession:
        """A session for a request that only reads: each statement is its own transaction, which saves two round trips.
        It holds no locks.
        """
        return self._readings(info={SCOPE: self.scope if scope is None else checked(scope)})

    @asynccontextmanager
    async def transaction(self, scope: str | None = None) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end of the block and rolls back when it raises."""
        async with self.session(scope) as session, session.begin():
            yield session

    async def pool(self) -> asyncpg.Pool:
        """Raw connections for reads by key: read-only and not reset between uses, since they leave nothing to reset. A
        lookup costs a quarter of what it costs through a session.
        """
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(**(self.connect_options() | self._pool_options()))
        return self._pool

    def connect_options(self) -> dict[str, Any]:
        """Keyword arguments of `asyncpg.connect`, for a separate connection (LISTEN, COPY, locks)."""
        return self.address.connect_options() | {"server_settings": self._server_settings}

    def _pool_options(self) -> dict[str, Any]:
        return {
            "min_size": 1,
            "max_size": self._pool_size,
            "reset": _nothing_to_reset,
            "server_settings": self._server_settings | {"default_transaction_read_only": "on"},
        }

    def _remember_scope(self, _connection: object, record: ConnectionPoolEntry) -> None:
        record.info[SCOPE] = self.scope

    async def close(self) -> None:
        """Close all connections."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None
        await self.engine.dispose()


def _lock_timeout(seconds: float | None) -> dict[str, str]:
    """How long a statement waits for a lock, which is a transient error then; None: until it has it."""
    return {} if seconds is None else {"lock_timeout": f"{max(1, round(seconds * 1000))}ms"}


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401 - the dialect's own
    """Makes the pool replace a connection whose socket is closed because the server has gone. Asking the server each
    time (`pool_pre_ping`) would cost three round trips; an ordinary request has about twelve.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


async def _nothing_to_reset(_connection: asyncpg.Connection) -> None:
    return None


def now_column(name: str) -> Column[object]:
    """A column that holds the instant of the transaction that wrote the row."""
    return Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))
