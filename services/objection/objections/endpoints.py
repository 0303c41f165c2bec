"""`/v1/objections/{id}`: one objection, to its objector and to officers."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Response

from services.objection.objections.lookups import require_objection
from services.objection.objections.models import Objection
from services.objection.objections.schemas import ObjectionView
from shared.platform.etag import etag_of
from shared.platform.identity import Caller, Role, allow
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["objections"], route_class=TransactionalRoute)


def objection_response(objection: Objection, response: Response) -> ObjectionView:
    """An objection with its ETag."""
    response.headers["ETag"] = etag_of(objection.version)
    return ObjectionView.of(objection)


@router.get("/objections/{objection_id}", summary="一件异议")
async def get_objection(
    objection_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> ObjectionView:
    """With its ETag, which every step of its handling names."""
    return objection_response(await require_objection(session, objection_id, caller), response)
