"""Which errors of a database are transient: the same statement can succeed later without a repair.

HTTP answers them with 503 and Retry-After; a worker waits and tries again. Both use this module.
"""

import asyncpg
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeoutError

TRANSIENT_CLASSES = ("08", "53", "58")
"""SQLSTATE classes: connection, insufficient resources (disk, memory, connections), system error."""

TRANSIENT_CODES = frozenset({"40001", "40P01", "55P03", "25006", "55006", "57P01", "57P02", "57P03", "57P05"})
"""Serialisation, deadlock, lock timeout, read-only (a failover), database in use, shutdown, crash, starting up, idle
session ended. Not 57014: a statement that was cancelled because it ran too long would run as long again.
"""


def is_transient_database_error(error: BaseException) -> bool:
    """Whether an error, as raised by asyncpg or wrapped by SQLAlchemy, is transient. Its `__cause__` chain is not
    followed any further.
    """
    if isinstance(error, DBAPIError):
        original = error.orig
        inner = original.__cause__ or original if original is not None else None
        return inner is not None and is_transient_database_error(inner)
    if isinstance(error, ConnectionError | TimeoutError | PoolTimeoutError):
        return True
    if isinstance(error, asyncpg.InternalClientError):
        return True  # asyncpg's state after the server was killed between two statements
    if isinstance(error, asyncpg.InterfaceError):
        return "closed" in str(error)
    state = getattr(error, "sqlstate", None) or ""
    return state in TRANSIENT_CODES or state[:2] in TRANSIENT_CLASSES
