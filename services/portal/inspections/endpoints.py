"""``/work/inspections``: credit-risk classes as delivered, shares of inspections, the list for the random-inspection
system, and whether one household has a record (首违不罚).
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.portal.shell.behalf import BehalfDep, Part, part
from services.portal.shell.regions import chosen_region, region_choices
from services.portal.shell.rendering import page
from services.portal.shell.wishes import wish_of
from services.portal.upstream import inspections as inspection_reads
from services.portal.upstream.calls import Upstream
from services.portal.upstream.inspections import FirstViolationAnswer
from services.portal.upstream.problems import QueryRefused
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["inspections"], default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
NO_CODE = "请输入营业执照上的18位统一社会信用代码。"
NOBODY = "您的辖区里没有这一户，请核对代码。"
T = TypeVar("T")


@dataclass(frozen=True)
class LookUp:
    """What was asked about one household: what is known, or why nothing is shown. `fault`: of what was typed."""

    typed: str = ""
    found: FirstViolationAnswer | None = None
    fault: str = ""
    complaint: str = ""


@router.get("/work/inspections", summary="抽查和首违")
async def inspections(
    request: Request,
    behalf: BehalfDep,
    caller: Caller = READERS,
    region: Annotated[str, Query(max_length=6)] = "",
    uscc: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """Of the person's region; the shares of another are public. What nobody delivered or set is said to be unknown."""
    chosen = chosen_region(region, caller.region)
    return page(
        request,
        "work-inspections.html",
        region=chosen,
        regions=region_choices(caller.region),
        look_up=await _look_up(behalf.support, uscc),
        deliveries=await part(inspection_reads.deliveries(behalf.support)),
        shares=await _said(inspection_reads.shares(behalf.support, chosen)),
    )


async def _look_up(support: Upstream, typed: str) -> LookUp:
    if not typed.strip():
        return LookUp()
    wish = wish_of(typed)
    if not wish.code:
        return LookUp(typed, fault=NO_CODE if wish.name else wish.complaint)
    answer = await _said(inspection_reads.first_violation(support, wish.code))
    nobody = "" if answer.value or answer.complaint else NOBODY
    return LookUp(typed, answer.value, nobody, answer.complaint)


async def _said(reading: Awaitable[T]) -> Part[T]:
    """A part of the page, in which a refusal of what was asked is said, too."""
    try:
        return await part(reading)
    except QueryRefused as refused:
        return Part(complaint=refused.detail)
