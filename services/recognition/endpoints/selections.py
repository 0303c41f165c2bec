"""``/v1/selections``: within the quota the best go on, the rest form the reserve."""

from typing import Annotated

from fastapi import APIRouter

from services.recognition.endpoints.found import season_of
from services.recognition.endpoints.versions import Match, check_given
from services.recognition.schemas.steps import RankedView, SelectionBody, SelectionView
from services.recognition.service.selections import select
from shared.service.identity import Caller, Role, allow
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["selections"], route_class=TransactionalRoute)


@router.post("/selections", summary="在名额内择优，其余列入候补")
async def choose(
    body: SelectionBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)], match: Match = None
) -> SelectionView:
    """Rank all that wait in a season of the region, after its last day for applications; `If-Match` names the season's
    ETag.
    """
    season = await season_of(session, body.season, caller.region, lock=True)
    check_given(season.version, match)
    found = await select(session, season, caller)
    return SelectionView(
        chosen=[RankedView.of(one) for one in found.chosen], reserve=[RankedView.of(one) for one in found.reserve]
    )
