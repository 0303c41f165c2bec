"""How a service announces its events: under its own source, state events with revisions from its own sequence."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.payload import Payload
from shared.database.direct import SentStatement, fetch
from shared.messaging.events import ChainLink, Event, current_traceparent, new_event
from shared.messaging.outbox import emit, emit_all, writing

StateAt = Callable[[int], Payload]
"""The payload of a state event with a revision."""


class Announcer:
    """One per service. `source`: `/typing`; `sequence`: where the revisions of its state events come from.

    A revision is taken under the lock of what the event is about, so revisions of one subject grow with its changes.
    """

    def __init__(self, source: str, sequence: sa.Sequence) -> None:
        self.source, self.sequence = source, sequence.name
        self._next = f"SELECT nextval('{sequence.name}') FROM generate_series(1, $1::int)"

    async def next_revisions(self, session: AsyncSession, count: int) -> list[int]:
        """`count` new revisions, each above all that were given out before."""
        return [row[0] for row in await fetch(session, self._next, count)]

    async def next_revision(self, session: AsyncSession) -> int:
        """One new revision."""
        return (await self.next_revisions(session, 1))[0]

    async def announce(
        self,
        session: AsyncSession,
        payload: Payload,
        *,
        subject: str,
        actor: str | None = None,
        cause: Event | ChainLink | None = None,
    ) -> Event:
        """One event, with the session's transaction. `actor`: who did it; `cause`: the event that led here."""
        return await emit(session, payload, subject=subject, source=self.source, actor=actor, cause=cause)

    def announcing(self, payload: Payload, *, subject: str, actor: str | None) -> SentStatement:
        """What writes one event, to be sent together with the change that it announces."""
        traceparent = current_traceparent()
        return writing(new_event(payload, subject=subject, source=self.source, actor=actor, traceparent=traceparent))

    async def announce_all(
        self, session: AsyncSession, payloads: Sequence[tuple[str, Payload]], *, actor: str | None
    ) -> None:
        """Events that are no states, each with its subject: one statement for any number."""
        await emit_all(session, payloads, source=self.source, actor=actor)

    async def announce_states(
        self, session: AsyncSession, states: Sequence[tuple[str, StateAt]], *, actor: str | None
    ) -> None:
        """State events, each with its subject and the next revision: two statements for any number."""
        if not states:
            return
        revisions = await self.next_revisions(session, len(states))
        events = [(subject, state(revision)) for (subject, state), revision in zip(states, revisions, strict=True)]
        await emit_all(session, events, source=self.source, actor=actor)
