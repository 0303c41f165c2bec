"""`/v1/objections/{id}`: one objection, to its objector and to officers."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections import due_day_repository
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.lookups import require_objection
from services.objection.objections.models import Objection
from services.objection.objections.next_steps import next_steps_for
from services.objection.objections.schemas import DueDayView, ObjectionView
from services.objection.rules.schemas import ChosenGroundView
from shared import clock
from shared.platform.audited_access import record_read
from shared.platform.etag import etag_of
from shared.platform.identity import Caller, Role, allow
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["objections"], route_class=TransactionalRoute)


async def objection_response(
    session: AsyncSession, objection: Objection, caller: Caller, response: Response
) -> ObjectionView:
    """An objection with its ETag and what the caller may do next."""
    response.headers["ETag"] = etag_of(objection.version)
    rules = await AppliedRules.of(session, objection)
    return ObjectionView.of(objection, next_steps_for(objection, rules, caller))


@router.get("/objections/{objection_id}", summary="一件异议")
async def get_objection(
    objection_id: uuid.UUID,
    request: Request,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> ObjectionView:
    """With its ETag, which every step of its handling names."""
    objection = await require_objection(session, objection_id, caller)
    await record_read(session, request, objection, caller, "objection:read")
    return await objection_response(session, objection, caller, response)


@router.get("/objections/{objection_id}/deadlines", summary="一件异议的各个期限")
async def list_deadlines_of_objection(
    objection_id: uuid.UUID,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> list[DueDayView]:
    """Every last day that was set, in order: how it was reckoned, and whether it still runs."""
    objection = await require_objection(session, objection_id, caller)
    return [DueDayView.of(row) for row in await due_day_repository.due_days_of(session, objection.id)]


@router.get("/objections/{objection_id}/grounds", summary="一件异议的理由，用文件的话说")
async def list_grounds_of_objection(
    objection_id: uuid.UUID,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> list[ChosenGroundView]:
    """What the objector chose, each with the words of the text and who delivers the fact or decides the reading."""
    objection = await require_objection(session, objection_id, caller)
    policy = (await AppliedRules.of(session, objection)).policy
    day = objection.filed_at.astimezone(clock.CHINA).date()
    return ChosenGroundView.all_of(policy, objection.against, day, [ground.id for ground in objection.grounds])
