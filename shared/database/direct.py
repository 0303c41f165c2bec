"""Statements of hot paths, sent straight to the driver within a session's transaction: SQLAlchemy takes four times as
long for a statement by key, and eight times as long for a row.

    row = await fetch_row(session, "SELECT name FROM household WHERE uscc = $1", uscc)    # row[0] is the name
    await insert_rows(session, objection, due_day)     # new objects of mapped classes, in one round trip

They see what the transaction has written, but nothing that is only in the session: it flushes nothing for them. Errors
are asyncpg's own (`conflicts` and `transient_errors` know them).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import Connection, Dialect, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

MOST_STATEMENTS = 64
Values = Sequence[Any]
"""A row: its values by position."""


async def fetch(session: AsyncSession, statement: str, *values: object) -> Sequence[Values]:
    """All rows of a statement."""
    connection = await session.connection()
    inner = connection.sync_connection
    assert inner is not None  # noqa: S101 - a session's connection has been opened
    driver: asyncpg.Connection = inner.connection.driver_connection
    if _begins(inner, driver):
        begun = await connection.exec_driver_sql(statement, values)
        return begun.all() if begun.returns_rows else ()
    try:
        rows: list[Values] = await driver.fetch(statement, *values)
    except Exception:
        if driver.is_closed():
            await connection.invalidate()  # SQLAlchemy did not see the error
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


async def insert_rows(session: AsyncSession, *rows: Any) -> None:  # noqa: ANN401 - objects of mapped classes
    """Writes new objects, one round trip for all, in their order. They belong to the session afterwards, as if it had
    flushed them; what the database fills in is left to it. Errors: IntegrityConstraintViolationError.
    """
    insert = _insert_of(tuple(type(row) for row in rows))
    values = [
        column.value_of(row.__dict__) for row, columns in zip(rows, insert.columns, strict=True) for column in columns
    ]
    returned = await fetch_row(session, insert.statement, *values)
    for row in rows:
        make_transient_to_detached(row)
    for (index, attribute), value in zip(insert.filled_in, returned or (), strict=True):
        set_committed_value(rows[index], attribute, value)
    session.add_all(rows)


@lru_cache(MOST_STATEMENTS)
def _insert_of(kinds: tuple[type, ...]) -> _Insert:
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
    shown = ", ".join(f"r{index}.*" for index in sorted({index for index, _ in filled_in}))
    sources = ", ".join(f"r{index}" for index in range(len(kinds)))
    return _Insert(f"WITH {', '.join(parts)} SELECT {shown} FROM {sources}", columns, filled_in)


def _default_of(column: Any) -> Callable[[], object]:  # noqa: ANN401 - a column of any type
    default = column.default
    if default is None:
        return lambda: None
    if default.is_scalar:
        return lambda: default.arg
    return lambda: default.arg(None)
