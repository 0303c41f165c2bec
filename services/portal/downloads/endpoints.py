"""``/work/downloads…``: lists and papers as files. The services make them for this person, and write down who reads."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from services.portal.downloads.catalogue import FORMS, LISTS, Wanted
from services.portal.shell.behalf import BehalfDep
from services.portal.shell.rendering import page
from services.portal.upstream.calls import fetch
from services.portal.upstream.problems import Absent
from shared import clock
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["downloads"], default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)


@router.get("/work/downloads", summary="下载名单")
async def downloads(request: Request, _caller: Caller = READERS) -> HTMLResponse:
    """Lists that stand by themselves."""
    lists = {name: one for name, one in LISTS.items() if not one.of_something}
    return page(request, "work-downloads.html", status=HTTPStatus.OK, lists=lists, forms=FORMS)


@router.get("/work/downloads/{name}", response_class=Response, summary="一份名单")
async def download(
    behalf: BehalfDep,
    name: str,
    caller: Caller = READERS,
    form: Annotated[Literal["csv", "xlsx", "pdf", "docx"], Query()] = "csv",
    of: Annotated[str, Query(max_length=40)] = "",
    number: Annotated[str, Query(max_length=100, description="文书的文号")] = "",
) -> Response:
    """As the service answered it, to be saved and never shown."""
    one = LISTS.get(name)
    if one is None or form not in one.forms or one.of_something is not bool(of):
        raise Absent
    wanted = Wanted(caller.region, clock.today().year, form, of, number.strip())
    answer = await fetch(one.service(behalf), one.path(wanted), one.query(wanted))
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}.{form}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(answer.content, headers=headers, media_type=answer.headers.get("content-type"))
