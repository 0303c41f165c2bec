"""The question that a caller may see or answer, or 404."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.verifications import repository as verification_repository
from services.objection.verifications.models import FactVerification
from services.objection.verifications.problems import VerificationNotFound
from services.objection.verifications.repository import AskedOf
from shared.platform.department_scope import department_of, readable_department
from shared.platform.identity import Caller
from shared.platform.lookups import or_404


async def require_readable(session: AsyncSession, verification: uuid.UUID, caller: Caller) -> FactVerification:
    """Departments read what they were asked in their own region; those who handle objections all of their region."""
    if readable_department(caller) is None:
        found = await verification_repository.get_inside(session, verification, caller.region)
        return or_404(found, VerificationNotFound)
    return await require_asked(session, verification, caller)


async def require_asked(session: AsyncSession, verification: uuid.UUID, caller: Caller) -> FactVerification:
    """What the caller's department was asked in the caller's region: it alone answers."""
    found = await verification_repository.get_asked(session, verification, asked_of(caller))
    return or_404(found, VerificationNotFound)


def asked_of(caller: Caller) -> AskedOf:
    """For whom the caller answers; 403 for a token that names no department."""
    return AskedOf(department_of(caller), caller.region)
