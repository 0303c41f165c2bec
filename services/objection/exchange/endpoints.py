"""`/v1/directory-objections`: what came from the province's directory, what was not taken, and what was answered."""

from typing import Annotated

from fastapi import APIRouter

from services.objection.exchange import repository as exchange_repository
from services.objection.exchange.schemas import ExchangedObjectionView
from shared.platform.identity import Caller, Role, allow
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["directory"], route_class=TransactionalRoute)


@router.get("/directory-objections", summary="省名录异议申诉模块转来的异议，及答复的送达")
async def list_directory_objections(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    page: Annotated[PageQuery[str], paged(str)],
) -> Page[ExchangedObjectionView]:
    """Of the region; rows that cannot be read belong to the directory's own."""
    rows = await exchange_repository.list_exchanged(session, caller.region, page.after, page.wanted)
    return page.of(rows, ExchangedObjectionView.of, lambda row: row.peer_receipt)
