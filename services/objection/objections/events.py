"""How an objection's changes are announced: state events under the household's code, with the objection's revision."""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.objections.models import Objection
from shared.contracts.payload import Payload
from shared.messaging.events import Event
from shared.platform.identity import Caller

TEXT_LENGTH = 2000
"""Characters of a text in an event (`shared.contracts.objection.Text`)"""


def shorten(text: str) -> str:
    """A text, cut to the length that events allow; the row keeps the whole."""
    return text if len(text) <= TEXT_LENGTH else text[: TEXT_LENGTH - 1] + "…"


def state_at(
    objection: Objection, payload: Callable[..., Payload], details: Mapping[str, object]
) -> Callable[[int], Payload]:
    """A state event of a locked objection, once its revision is known; `details`: the payload's own fields."""
    return partial(
        _state,
        payload,
        {
            "objection": objection.id,
            "receipt": objection.receipt,
            "uscc": objection.uscc,
            "region": objection.county,
            "against": objection.against.value,
            "subject": objection.subject,
            "handled_at": objection.handled_at or None,
            "objector_ref": objection.operator_ref,
            **details,
        },
    )


def _state(payload: Callable[..., Payload], fields: Mapping[str, object], revision: int) -> Payload:
    return payload(**fields, revision=revision)


async def announce_state(
    session: AsyncSession,
    objection: Objection,
    payload: Callable[..., Payload],
    details: Mapping[str, object],
    actor: Caller | None,
    cause: Event | None = None,
) -> Event:
    """One state event of a locked objection; `details`: the payload's fields beside those of every state."""
    state = state_at(objection, payload, details)(await ANNOUNCER.next_revision(session))
    return await ANNOUNCER.announce(
        session, state, subject=objection.uscc, actor=actor.subject if actor else None, cause=cause
    )
