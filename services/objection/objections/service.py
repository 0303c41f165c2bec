"""What every step of an objection does: change its state, write it down, announce it.

The caller holds the objection's lock (`repository.get_objection(…, lock=True)`).
"""

from collections.abc import Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections import due_days
from services.objection.objections.clearing import note_change
from services.objection.objections.domain import ENDED, HOLDING, ObjectionState
from services.objection.objections.events import announce_state
from services.objection.objections.models import Objection
from services.objection.objections.next_steps import require_transition
from shared import clock
from shared.contracts.payload import Payload
from shared.messaging.events import Event
from shared.platform import audit
from shared.platform.identity import Caller


async def move(
    session: AsyncSession,
    objection: Objection,
    state: ObjectionState,
    payload: Callable[..., Payload] | None,
    caller: Caller,
    *,
    details: Mapping[str, object] | None = None,
    audited: Mapping[str, object] | None = None,
    cause: Event | None = None,
) -> Objection:
    """Take an objection to its next state: 409 where that is not possible now, with what is.

    `payload` and `details`: the event that tells of it (None: no event); `audited`: what the audit entry says besides.
    """
    require_transition(objection, state)
    before, objection.state = objection.state, state
    objection.version += 1
    if state in ENDED:
        objection.closed_at = clock.now()
        await due_days.settle_due(session, objection)
    await session.flush()
    changed = {"from": before.value, "to": state.value, **(audited or {})}
    await audit.record(session, objection, caller, f"objection:{state.value}", changed)
    if payload is not None:
        await announce_state(session, objection, payload, details or {}, caller, cause)
    if objection.public_notice is not None and before in HOLDING and state not in HOLDING:
        await note_change(session, objection.public_notice)
    return objection
