"""``/v1/annual-report-closings``: the annual reports of a region and year closed."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Response

from services.typing.models import AnnualReportClosing, Run
from services.typing.repository import closings as stored
from services.typing.repository.runs import ordered_by
from services.typing.schemas.closings import ClosingOrder, ClosingView
from services.typing.service.closings import Closing, close_annual_reports
from shared.service.identity import Caller, Role, allow, within
from shared.service.pagination import Page
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["annual-report-closings"], route_class=TransactionalRoute)


@router.post(
    "/annual-report-closings",
    status_code=201,
    summary="登记年报结束，按现行政策自动发起判定",
    responses={200: {"model": ClosingView, "description": "此前已登记，内容相同"}},
)
async def close(
    order: ClosingOrder,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.SYSTEM, Role.OFFICER)],
) -> ClosingView:
    """Record a closing inside the caller's region; 200 when the same word was said before."""
    within(caller, order.region)
    closed = await close_annual_reports(session, Closing(order.region, order.year, order.closed_on, caller.subject))
    response.status_code = 201 if closed.new else 200
    return view(closed.closing, closed.runs)


@router.get("/annual-report-closings", summary="已登记的年报结束")
async def listed(
    session: SessionDep, caller: Annotated[Caller, allow(Role.SYSTEM, Role.OFFICER, Role.APPROVER)]
) -> Page[ClosingView]:
    """All closings inside the caller's region."""
    rows = await stored.listed(session, caller.region)
    return Page(items=[view(row, await ordered_by(session, row.id)) for row in rows])


def view(closing: AnnualReportClosing, runs: Sequence[Run]) -> ClosingView:
    """A closing with the runs that it ordered."""
    return ClosingView(
        region=closing.region,
        year=closing.year,
        closed_on=closing.closed_on,
        actor=closing.actor,
        runs=[run.id for run in runs],
    )
