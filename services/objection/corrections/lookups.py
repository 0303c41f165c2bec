"""The correction that a caller may see or change, or 404."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.corrections import repository as correction_repository
from services.objection.corrections.models import CorrectionItem
from services.objection.corrections.problems import CorrectionItemNotFound
from services.objection.corrections.repository import ItemScope
from shared.platform.department_scope import department_of, readable_department
from shared.platform.identity import Caller
from shared.platform.lookups import or_404


def readable(caller: Caller) -> ItemScope:
    """Departments read their own items in their own region; those who handle objections all of their region."""
    return ItemScope(caller.region, readable_department(caller))


def own(caller: Caller) -> ItemScope:
    """What the caller's department has to mend in the caller's region."""
    return ItemScope(caller.region, department_of(caller))


async def require_correction(session: AsyncSession, correction: uuid.UUID, scope: ItemScope) -> CorrectionItem:
    """A correction of the scope."""
    return or_404(await correction_repository.get_correction(session, correction, scope), CorrectionItemNotFound)


async def locked(session: AsyncSession, correction: uuid.UUID) -> CorrectionItem:
    """One that is known to be there, locked."""
    return or_404(await correction_repository.lock_correction(session, correction), CorrectionItemNotFound)
