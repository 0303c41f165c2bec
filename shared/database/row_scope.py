"""Rows of a region, kept apart by the database: row-level security below the queries (docs/adr/0022).

Tables that hold cases have a policy that compares their county with the setting `minglu.scope` of the connection: the
prefix of region codes whose rows it sees and writes. A query that forgets its condition on the region shows nothing of
another one. A connection that has no setting sees no row at all.

    Database(url)                         # workers and commands: everywhere
    Database(url, scope=NOWHERE)          # the HTTP process: what a session does not ask for, it does not get
    database.session("4101")              # a request of a bureau (unit_of_work)
    async with beyond_region(session):    # what is counted or looked up beyond the caller's own region

A pooled connection keeps its scope and remembers it, so that a statement is sent only where the next session has
another one. The role that the tables belong to is not held by the policies: migrations and backups see everything.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from shared.database.direct import fetch

SETTING = "minglu.scope"
EVERYWHERE = ""
"""Every region begins with it."""
NOWHERE = "-"
"""No region begins with it."""
SCOPE = "minglu.scope"
"""Key of a session's and of a connection's `info`."""
FORM = re.compile(r"([0-9]{2}){0,3}|-")


def checked(scope: str) -> str:
    """The scope, which is written into statements: a prefix of region codes, or NOWHERE."""
    if not FORM.fullmatch(scope):
        raise ValueError("a scope is a prefix of region codes of 0, 2, 4 or 6 digits, or NOWHERE")
    return scope


@asynccontextmanager
async def beyond_region(session: AsyncSession, within: str = EVERYWHERE) -> AsyncIterator[None]:
    """Sees and writes the rows of `within` inside the block, for what a decision in one region depends on elsewhere.
    The statements inside say themselves which rows they mean. Costs nothing where the session sees all of it anyway.
    """
    own = session.info.get(SCOPE, EVERYWHERE)
    if within.startswith(own):
        yield
        return
    held = (await session.connection()).sync_connection  # begins with the scope of its own, were it the first
    assert held is not None  # noqa: S101 - a session's connection has been opened
    try:
        session.info[SCOPE] = within
        await fetch(session, _statement(within))
        held.info[SCOPE] = within
        yield
        await session.flush()  # what was changed there is written while it may be
        await fetch(session, _statement(own))
        held.info[SCOPE] = own
    except BaseException:
        if not held.invalidated:  # a lost connection has nothing to remember, and its error is told as it is
            held.info[SCOPE] = None  # a rollback takes the setting back, or not: it is set again before it is relied on
        raise
    finally:
        session.info[SCOPE] = own


@event.listens_for(Session, "after_begin")
def _see_own_rows(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Before the first statement of a transaction: the connection has the scope of the session."""
    wanted = session.info.get(SCOPE)
    if wanted is None or connection.info.get(SCOPE) == wanted:
        return
    adapted: Any = connection.connection.dbapi_connection
    statement = _statement(wanted)
    connection.info[SCOPE] = None
    try:
        adapted.run_async(lambda driver: driver.execute(statement))
    except Exception:
        if adapted.driver_connection.is_closed():
            connection.invalidate()
        raise
    connection.info[SCOPE] = wanted


def _statement(scope: str) -> str:
    return f"SET {SETTING} = '{checked(scope)}'"
