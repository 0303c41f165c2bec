"""What endpoints look up for a decision: inside the caller's region, or 404, whether or not it exists."""

import uuid

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


def known(application: Application | None) -> Application:
    """The application, or 404."""
    if application is None:
        raise Problem(404, "application-not-found", "没有这份申报", "没有这份申报，或不在您的管辖范围内")
    return application


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
    found = await recognitions.get(session, recognition_id, caller.region, lock=lock)
    if found is None:
        raise Problem(404, "recognition-not-found", "没有这项认定", "没有这项认定，或不在您的管辖范围内")
    return found
