"""``/v1/site-visits``: the record of a visit to a selected household."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.recognition.endpoints.applications import shown
from services.recognition.endpoints.found import application_of, season_of
from services.recognition.schemas.applications import ApplicationView
from services.recognition.schemas.steps import SiteVisitBody
from services.recognition.service.site_visits import Visit, record_visit
from shared.service.etag import check_match, require_match
from shared.service.identity import Caller, Role, allow
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["site-visits"], route_class=TransactionalRoute)


@router.post("/site-visits", summary="登记走访核实的结果")
async def visit(
    body: SiteVisitBody,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> ApplicationView:
    """A failed one frees its place for the reserve: then the season's row is locked first, as at a selection. One that
    confirms changes no place, and officers who visit do not wait for one another.
    """
    if not body.confirmed:
        known = await application_of(session, body.application, caller)
        await season_of(session, known.season_id, lock=True)
    application = await application_of(session, body.application, caller, lock=True)
    season = await season_of(session, application.season_id)
    check_match(match, application.version)
    seen = Visit(body.visited_on, body.visitors, body.finding, body.photos, body.confirmed)
    return shown(await record_visit(session, application, season, seen, caller), response)
