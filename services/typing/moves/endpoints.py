"""`/v1/moves`: households that another region's bureau delivered as its own, for both counties to see and for the one
that loses the household to decide.
"""

import datetime as dt
import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.domain import REGISTRATION, MoveState
from services.typing.moves import repository as moves_repository
from services.typing.moves.problems import MoveNotFound
from services.typing.moves.schemas import MoveDecisionBody, MoveView
from services.typing.moves.service import decide_move
from services.typing.resources import ResourcesDep
from shared.platform.deliveries.readers import Reader
from shared.platform.department_scope import OFFICIALS, require_feed_owner
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["moves"], route_class=TransactionalRoute)


@router.get("/moves", summary="迁入待确认的个体工商户：迁出和迁入两地可见")
async def list_moves(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[tuple[dt.datetime, uuid.UUID]], paged(dt.datetime, uuid.UUID)],
    state: Annotated[MoveState | None, Query(description="不填：全部")] = None,
) -> Page[MoveView]:
    """Moves out of the caller's region or into it, the oldest first."""
    require_register(caller)
    rows = await moves_repository.list_moves(session, caller.region, state, page.after, page.wanted)
    return page.of(rows, lambda row: MoveView.of(row, caller), lambda row: (row.asked_at, row.id))


@router.get("/moves/{move_id}", summary="一次迁移")
async def get_move(move_id: uuid.UUID, response: Response, session: SessionDep, caller: Reader) -> MoveView:
    """One move."""
    require_register(caller)
    move = or_404(await moves_repository.get_move(session, move_id, caller.region), MoveNotFound)
    response.headers["ETag"] = etag_of(move.version)
    return MoveView.of(move, caller)


@router.post("/moves/{move_id}/decision", summary="原登记地确认或不同意迁出")
async def decide(
    move_id: uuid.UUID,
    body: MoveDecisionBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> MoveView:
    """By the county that loses the household, or a superior of both; never by who delivered the row."""
    await deliveries_repository.lock_registration(session)
    move = or_404(await moves_repository.get_move(session, move_id, caller.region, lock=True), MoveNotFound)
    check_match(match, move.version)
    await decide_move(session, resources.intake.store, move, caller, confirmed=body.confirmed, reason=body.reason)
    response.headers["ETag"] = etag_of(move.version)
    return MoveView.of(move, caller)


def require_register(caller: Caller) -> None:
    """403 for a department that does not keep the register."""
    if not caller.roles & OFFICIALS:
        require_feed_owner(caller, REGISTRATION)
