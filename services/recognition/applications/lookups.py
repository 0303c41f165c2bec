"""What endpoints look up for a caller: inside the caller's scope, or 404, whether or not it exists.

Operators see the applications of the household they operate now, departments their own recommendations and what they
assess, officers, approvers and auditors those of their region that were handed in.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from services.recognition.applications import repository as application_repository
from services.recognition.applications.domain import ApplicationState
from services.recognition.applications.models import Application
from services.recognition.applications.problems import ApplicationNotFound
from services.recognition.applications.repository import ApplicationRow
from services.recognition.applications.visibility import ReadScope, department_scope, operator_scope, region_scope
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.problems import RecognitionNotFound
from shared.platform.department_scope import department_of
from shared.platform.fields import UsccLookup
from shared.platform.identity import Caller, Role
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PagedQuery
from shared.platform.unit_of_work import SessionDep


async def require_application(
    session: SessionDep, application_id: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Application:
    """An application inside an officer's region."""
    return or_404(
        await application_repository.get_application(session, application_id, caller.region, lock=lock),
        ApplicationNotFound,
    )


async def require_applications(
    session: SessionDep, ids: Collection[uuid.UUID], caller: Caller
) -> Mapping[uuid.UUID, Application]:
    """Applications inside an officer's region, locked, by id; 404 unless all are."""
    applications = await application_repository.lock_applications(session, ids, caller.region)
    return {id_: or_404(applications.get(id_), ApplicationNotFound) for id_ in ids}


async def require_recognition(
    session: SessionDep, recognition_id: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Recognition:
    """A recognition inside an officer's region."""
    return or_404(
        await recognition_repository.get_recognition(session, recognition_id, caller.region, lock=lock),
        RecognitionNotFound,
    )


async def require_recognitions(
    session: SessionDep, ids: Collection[uuid.UUID], caller: Caller
) -> Mapping[uuid.UUID, Recognition]:
    """Recognitions inside an officer's region, locked, by id; 404 unless all are."""
    recognitions = await recognition_repository.lock_recognitions(session, ids, caller.region)
    return {id_: or_404(recognitions.get(id_), RecognitionNotFound) for id_ in ids}


View = TypeVar("View")
OFFICIALS = (Role.OFFICER, Role.APPROVER, Role.AUDITOR)
READERS = (Role.OPERATOR, Role.BUREAU, *OFFICIALS)


class ApplicationListQuery(PagedQuery):
    """Filters of a list of applications."""

    season: uuid.UUID | None = None
    state: ApplicationState | None = None
    uscc: UsccLookup | None = None


def read_scope(caller: Caller) -> ReadScope:
    """Which applications the caller may see."""
    if caller.operator_ref is not None:
        return operator_scope(caller.operator_ref)
    if caller.roles & set(OFFICIALS):
        return region_scope(caller.region, caller.department if Role.BUREAU in caller.roles else None)
    return department_scope(department_of(caller), caller.region)


def write_scope(caller: Caller) -> ReadScope:
    """To which applications the caller may add: a department to its own recommendations, whatever else it may read."""
    if caller.operator_ref is not None or Role.OFFICER in caller.roles:
        return read_scope(caller)
    return department_scope(department_of(caller), caller.region)


async def require_writable(session: SessionDep, application_id: uuid.UUID, caller: Caller) -> Application:
    """An application that the caller may add to, locked; otherwise 404, whether or not it exists."""
    return or_404(
        await application_repository.get_readable(session, application_id, write_scope(caller), lock=True),
        ApplicationNotFound,
    )


async def require_readable(
    session: SessionDep, application_id: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Application:
    """An application that the caller may see; otherwise 404, whether or not it exists."""
    return or_404(
        await application_repository.get_readable(session, application_id, read_scope(caller), lock=lock),
        ApplicationNotFound,
    )


async def require_file(session: SessionDep, application_id: uuid.UUID, caller: Caller) -> Application:
    """An application whose file the caller may read: one in their sight, or one that they score for a department."""
    sight = read_scope(caller)
    if caller.operator_ref is None and not caller.roles & set(OFFICIALS):
        sight = sight.or_assessed(caller.subject)
    return or_404(await application_repository.get_readable(session, application_id, sight), ApplicationNotFound)


async def check_writable(session: SessionDep, application_id: uuid.UUID, caller: Caller) -> None:
    """404 unless the caller may add to the application."""
    if not await application_repository.is_readable(session, application_id, write_scope(caller)):
        raise ApplicationNotFound


async def read_page(
    session: SessionDep, sight: ReadScope, query: ApplicationListQuery, shown: Callable[[ApplicationRow], View]
) -> Page[View]:
    """One page of what is in sight, by county and id."""
    page = query.page(str, uuid.UUID)
    rows = await application_repository.list_applications(
        session, sight, query.season, query.state, query.uscc, page.after, page.wanted
    )
    return page.of(rows, shown, lambda row: (row["county"], row["id"]))
