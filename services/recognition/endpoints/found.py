"""What endpoints look up for a decision: inside the caller's region, or 404, whether or not it exists."""

import uuid
from collections.abc import Collection, Mapping

from services.recognition.models import Application, Recognition, Season
from services.recognition.repository import applications, recognitions, seasons
from shared.service.identity import Caller
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep


async def application_of(
    session: SessionDep, application_id: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Application:
    """An application inside an officer's region."""
    return known(await applications.get(session, application_id, caller.region, lock=lock))


async def applications_of(
    session: SessionDep, asked: Collection[uuid.UUID], caller: Caller
) -> Mapping[uuid.UUID, Application]:
    """Applications inside an officer's region, locked, by id; 404 unless all are."""
    found = await applications.among(session, asked, caller.region)
    return {one: known(found.get(one)) for one in asked}


def known(application: Application | None) -> Application:
    """The application, or 404."""
    if application is None:
        raise no_application()
    return application


def no_application() -> Problem:
    """404, whether or not it exists."""
    return Problem(404, "application-not-found", "没有这份申报", "没有这份申报，或不在您的管辖范围内")


async def season_of(session: SessionDep, season_id: uuid.UUID, scope: str = "", *, lock: bool = False) -> Season:
    """A season; anyone may see one, who changes it names his region as the scope."""
    season = await seasons.get(session, season_id, scope, lock=lock)
    if season is None:
        raise Problem(404, "season-not-found", "没有这个认定季", "没有这个认定季，或不在您的管辖范围内")
    return season


async def recognition_of(
    session: SessionDep, recognition_id: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Recognition:
    """A recognition inside an officer's region."""
    return recognised(await recognitions.get(session, recognition_id, caller.region, lock=lock))


async def recognitions_of(
    session: SessionDep, asked: Collection[uuid.UUID], caller: Caller
) -> Mapping[uuid.UUID, Recognition]:
    """Recognitions inside an officer's region, locked, by id; 404 unless all are."""
    found = await recognitions.among(session, asked, caller.region)
    return {one: recognised(found.get(one)) for one in asked}


def recognised(recognition: Recognition | None) -> Recognition:
    """The recognition, or 404."""
    if recognition is None:
        raise Problem(404, "recognition-not-found", "没有这项认定", "没有这项认定，或不在您的管辖范围内")
    return recognition
