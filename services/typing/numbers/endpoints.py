"""``/v1/number-settings``: numbers that a policy's text leaves open, set with a document by two persons."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.typing.numbers import repository as numbers_repository
from services.typing.numbers.models import NumberSetting
from services.typing.numbers.problems import NumberSettingNotFound
from services.typing.numbers.schemas import NumberDecisionBody, NumberOrder, NumberSettingView, PolicyName
from services.typing.numbers.service import decide_number, propose_number
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["number-settings"], route_class=TransactionalRoute)

NumberReader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]


@router.post("/number-settings", status_code=201, summary="提出政策没有写明的数额（附文号、标题、日期）")
async def propose(
    order: NumberOrder, response: Response, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> NumberSettingView:
    """By an officer of the level that types; the number counts when another person has approved it."""
    return setting_response(await propose_number(session, caller, order.proposal()), response)


@router.get("/number-settings", summary="设定的数额及其经过")
async def list_settings(
    session: SessionDep,
    caller: NumberReader,
    page: Annotated[PageQuery[int], paged(int, limit=20, largest=100)],
    policy: Annotated[PolicyName | None, Query()] = None,
) -> Page[NumberSettingView]:
    """Every setting that concerns the caller's region, rejected ones too, the newest first."""
    rows = await numbers_repository.list_settings(session, caller.region, policy, page.after, page.wanted)
    return page.of(rows, NumberSettingView.of, lambda row: row.number)


@router.get("/number-settings/{setting_id}", summary="一项数额设定")
async def get_setting(
    setting_id: uuid.UUID, response: Response, session: SessionDep, caller: NumberReader
) -> NumberSettingView:
    """One setting with its ETag, which the decision must name."""
    found = await numbers_repository.get_setting(session, setting_id, caller.region)
    return setting_response(or_404(found, NumberSettingNotFound), response)


@router.post("/number-settings/{setting_id}/decision", summary="审核提出的数额（提出人不能审核）")
async def decide(
    setting_id: uuid.UUID,
    body: NumberDecisionBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.APPROVER)],
) -> NumberSettingView:
    """By another person of the level that types; runs ordered from then on take an approved number."""
    found = await numbers_repository.get_setting(session, setting_id, caller.region, lock=True)
    setting = or_404(found, NumberSettingNotFound)
    check_match(match, setting.version)
    await decide_number(session, setting, caller, approved=body.approved, reason=body.reason)
    return setting_response(setting, response)


def setting_response(setting: NumberSetting, response: Response) -> NumberSettingView:
    """The setting's view, with its ETag and its address."""
    response.headers["ETag"] = etag_of(setting.version)
    response.headers["Location"] = f"/v1/number-settings/{setting.id}"
    return NumberSettingView.of(setting)
