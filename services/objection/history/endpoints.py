"""`/v1/objections/{id}/history`: what was done with an objection, by whom and when, to staff of its region."""

import uuid
from typing import Annotated

from fastapi import APIRouter

from services.objection.history import repository as history_repository
from services.objection.history.domain import TOLD_STEPS
from services.objection.history.schemas import HistoryStepView
from services.objection.objections.lookups import require_objection
from shared.platform.identity import Caller, Role, allow
from shared.platform.officers import officers_by_subject
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["objections"], route_class=TransactionalRoute)


@router.get("/objections/{objection_id}/history", summary="一件异议的办理经过")
async def get_history(
    objection_id: uuid.UUID,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> list[HistoryStepView]:
    """The latest first, with the names of those who acted."""
    objection = await require_objection(session, objection_id, caller)
    entries = await history_repository.entries_of(session, objection.id, sorted(TOLD_STEPS))
    people = await officers_by_subject(session, {entry["actor"] for entry in entries})
    return [HistoryStepView.of(entry, people.get(entry["actor"])) for entry in entries]
