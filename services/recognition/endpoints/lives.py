"""What officers do with a recognition: look, confirm yearly, propose its end; deciders end it."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.recognition.endpoints.found import recognition_of
from services.recognition.models import Recognition
from services.recognition.repository import registers
from services.recognition.schemas.life import BanView, ConfirmationBody, ConfirmationView, OfficersView, ProposalBody
from services.recognition.service import endings
from services.recognition.service.standing import confirm
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Page
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["recognitions"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]
Decider = Annotated[Caller, allow(Role.PUBLISHER)]
Match = Annotated[str, Depends(require_match)]


@router.get("/recognitions/{recognition_id}/file", summary="一户认定的档案（经办人员）")
async def file(
    recognition_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.PUBLISHER, Role.AUDITOR)],
) -> OfficersView:
    """With what must be looked at."""
    return shown(await recognition_of(session, recognition_id, caller), response)


@router.post("/recognitions/{recognition_id}/confirmation", summary="年度确认是否继续符合标准")
async def confirm_year(
    recognition_id: uuid.UUID, body: ConfirmationBody, session: SessionDep, match: Match, caller: Officer
) -> ConfirmationView:
    """Confirmed, or put before the deciders with everything that is not met."""
    recognition = await changeable(session, recognition_id, caller, match)
    failing = await confirm(session, recognition, body.year, caller)
    return ConfirmationView(confirmed=not failing, failing=failing)


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
    return shown(await endings.propose(session, recognition, body.what, body.reason, caller), response)


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
    session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER, Role.PUBLISHER, Role.AUDITOR)]
) -> Page[BanView]:
    """Inside the caller's region."""
    return Page(items=[BanView.of(one) for one in await registers.bans_below(session, caller.region)])


async def changeable(session: SessionDep, recognition_id: uuid.UUID, caller: Caller, match: str) -> Recognition:
    """The locked recognition, if the caller decides on the version that is stored."""
    recognition = await recognition_of(session, recognition_id, caller, lock=True)
    check_match(match, recognition.version)
    return recognition


def shown(recognition: Recognition, response: Response) -> OfficersView:
    """The officers' view with its ETag."""
    response.headers["ETag"] = etag_of(recognition.version)
    return OfficersView.of(recognition)
