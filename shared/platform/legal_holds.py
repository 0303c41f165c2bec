"""Legal holds: placed because of a case or an order, and lifted; both are in the audit."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.platform import audit
from shared.platform.audit import about
from shared.platform.retention import CHAIN

PLACE = text(
    "INSERT INTO legal_hold (id, kind, uscc, document, placed_by, placed_at) "
    "VALUES (:id, :kind, :uscc, :document, :by, :at)"
)
LIFT = text("UPDATE legal_hold SET lifted_by = :by, lifted_at = :at WHERE id = :id AND lifted_at IS NULL RETURNING 1")
OPEN = text("SELECT * FROM legal_hold WHERE lifted_at IS NULL ORDER BY placed_at, id")


async def place_hold(session: AsyncSession, kind: str | None, uscc: str | None, document: str, by: str) -> uuid.UUID:
    """Nothing of the kind (None: of any) and household (None: any) is erased until the hold is lifted; its id."""
    id_ = uuid.uuid4()
    values = {"id": id_, "kind": kind, "uscc": uscc, "document": document, "by": by, "at": clock.now()}
    await session.execute(PLACE, values)
    details = {"kind": kind, "uscc": uscc, "document": document}
    await audit.record(session, about(id_, CHAIN), by, "legal-hold:place", details)
    return id_


async def lift_hold(session: AsyncSession, id_: uuid.UUID, by: str) -> bool:
    """Whether there was such a hold."""
    lifted = (await session.execute(LIFT, {"id": id_, "by": by, "at": clock.now()})).first() is not None
    if lifted:
        await audit.record(session, about(id_, CHAIN), by, "legal-hold:lift")
    return lifted


async def open_holds(session: AsyncSession) -> Sequence[Any]:
    """All that are not lifted, the oldest first."""
    return (await session.execute(OPEN)).all()
