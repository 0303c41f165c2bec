"""`/v1/calls`: visits that are due, by their last day; made by the official, waived by another."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.calls import repository as call_repository, service as call_service
from services.support.calls.domain import OPEN_STATES, CallState
from services.support.calls.models import Call
from services.support.calls.problems import CallNotFound
from services.support.calls.repository import CallScope
from services.support.calls.schemas import CallsBody, CallsOpenedView, CallView, OfficialBody, OwnVisitView, VisitBody
from services.support.registers.repository import HOUSEHOLDS
from services.support.rules.domain import CallReason
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.department_scope import OFFICIALS
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import ReasonBody
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["calls"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
"""Officials of other departments see the visits that they are to make themselves"""
Visitor = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)]


def scope_of(caller: Caller) -> CallScope:
    """Which calls the caller may see."""
    return CallScope(caller.region, None if caller.roles & OFFICIALS else caller.subject)


async def views(session: AsyncSession, calls: Sequence[Call]) -> list[CallView]:
    """With what made them due and their households' names."""
    occasions = await call_repository.occasions_of(session, [call.id for call in calls])
    households = await HOUSEHOLDS.by_code(session, [call.uscc for call in calls])
    return [CallView.of(call, occasions.get(call.id, ()), households.get(call.uscc)) for call in calls]


async def call_response(session: AsyncSession, call: Call, response: Response) -> CallView:
    """The view with its ETag."""
    response.headers["ETag"] = etag_of(call.version)
    return (await views(session, [call]))[0]


async def locked(session: AsyncSession, call_id: uuid.UUID, caller: Caller, match: str) -> Call:
    """The call at the version that the caller read."""
    call = or_404(await call_repository.get_call(session, call_id, scope_of(caller), lock=True), CallNotFound)
    check_match(match, call.version)
    return call


@router.post("/calls", status_code=201, summary="登记数据看不出的必访")
async def create_calls(
    body: CallsBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> CallsOpenedView:
    """One household or a list of them; those with an open call are visited once for all reasons."""
    return CallsOpenedView.of(*await call_service.make_due_by_hand(session, body.by_hand(), caller))


@router.get("/calls", summary="必访，按最后一天")
async def list_calls(
    request: Request,
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[tuple[dt.date, uuid.UUID]], paged(dt.date, uuid.UUID)],
    state: Annotated[CallState | None, Query(description="不写：还没有办完的")] = None,
    reason: Annotated[CallReason | None, Query()] = None,
    mine: Annotated[bool, Query(description="只看安排给我的")] = False,
) -> Page[CallView]:
    """Of the region; to officials of other departments those that they are to make."""
    scope = CallScope(caller.region, caller.subject) if mine else scope_of(caller)
    states = OPEN_STATES if state is None else (state,)
    rows = await call_repository.list_calls(session, scope, states, reason, page.after, page.wanted)
    shown = {view.id: view for view in await views(session, rows)}
    await record_read(session, request, about("calls", caller.region), caller, "call:list")
    return page.of(rows, lambda row: shown[row.id], lambda row: (row.due_on, row.id))


@router.get("/calls/mine", summary="到我店里走访过的")
async def list_my_visits(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR)],
    page: Annotated[PageQuery[tuple[dt.date, uuid.UUID]], paged(dt.date, uuid.UUID)],
) -> Page[OwnVisitView]:
    """To the operator: visits that were made, the latest first."""
    rows = await call_repository.visits_of_operator(session, caller.operator_ref or "", page.after, page.wanted)
    occasions = await call_repository.occasions_of(session, [call.id for call, _ in rows])
    return page.of(
        rows,
        lambda row: OwnVisitView.of(*row, occasions.get(row[0].id, ())),
        lambda row: (row[0].visited_on or dt.date.min, row[0].id),
    )


@router.get("/calls/{call_id}", summary="一次必访")
async def get_call(
    call_id: uuid.UUID, request: Request, response: Response, session: SessionDep, caller: Reader
) -> CallView:
    """With its ETag."""
    call = or_404(await call_repository.get_call(session, call_id, scope_of(caller)), CallNotFound)
    view = await call_response(session, call, response)
    await record_read(session, request, call, caller, "call:read")
    return view


@router.post("/calls/{call_id}/assignment", summary="安排走访的人")
async def assign_call(
    call_id: uuid.UUID,
    body: OfficialBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> CallView:
    """Or somebody else than before."""
    call = await locked(session, call_id, caller, match)
    return await call_response(session, await call_service.assign(session, call, body.official(), caller), response)


@router.post("/calls/{call_id}/visit", summary="登记走访情况")
async def record_visit(
    call_id: uuid.UUID,
    body: VisitBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Visitor,
) -> CallView:
    """By the official, or by an officer of the county for them."""
    call = await locked(session, call_id, caller, match)
    return await call_response(session, await call_service.record_visit(session, call, body.visit(), caller), response)


@router.post("/calls/{call_id}/waiver", summary="不再走访")
async def waive_call(
    call_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> CallView:
    """With the reason; not by who is to make the visit."""
    call = await locked(session, call_id, caller, match)
    return await call_response(session, await call_service.waive(session, call, body.reason, caller), response)
