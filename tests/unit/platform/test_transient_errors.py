"""Which database errors pass by themselves: one table for HTTP and for workers."""

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeoutError

from shared.database.transient_errors import is_transient_database_error
from shared.platform.problems import _problem_of_database_error
from shared.worker.transient import is_transient

TABLE: list[tuple[Exception, bool]] = [
    (asyncpg.ConnectionDoesNotExistError("08003"), True),
    (asyncpg.ReadOnlySQLTransactionError("25006"), True),
    (asyncpg.SerializationError("40001"), True),
    (asyncpg.DeadlockDetectedError("40P01"), True),
    (asyncpg.DiskFullError("53100"), True),
    (asyncpg.TooManyConnectionsError("53300"), True),
    (asyncpg.ObjectInUseError("55006"), True),
    (asyncpg.LockNotAvailableError("55P03"), True),
    (asyncpg.AdminShutdownError("57P01"), True),
    (asyncpg.CrashShutdownError("57P02"), True),
    (asyncpg.CannotConnectNowError("57P03"), True),
    (asyncpg.PostgresIOError("58030"), True),
    (asyncpg.InterfaceError("connection is closed"), True),
    (asyncpg.InternalClientError("cannot switch to state 15"), True),
    (ConnectionRefusedError(), True),
    (ConnectionResetError(), True),
    (TimeoutError(), True),
    (PoolTimeoutError(), True),
    (asyncpg.NumericValueOutOfRangeError("22003"), False),
    (asyncpg.UniqueViolationError("23505"), False),
    (asyncpg.RestrictViolationError("23001"), False),
    (asyncpg.InsufficientPrivilegeError("42501"), False),
    (asyncpg.UndefinedTableError("42P01"), False),
    (asyncpg.QueryCanceledError("57014"), False),
    (asyncpg.InterfaceError("another operation is in progress"), False),
    (ValueError(), False),
    (FileNotFoundError(), False),
]


@pytest.mark.parametrize(("error", "transient"), TABLE, ids=lambda value: type(value).__name__)
def test_http_and_workers_decide_alike(error: Exception, transient: bool) -> None:
    assert is_transient_database_error(error) is transient
    assert is_transient_database_error(DBAPIError("SELECT 1", {}, error)) is transient
    assert is_transient(error) is transient
    problem = _problem_of_database_error(error)
    assert (problem is not None and problem.status == 503) is transient
