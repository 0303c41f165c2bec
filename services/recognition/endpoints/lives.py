"""What officers do with a recognition: look, propose its end; deciders end it or reject the proposal. And bans."""

import datetime as dt
import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.recognition.endpoints.found import recognition_of
from services.recognition.models import Recognition
from services.recognition.repository import registers
from services.recognition.schemas.common import ReasonBody
from services.recognition.schemas.life import BanView, OfficersView, ProposalBody, What
from services.recognition.service import endings, proposals
from shared.service import clock
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Cursor, Page, page_of
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["recognitions"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]
Decider = Annotated[Caller, allow(Role.APPROVER)]
Match = Annotated[str, Depends(require_match)]


@router.get("/recognitions/{recognition_id}/file", summary="一户认定的档案（经办人员）")
async def file(
    recognition_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> OfficersView:
    """With what must be looked at."""
    return shown(await recognition_of(session, recognition_id, caller), response)


@router.post("/recognitions/{recognition_id}/proposals", summary="提议取消或撤销认定")
async def propose(
    recognition_id: uuid.UUID,
    body: ProposalBody,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: Officer,
) -> OfficersView:
    """Another person decides."""
    recognition = await changeable(session, recognition_id, caller, match)
    return shown(await proposals.propose(session, recognition, body.what, body.reason, caller), response)


@router.post("/recognitions/{recognition_id}/proposals/{what}/rejection", summary="驳回提议（提议人不能决定）")
async def reject(
    recognition_id: uuid.UUID,
    what: What,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: Decider,
) -> OfficersView:
    """The recognition stays as it is, with the reason."""
    recognition = await changeable(session, recognition_id, caller, match)
    return shown(await proposals.reject(session, recognition, what, body.reason, caller), response)


@router.post("/recognitions/{recognition_id}/proposals/{what}/withdrawal", summary="撤回自己的提议")
async def withdraw(
    recognition_id: uuid.UUID, what: What, response: Response, session: SessionDep, match: Match, caller: Officer
) -> OfficersView:
    """Only by whoever made it."""
    recognition = await changeable(session, recognition_id, caller, match)
    return shown(await proposals.withdraw(session, recognition, what, caller), response)


@router.post("/recognitions/{recognition_id}/cancellation", summary="取消认定（提议人不能决定）")
async def cancel(
    recognition_id: uuid.UUID, response: Response, session: SessionDep, match: Match, caller: Decider
) -> OfficersView:
    """The standards are no longer met."""
    recognition = await changeable(session, recognition_id, caller, match)
    return shown(await endings.cancel(session, recognition, caller), response)


@router.post("/recognitions/{recognition_id}/revocation", summary="撤销认定（提议人不能决定）")
async def revoke(
    recognition_id: uuid.UUID, response: Response, session: SessionDep, match: Match, caller: Decider
) -> OfficersView:
    """Obtained by fraud; the household is banned from applying."""
    recognition = await changeable(session, recognition_id, caller, match)
    return shown(await endings.revoke(session, recognition, caller), response)


@router.get("/bans", summary="被撤销认定、尚在禁止申报期内的个体工商户")
async def bans(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    ended: Annotated[bool, Query(description="连已经期满的一起看")] = False,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[BanView]:
    """Inside the caller's region, the first to end first."""
    read = Cursor.read(cursor, dt.date, uuid.UUID)
    after = (read[0], read[1]) if read else None
    since = dt.date.min if ended else clock.today()
    rows = await registers.bans_below(session, caller.region, since, after, limit + 1)
    return page_of(rows, limit, BanView.of, lambda row: (row.until, row.recognition_id))


async def changeable(session: SessionDep, recognition_id: uuid.UUID, caller: Caller, match: str) -> Recognition:
    """The locked recognition, if the caller decides on the version that is stored."""
    recognition = await recognition_of(session, recognition_id, caller, lock=True)
    check_match(match, recognition.version)
    return recognition


def shown(recognition: Recognition, response: Response) -> OfficersView:
    """The officers' view with its ETag."""
    response.headers["ETag"] = etag_of(recognition.version)
    return OfficersView.of(recognition)
