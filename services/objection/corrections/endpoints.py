"""`/v1/correction-items`: what bureaus are to mend in their data because an objection showed it wrong."""

import datetime as dt
import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.objection.corrections import repository as correction_repository, service as correction_service
from services.objection.corrections.lookups import locked, own, readable, require_correction
from services.objection.corrections.models import CorrectionItem
from services.objection.corrections.repository import ItemFilter
from services.objection.corrections.schemas import CorrectionItemQuery, CorrectionItemView
from services.objection.corrections.seals import seals_of
from services.objection.objections.lookups import require_objection
from services.objection.resources import ResourcesDep
from services.objection.verifications.repository import lock_verification
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import ReasonBody
from shared.platform.identity import Caller, Role, allow
from shared.platform.paging import Page
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["correction-items"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)]


def item_response(correction: CorrectionItem, response: Response) -> CorrectionItemView:
    """An item with its ETag."""
    response.headers["ETag"] = etag_of(correction.version)
    return CorrectionItemView.of(correction)


@router.get("/correction-items", summary="数据更正事项")
async def list_items(
    query: Annotated[CorrectionItemQuery, Query()], session: SessionDep, caller: Reader
) -> Page[CorrectionItemView]:
    """A department reads its own of its region; those who handle objections all of their region."""
    wanted = ItemFilter(query.state, query.department, query.region)
    page = query.page(dt.date, uuid.UUID)
    rows = await correction_repository.list_corrections(session, readable(caller), wanted, page.after, page.wanted)
    return page.of(rows, CorrectionItemView.of, lambda row: (row.opened_on, row.id))


@router.get("/correction-items/{item_id}", summary="一项数据更正事项")
async def get_item(item_id: uuid.UUID, response: Response, session: SessionDep, caller: Reader) -> CorrectionItemView:
    """With its ETag, which every step names."""
    return item_response(await require_correction(session, item_id, readable(caller)), response)


@router.post("/correction-items/{item_id}/acknowledgement", summary="部门确认收到更正事项")
async def acknowledge_item(
    item_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)],
) -> CorrectionItemView:
    """By the department that delivered the wrong row, in its region; officers for market supervision's own data."""
    await require_correction(session, item_id, own(caller))
    correction = await locked(session, item_id)
    check_match(match, correction.version)
    return item_response(await correction_service.acknowledge(session, correction, caller), response)


@router.post("/correction-items/{item_id}/lifting", summary="撤销更正")
async def lift_correction(
    item_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.APPROVER)],
) -> CorrectionItemView:
    """By the level that decides, with a reason that the directory shows: the bureau's own row counts again."""
    found = await require_correction(session, item_id, readable(caller))
    objection = await require_objection(session, found.objection_id, caller, lock=True)
    correction = await locked(session, item_id)
    check_match(match, correction.version)
    verification = await lock_verification(session, correction.verification_id)
    done = await correction_service.lift(
        session, objection, correction, verification, body.reason, seals_of(resources), caller
    )
    return item_response(done, response)
