"""What endpoints look up for a caller: inside the caller's scope, or 404, whether or not it exists.

An operator sees the applications of the household operated now; a department the recommendations that it
made; officers, approvers and auditors those of their region.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from services.recognition.applications import repository as application_repository
from services.recognition.applications.domain import ApplicationState
from services.recognition.applications.models import Application
from services.recognition.applications.repository import ApplicationRow
from services.recognition.applications.visibility import ReadScope, department_scope, operator_scope, region_scope
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.models import Recognition
from shared.platform.department_scope import department_of
from shared.platform.identity import Caller, Role
from shared.platform.paging import Page, PagedQuery
from shared.platform.problems import Problem
from shared.platform.unit_of_work import SessionDep


async def require_application(
    session: SessionDep, application_id: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Application:
    """An application inside an officer's region."""
    return application_or_404(
        await application_repository.get_application(session, application_id, caller.region, lock=lock)
    )


async def require_applications(
    session: SessionDep, asked: Collection[uuid.UUID], caller: Caller
) -> Mapping[uuid.UUID, Application]:
    """Applications inside an officer's region, locked, by id; 404 unless all are."""
    found = await application_repository.lock_applications(session, asked, caller.region)
    return {one: application_or_404(found.get(one)) for one in asked}


def application_or_404(application: Application | None) -> Application:
    """The application, or 404."""
    if application is None:
        raise application_not_found()
    return application


def application_not_found() -> Problem:
    """404, whether or not it exists."""
    return Problem(404, "application-not-found", "没有这份申报", "没有这份申报，或不在您的管辖范围内")


async def require_recognition(
    session: SessionDep, recognition_id: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Recognition:
    """A recognition inside an officer's region."""
    return recognition_or_404(
        await recognition_repository.get_recognition(session, recognition_id, caller.region, lock=lock)
    )


async def require_recognitions(
    session: SessionDep, asked: Collection[uuid.UUID], caller: Caller
) -> Mapping[uuid.UUID, Recognition]:
    """Recognitions inside an officer's region, locked, by id; 404 unless all are."""
    found = await recognition_repository.lock_recognitions(session, asked, caller.region)
    return {one: recognition_or_404(found.get(one)) for one in asked}


def recognition_or_404(recognition: Recognition | None) -> Recognition:
    """The recognition, or 404."""
    if recognition is None:
        raise Problem(404, "recognition-not-found", "没有这项认定", "没有这项认定，或不在您的管辖范围内")
    return recognition


View = TypeVar("View")
OFFICIALS = (Role.OFFICER, Role.APPROVER, Role.AUDITOR)
READERS = (Role.OPERATOR, Role.BUREAU, *OFFICIALS)


class ApplicationListQuery(PagedQuery):
    """What a list is narrowed to, and where it goes on."""

    season: uuid.UUID | None = None
    state: ApplicationState | None = None


def read_scope(caller: Caller) -> ReadScope:
    """What the caller may see."""
    if caller.operator_ref is not None:
        return operator_scope(caller.operator_ref)
    if caller.roles & set(OFFICIALS):
        return region_scope(caller.region)
    return department_scope(department_of(caller), caller.region)


async def require_readable(
    session: SessionDep, application_id: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Application:
    """An application that the caller may see; otherwise 404, whether or not it exists."""
    return application_or_404(
        await application_repository.get_readable(session, application_id, read_scope(caller), lock=lock)
    )


async def check_readable(session: SessionDep, application_id: uuid.UUID, caller: Caller) -> None:
    """404 unless the caller may see the application."""
    if not await application_repository.is_readable(session, application_id, read_scope(caller)):
        raise application_not_found()


async def read_page(
    session: SessionDep, sight: ReadScope, query: ApplicationListQuery, shown: Callable[[ApplicationRow], View]
) -> Page[View]:
    """One page of what is in sight, by county and id."""
    page = query.page(str, uuid.UUID)
    rows = await application_repository.list_applications(
        session, sight, query.season, query.state, page.after, page.wanted
    )
    return page.of(rows, shown, lambda row: (row["county"], row["id"]))
