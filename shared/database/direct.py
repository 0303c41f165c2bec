"""Statements of hot paths, sent straight to the driver within a session's transaction: SQLAlchemy takes four times as
long for a statement by key, and eight times as long for a row.

    row = await fetch_row(session, "SELECT name FROM household WHERE uscc = $1", uscc)    # row[0] is the name
    await insert_rows(session, [objection, due_day])    # new objects of mapped classes, in one round trip

They see what the transaction has written, but nothing that is only in the session: it flushes nothing for them. Errors
are asyncpg's own (`conflicts` and `transient_errors` know them).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import asyncpg
from sqlalchemy import Connection, Dialect, event, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapper, Session, SessionTransaction, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

MOST_STATEMENTS = 64
HELD = "minglu.connection"
Values = Sequence[Any]
"""A row: its values by position."""
PLACE = re.compile(r"\$([0-9]+)")


@dataclass(frozen=True, slots=True)
class SentStatement:
    """A statement that writes and returns nothing, with its values: to be sent together with others."""

    text: str
    values: Sequence[object]


async def fetch(session: AsyncSession, statement: str, *values: object) -> Sequence[Values]:
    """All rows of a statement."""
    held = await _held_by(session)
    if _begins(held.inner, held.driver):
        begun = await held.connection.exec_driver_sql(statement, values)
        return begun.all() if begun.returns_rows else ()
    try:
        rows: list[Values] = await held.driver.fetch(statement, *values)
    except Exception:
        if held.driver.is_closed():
            await held.connection.invalidate()  # SQLAlchemy did not see the error
        raise
    return rows


async def fetch_row(session: AsyncSession, statement: str, *values: object) -> Values | None:
    """The first row of a statement, None without one."""
    rows = await fetch(session, statement, *values)
    return rows[0] if rows else None


def fetch_within(connection: Connection, statement: str, *values: object) -> Sequence[Values]:
    """The same for the listeners of a session, which SQLAlchemy calls with its own connection."""
    adapted: Any = connection.connection.dbapi_connection
    if _begins(connection, adapted.driver_connection):
        begun = connection.exec_driver_sql(statement, values)
        return begun.all() if begun.returns_rows else ()
    try:
        rows: list[Values] = adapted.run_async(lambda driver: driver.fetch(statement, *values))
    except Exception:
        if adapted.driver_connection.is_closed():
            connection.invalidate()
        raise
    return rows


@dataclass(frozen=True, slots=True)
class _Held:
    """The connection that a session's transaction, or its savepoint, has: SQLAlchemy's, and the driver's within it."""

    transaction: SessionTransaction | None
    connection: AsyncConnection
    inner: Connection
    driver: asyncpg.Connection


async def _held_by(session: AsyncSession) -> _Held:
    """Asked of SQLAlchemy once in a transaction and in each savepoint, which it begins then; it takes as long for the
    answer as PostgreSQL for a statement by key. Of a transaction that failed it is asked again, and refuses.
    """
    held: _Held | None = session.info.get(HELD)
    if held is not None and held.transaction is _innermost(session) and session.is_active:
        return held
    connection = await session.connection()
    inner = connection.sync_connection
    assert inner is not None  # noqa: S101 - a session's connection has been opened
    held = _Held(_innermost(session), connection, inner, inner.connection.driver_connection)
    session.info[HELD] = held
    return held


def _innermost(session: AsyncSession) -> SessionTransaction | None:
    of_session = session.sync_session
    return of_session.get_nested_transaction() or of_session.get_transaction()


@event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, _transaction: SessionTransaction) -> None:
    session.info.pop(HELD, None)


def _begins(connection: Connection, driver: asyncpg.Connection) -> bool:
    """Whether the transaction is still to begin, which SQLAlchemy does with the first statement that it sends itself;
    a session that only reads has none.
    """
    if driver.is_in_transaction():
        return False
    return connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT"


@dataclass(frozen=True)
class _Column:
    """One column that an insert writes: the attribute, the value where nothing is set, how a value is sent."""

    attribute: str
    default: Callable[[], object]
    sent: Callable[[Any], object] | None

    def value_of(self, values: dict[str, Any]) -> object:
        """What is sent of an object whose attributes are `values`; a default is written into them."""
        if self.attribute not in values:
            values[self.attribute] = self.default()
        value = values[self.attribute]
        return self.sent(value) if self.sent is not None else value


@dataclass(frozen=True)
class _Insert:
    """The insert of one object of each of some classes; what the database fills in is returned, class by class."""

    statement: str
    columns: Sequence[Sequence[_Column]]
    filled_in: Sequence[tuple[int, str]]


async def insert_rows(session: AsyncSession, rows: Sequence[Any], beside: Sequence[SentStatement] = ()) -> None:
    """Writes new objects of mapped classes and what goes with them, one round trip for all. The objects belong to the
    session afterwards, as if it had flushed them; what the database fills in is left to it. The statements `beside` see
    nothing of them, except by foreign keys. Errors: IntegrityConstraintViolationError.
    """
    insert = _insert_of(tuple(type(row) for row in rows), tuple(one.text for one in beside))
    values = [
        column.value_of(row.__dict__) for row, columns in zip(rows, insert.columns, strict=True) for column in columns
    ]
    values += [value for one in beside for value in one.values]
    returned = await fetch_row(session, insert.statement, *values)
    for row in rows:
        make_transient_to_detached(row)
    for (index, attribute), value in zip(insert.filled_in, returned or (), strict=True):
        set_committed_value(rows[index], attribute, value)
    session.add_all(rows)


@lru_cache(MOST_STATEMENTS)
def _insert_of(kinds: tuple[type, ...], beside: tuple[str, ...]) -> _Insert:
    dialect: Dialect = postgresql.asyncpg.dialect()  # type: ignore[no-untyped-call]
    quote = dialect.identifier_preparer.format_column
    parts, columns, filled_in, number = [], [], [], 0
    for index, kind in enumerate(kinds):
        mapper: Mapper[Any] = inspect(kind)
        written, names, returned = [], [], []
        for column in mapper.local_table.columns:
            attribute = mapper.get_property_by_column(column).key
            if column.server_default is not None or column.identity is not None:
                returned.append(quote(column))
                filled_in.append((index, attribute))
                continue
            names.append(quote(column))
            sent = column.type.dialect_impl(dialect).bind_processor(dialect)
            written.append(_Column(attribute, _default_of(column), sent))
        places = ", ".join(f"${number + place}" for place in range(1, len(names) + 1))
        number += len(names)
        returning = ", ".join(returned) or "1"
        into = f"{mapper.local_table} ({', '.join(names)})"
        parts.append(f"r{index} AS (INSERT INTO {into} VALUES ({places}) RETURNING {returning})")
        columns.append(written)
    for index, text in enumerate(beside):
        parts.append(f"b{index} AS ({PLACE.sub(partial(_moved, number), text)})")
        number += max(int(place) for place in PLACE.findall(text))
    shown = ", ".join(f"r{index}.*" for index in sorted({index for index, _ in filled_in}))
    sources = ", ".join(f"r{index}" for index in range(len(kinds)))
    return _Insert(f"WITH {', '.join(parts)} SELECT {shown} FROM {sources}", columns, filled_in)


def _moved(by: int, place: re.Match[str]) -> str:
    return f"${int(place[1]) + by}"


def _default_of(column: Any) -> Callable[[], object]:  # noqa: ANN401 - a column of any type
    default = column.default
    if default is None:
        return lambda: None
    if default.is_scalar:
        return lambda: default.arg
    return lambda: default.arg(None)
