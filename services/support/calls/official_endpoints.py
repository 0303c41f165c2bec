"""`/v1/household-officials`, `/v1/units`: who is in touch with which households (包抓联系)."""

import uuid
from typing import Annotated

from fastapi import APIRouter

from services.support.calls import official_repository, officials
from services.support.calls.problems import UnitOrHousehold
from services.support.calls.schemas import AppointmentBody, AppointmentView, UnitBody, UnitView
from shared.platform.identity import Caller, Role, allow
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["household-officials"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]


@router.post("/household-officials", status_code=201, summary="安排联系干部")
async def appoint(body: AppointmentBody, session: SessionDep, caller: Officer) -> AppointmentView:
    """For a household or a unit, in place of whoever was; open calls are theirs from now on."""
    official = body.official.official()
    if body.uscc is not None and body.unit is None:
        return AppointmentView.of(await officials.appoint_for_household(session, body.uscc, official, caller))
    if body.unit is not None and body.county is not None and body.uscc is None:
        return AppointmentView.of(await officials.appoint_for_unit(session, body.county, body.unit, official, caller))
    raise UnitOrHousehold


@router.get("/household-officials", summary="本辖区的联系干部")
async def list_officials(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)],
) -> Page[AppointmentView]:
    """Who is in touch now."""
    rows = await official_repository.list_officials(session, caller.region, page.after, page.wanted)
    return page.of(rows, AppointmentView.of, lambda row: row.id)


@router.get("/household-officials/mine", summary="联系我这一户的干部")
async def list_my_officials(
    session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]
) -> list[AppointmentView]:
    """To the operator: name and department."""
    rows = await official_repository.officials_of_operator(session, caller.operator_ref or "")
    return [AppointmentView.of(row, to_operator=True) for row in rows]


@router.post("/units", summary="把户划入片区")
async def put_into_unit(body: UnitBody, session: SessionDep, caller: Officer) -> UnitView:
    """A filter and a way to assign, never a right. Codes that are no households of the county are passed over."""
    put = await officials.put_into_unit(session, body.county, body.unit, body.households, caller)
    return UnitView(county=body.county, unit=body.unit, households=put)
