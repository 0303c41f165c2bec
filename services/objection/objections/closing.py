"""How an objection is closed: with its outcome, whether anything changed, and the answer to the objector."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections.domain import ObjectionState, Outcome
from services.objection.objections.due_days import settle_due
from services.objection.objections.events import shorten
from services.objection.objections.models import Objection
from services.objection.objections.service import move
from shared.contracts import objection as contract
from shared.messaging.events import Event
from shared.platform.identity import Caller


async def close(
    session: AsyncSession,
    objection: Objection,
    outcome: Outcome,
    *,
    changed: bool | None,
    answer: str,
    caller: Caller,
    public: str | None = None,
    audited: Mapping[str, object] | None = None,
    cause: Event | None = None,
) -> Objection:
    """Close a locked objection. `answer` goes to the objector; `public`, the answer as the event tells it, is the same
    where it is not given, and never holds a figure. Whoever closes because of an event looks first whether the
    objection is closed already: an event may come twice.
    """
    objection.outcome, objection.changed, objection.answer = outcome, changed, answer
    objection.public_answer = public or answer
    await settle_due(session, objection)
    details = {"outcome": outcome.value, "changed": changed, "answer": shorten(public or answer)}
    return await move(
        session,
        objection,
        ObjectionState.CLOSED,
        contract.ObjectionClosed,
        caller,
        details=details,
        audited={"outcome": outcome.value, "changed": changed, **(audited or {})},
        cause=cause,
    )
