"""``/static/…`` and ``/view``: files of the pages, and the larger views."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from services.portal.shell.assets import assets
from services.portal.shell.local import is_local
from services.portal.shell.rendering import VIEW_COOKIE
from services.portal.upstream.problems import Absent
from shared.platform.identity import anyone

router = APIRouter(tags=["shell"])

YEAR_SECONDS = 365 * 24 * 3600


@router.get("/static/{name}", dependencies=[anyone()], response_class=Response, summary="页面的样式和图标")
async def static_file(name: str) -> Response:
    """A file under the name that holds its digest; it never changes."""
    found = next((one for one in assets().values() if one.name == name), None)
    if found is None:
        raise Absent
    headers = {
        "Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.get("/view", dependencies=[anyone()], response_class=RedirectResponse, summary="换成长辈版、特大字或标准版")
async def change_view(
    to: Annotated[Literal["standard", "elder", "largest"], Query()],
    back: Annotated[str, Query(max_length=4000)] = "/",
) -> RedirectResponse:
    """Keep the choice in this browser, and go back to the page, which is always one of ours."""
    local = back if is_local(back) else "/"
    answer = RedirectResponse(local, HTTPStatus.SEE_OTHER)
    if to == "standard":
        answer.delete_cookie(VIEW_COOKIE)
    else:
        answer.set_cookie(VIEW_COOKIE, to, max_age=YEAR_SECONDS, samesite="lax", httponly=True)
    return answer
