"""`/v1/objections/{id}/objector`: who objects, to those who handle it; never to the household that is objected to."""

import uuid
from typing import Annotated

from fastapi import APIRouter

from services.objection.objections.lookups import require_objection
from services.objection.objectors.schemas import ConsentView, DisclosedConsentView, DisclosedObjectorView, ObjectorView
from services.objection.objectors.service import disclose_objector, kept_of
from services.objection.resources import ResourcesDep
from shared.platform.fields import ReasonBody
from shared.platform.identity import Caller, Role, allow
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["objections"], route_class=TransactionalRoute)


@router.get("/objections/{objection_id}/objector", summary="异议人（姓名和联系方式已遮盖）")
async def get_objector(
    objection_id: uuid.UUID,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER)],
) -> ObjectorView:
    """To the objector, and to officers of the region."""
    objection = await require_objection(session, objection_id, caller)
    row, consents = await kept_of(session, objection)
    return ObjectorView.of(row, consents, resources.vault)


@router.post("/objections/{objection_id}/objector/disclosures", summary="查看异议人的姓名和联系方式（记入审计）")
async def disclose(
    objection_id: uuid.UUID,
    body: ReasonBody,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> DisclosedObjectorView:
    """For a reason, to the bureaus that handle the objection."""
    objection = await require_objection(session, objection_id, caller)
    shown = await disclose_objector(session, resources.vault, objection, caller, body.reason)
    consents = [
        DisclosedConsentView(**ConsentView.of(consent).model_dump(), statement=words)
        for consent, words in shown.consents
    ]
    return DisclosedObjectorView(name=shown.name, contact=shown.contact, consents=consents)
