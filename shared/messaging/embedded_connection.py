"""The embedded log's database: its tables, created when first used, and its errors, seen as the bus being down."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from shared.messaging.bus import BusDownError
from shared.messaging.faults import passes_by_itself
from shared.messaging.lease import closed
from shared.service.advisory_locks import AdvisoryLock, lock_statement

TABLES = f"""
    {lock_statement(AdvisoryLock.EMBEDDED_LOG)};
    CREATE TABLE IF NOT EXISTS log_cluster (
        single boolean PRIMARY KEY DEFAULT true CHECK (single), id uuid NOT NULL DEFAULT gen_random_uuid());
    CREATE TABLE IF NOT EXISTS log_partition (
        topic text, partition int, next_offset bigint NOT NULL DEFAULT 0, PRIMARY KEY (topic, partition));
    CREATE TABLE IF NOT EXISTS log_record (
        topic text, partition int, "offset" bigint, key text NOT NULL, value bytea NOT NULL,
        appended_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (topic, partition, "offset"));
    CREATE INDEX IF NOT EXISTS log_record_appended_at ON log_record USING brin (appended_at);
    INSERT INTO log_cluster DEFAULT VALUES ON CONFLICT DO NOTHING
"""
WIPED_STATES = frozenset({"42P01", "3D000", "55000"})
"""SQLSTATEs of a database that was dropped, refuses connections, or was made anew without our tables."""


@contextmanager
def bus_errors() -> Iterator[None]:
    """Turns a database that is away into BusDownError. Around our own statements only, never a caller's."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        if passes_by_itself(error) or getattr(error, "sqlstate", None) in WIPED_STATES:
            raise BusDownError(type(error).__name__) from error
        raise


async def connect(url: str) -> asyncpg.Connection:
    """A connection to the log; makes sure that its tables exist."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        if await connection.fetchval("SELECT to_regclass('log_cluster')") is None:
            async with connection.transaction():
                await connection.execute(TABLES)
    except BaseException:
        await closed(connection)
        raise
    return connection


async def cluster_of(connection: asyncpg.Connection) -> str:
    """The id that the tables were created with."""
    return str(await connection.fetchval("SELECT id FROM log_cluster"))
