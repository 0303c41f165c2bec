"""Which applications a caller may see, and pages of them.

An operator: those of the household whose operator they are now. A department: the recommendations that it made.
Officers, deciders, auditors: those of their region.
"""

import uuid
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from services.recognition.domain.applications import ApplicationState
from services.recognition.endpoints.found import known, no_application
from services.recognition.models import Application
from services.recognition.repository import applications
from services.recognition.repository.sights import Sight, inside, of_household_of, recommended_by
from services.recognition.schemas.common import Shape
from shared.service.departments import department_of
from shared.service.identity import Caller, Role
from shared.service.pagination import Cursor
from shared.service.unit_of_work import SessionDep

OFFICIALS = (Role.OFFICER, Role.APPROVER, Role.AUDITOR)
READERS = (Role.OPERATOR, Role.BUREAU, *OFFICIALS)


class ListQuery(Shape):
    """What a list is narrowed to, and where it goes on."""

    season: uuid.UUID | None = None
    state: ApplicationState | None = None
    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


def sight_of(caller: Caller) -> Sight:
    """What the caller may see."""
    if caller.operator_ref is not None:
        return of_household_of(caller.operator_ref)
    if caller.roles & set(OFFICIALS):
        return inside(caller.region)
    return recommended_by(department_of(caller), caller.region)


async def readable(
    session: SessionDep, application_id: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Application:
    """An application that the caller may see; otherwise 404, whether or not it exists."""
    return known(await applications.seen(session, application_id, sight_of(caller), lock=lock))


async def check_in_sight(session: SessionDep, application_id: uuid.UUID, caller: Caller) -> None:
    """404 unless the caller may see the application."""
    if not await applications.is_there(session, application_id, sight_of(caller)):
        raise no_application()


async def rows_of(session: SessionDep, sight: Sight, query: ListQuery) -> Sequence[applications.Listed]:
    """The rows of one page of what is in sight, and one more if there are more."""
    read = Cursor.read(query.cursor, str, uuid.UUID)
    after = (read[0], read[1]) if read else None
    state = query.state.value if query.state else None
    return await applications.listed(session, sight, query.season, state, after, query.limit + 1)


def key_of(row: applications.Listed) -> tuple[str, uuid.UUID]:
    """What the lists are sorted by."""
    return row["county"], row["id"]
