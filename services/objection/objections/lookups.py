"""The objection that a caller may see or change, or 404."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections import repository as objection_repository
from services.objection.objections.models import Objection
from services.objection.objections.problems import ObjectionNotFound
from shared.platform.etag import check_match
from shared.platform.identity import STAFF, Caller
from shared.platform.lookups import or_404


async def require_objection(
    session: AsyncSession, objection: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Objection:
    """Staff see those of their region, operators their own."""
    if caller.roles & STAFF:
        found = await objection_repository.get_objection(session, objection, caller.region, lock=lock)
    else:
        own = caller.operator_ref or ""
        found = await objection_repository.get_own_objection(session, objection, own, lock=lock)
    return or_404(found, ObjectionNotFound)


async def lock_objection(session: AsyncSession, objection: uuid.UUID, caller: Caller, match: str) -> Objection:
    """The objection, locked, in the version that the caller has read (412 in another)."""
    found = await require_objection(session, objection, caller, lock=True)
    check_match(match, found.version)
    return found
