"""``/v1/confirmations``: each year, whether a recognised household still meets the standards."""

import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.recognition.endpoints.bulk import Done, each
from services.recognition.endpoints.found import recognition_of, recognitions_of
from services.recognition.repository import evaluations, recognitions
from services.recognition.schemas.common import OutcomeView, Region
from services.recognition.schemas.life import ConfirmationBody, ConfirmationItem, ConfirmationView
from services.recognition.schemas.seasons import Year
from services.recognition.service.confirming import confirm
from shared.service.etag import check_match, require_match
from shared.service.identity import Caller, Role, allow, within
from shared.service.pagination import Cursor, Page, page_of
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["confirmations"], route_class=TransactionalRoute)


@router.post("/recognitions/{recognition_id}/confirmation", summary="年度确认是否继续符合标准")
async def confirm_year(
    recognition_id: uuid.UUID,
    body: ConfirmationBody,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> ConfirmationView:
    """Confirmed, or put before the deciders with everything that is not met."""
    recognition = await recognition_of(session, recognition_id, caller, lock=True)
    check_match(match, recognition.version)
    (confirmation,) = await confirm(session, [(recognition, body.year)], caller)
    return ConfirmationView.of(confirmation, recognition)


@router.post("/confirmations/bulk", summary="批量年度确认，逐户给出结果：confirmed，或 failing")
async def confirm_many(
    bodies: list[ConfirmationItem], session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> list[OutcomeView]:
    """Each on its own; what is not met is read in the list of confirmations."""

    async def together(some: Sequence[ConfirmationItem]) -> list[Done]:
        found = await recognitions_of(session, [body.recognition for body in some], caller)
        for body in some:
            check_match(body.etag, found[body.recognition].version)
        done = await confirm(session, [(found[body.recognition], body.year) for body in some], caller)
        return [(one.recognition_id, "confirmed" if one.confirmed else "failing") for one in done]

    return await each(session, bodies, lambda body: body.recognition, together, recognitions.among, caller.region)


@router.get("/confirmations", summary="一年的确认结果")
async def listed(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    year: Annotated[Year, Query()],
    region: Annotated[Region | None, Query(description="不写是本人的整个辖区")] = None,
    confirmed: Annotated[bool | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[ConfirmationView]:
    """Inside a region of the caller's."""
    if region is not None:
        within(caller, region)
    read = Cursor.read(cursor, uuid.UUID)
    after = read[0] if read else None
    rows = await evaluations.confirmations(session, region or caller.region, year, confirmed, after, limit + 1)
    return page_of(rows, limit, lambda row: ConfirmationView.of(*row), lambda row: (row[1].id,))
