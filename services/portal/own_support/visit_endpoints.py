"""``/desk/visits``: who came to an operator's shop, when and why, and who is in touch with it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.portal.shell.behalf import BehalfDep, part
from services.portal.shell.rendering import address, page
from services.portal.upstream import own_support
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["desk"], default_response_class=HTMLResponse)


@router.get("/desk/visits", summary="走访记录")
async def visits(
    request: Request,
    behalf: BehalfDep,
    cursor: Annotated[str, Query(max_length=4000)] = "",
    _caller: Caller = allow(Role.OPERATOR),
) -> HTMLResponse:
    """Visits that were made, the latest first."""
    found = await own_support.own_visits(behalf.support, cursor)
    return page(
        request,
        "own-visits.html",
        visits=found.items,
        officials=await part(own_support.own_contact_officials(behalf.support)),
        first="/desk/visits" if cursor else "",
        next=address("/desk/visits", cursor=found.next) if found.next else "",
    )
