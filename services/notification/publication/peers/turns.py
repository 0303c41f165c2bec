"""Whose turn it is to call a system: as many calls a second as it takes, whoever makes them."""

import asyncio
import datetime as dt
from typing import Final, Protocol

from sqlalchemy import DateTime, extract, func
from sqlalchemy.dialects.postgresql import insert

from services.notification.publication.peers.models import PublicationTurn
from services.notification.publication.systems import System
from shared.database.connections import Database

NOW: Final = func.clock_timestamp(type_=DateTime(timezone=True))


class NoTurnError(Exception):
    """So many calls wait for their turn already that this one is not made."""


class Turns(Protocol):
    """A place where callers of one system wait."""

    async def wait(self) -> None:
        """Until the next call may go out; NoTurnError."""
        ...


class OwnTurns:
    """Of one connection, for a system that nobody else calls."""

    def __init__(self, per_second: float) -> None:
        self._pause, self._next = 1 / per_second, 0.0

    async def wait(self) -> None:
        """See `Turns`."""
        loop = asyncio.get_running_loop()
        turn, self._next = self._next, max(self._next, loop.time()) + self._pause
        if (wait := turn - loop.time()) > 0:
            await asyncio.sleep(wait)


class SharedTurns:
    """Of all connections in all processes: sender, reconciliation, hand-ins and officers' questions. The database says
    whose turn it is, by its own clock. `longest`: seconds after which a call would rather not be made.
    """

    def __init__(self, database: Database, system: System, per_second: float, longest: float) -> None:
        second, next_at = dt.timedelta(seconds=1), PublicationTurn.next_at
        pause = second / per_second
        self._database = database
        self._take = (
            insert(PublicationTurn)
            .values(system=system, next_at=NOW + pause)
            .on_conflict_do_update(
                index_elements=[PublicationTurn.system],
                set_={"next_at": func.greatest(next_at, NOW) + pause},
                where=next_at <= NOW + longest * second,
            )
            .returning(extract("epoch", next_at - pause - NOW))
        )

    async def wait(self) -> None:
        """See `Turns`. What says how long is a transaction of its own; no connection is held while it is waited."""
        async with self._database.reading() as session:
            seconds = (await session.execute(self._take)).scalar_one_or_none()
        if seconds is None:
            raise NoTurnError
        if seconds > 0:
            await asyncio.sleep(float(seconds))
