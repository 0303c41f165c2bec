"""``/work/seasons…``: a region's seasons, one of them with its dates, places, standards, notices and steps."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.seasons.steps import DONE, PREPARE, SEASON_STEPS, order_of, season_facts, season_steps
from services.portal.shell.behalf import Behalf, BehalfDep, Part, part, parts
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.policies import policy_choices
from services.portal.shell.regions import region_choices
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, StepForm, Tried, try_step
from services.portal.upstream import staff_recognition, staff_seasons
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import Absent
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["seasons"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
COUNTY_DIGITS = 6


@router.get("/work/seasons", summary="认定季")
async def seasons(
    request: Request,
    behalf: BehalfDep,
    caller: Caller = READERS,
    cursor: Annotated[str, Query(max_length=4000)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Of the person's region, the newest year first."""
    return await _list(request, behalf, caller, cursor=cursor, done=DONE.get(done, ""))


@router.post("/work/seasons/prepare", summary="准备一个认定季")
async def prepare(request: Request, behalf: BehalfDep, form: FormDep, caller: Caller = allow(Role.OFFICER)) -> Response:
    """The dates follow from the policy; what it leaves open is given with a document."""

    async def ask(filled: Filled) -> None:
        await send(behalf.recognition, "POST", "/v1/seasons", Change(form.key, order_of(filled)))

    tried = await try_step(form, await _prepare_form(behalf, caller), ask)
    if tried.is_done:
        return RedirectResponse(address("/work/seasons", done="prepare"), HTTPStatus.SEE_OTHER)
    return await _list(request, behalf, caller, tried=tried)


@router.get("/work/seasons/{season_id}", summary="一个认定季")
async def season(
    request: Request,
    behalf: BehalfDep,
    season_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
    left: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> HTMLResponse:
    """Dates, places with their arithmetic, standards, and what waits for a notice."""
    said = DONE.get(done, "") + (f"有 {left} 户今天不符合条件，没有公示，仍在待办里。" if left else "")
    return await _shown(request, behalf, season_id, caller, done=said)


@router.post("/work/seasons/{season_id}/{step}", summary="办理认定季的一步")
async def take_step(
    request: Request,
    behalf: BehalfDep,
    season_id: str,
    step: str,
    form: FormDep,
    caller: Caller = allow(Role.OFFICER),
) -> Response:
    """In the version that the page showed."""
    if (asked := SEASON_STEPS.get(step)) is None:
        raise Absent
    left: list[int] = []
    tried = await try_step(
        form, asked, lambda filled: _ask(behalf, season_id, step, filled, form.key, form.version, left)
    )
    if tried.is_done:
        here = "/work/seasons" if step == "removal" else f"/work/seasons/{quote(season_id, safe='')}"
        said = {"done": step, "left": str(left[0]) if left and left[0] else ""}
        return RedirectResponse(address(here, **said), HTTPStatus.SEE_OTHER)
    return await _shown(request, behalf, season_id, caller, tried=tried)


async def _ask(
    behalf: Behalf, season_id: str, step: str, filled: Filled, key: str, version: str, left: list[int]
) -> None:
    """Ask for a step. `left`: receives how many a notice left out because they do not qualify today."""
    path = f"/v1/seasons/{quote(season_id, safe='')}"
    match step:
        case "removal":
            await send(behalf.recognition, "DELETE", path, Change(key, version=version))
        case "filing":
            await send(behalf.recognition, "POST", f"{path}/filings", Change(key, filled.body))
        case "notice":
            change = Change(key, {"season": season_id}, version)
            answer = await send(behalf.recognition, "POST", "/v1/public-notices", change)
            left.append(len(answer.json().get("barred", ())))
        case _:
            await send(behalf.recognition, "POST", f"{path}/{step}", Change(key, filled.body or None, version))


async def _prepare_form(behalf: Behalf, caller: Caller) -> StepForm:
    """With the counties and the policies of the person's region."""
    counties = {code: name for code, name in region_choices(caller.region) if len(code) == COUNTY_DIGITS}
    return PREPARE.choosing(county=counties, policy=await policy_choices(behalf.typing, caller.region))


async def _list(
    request: Request,
    behalf: Behalf,
    caller: Caller,
    *,
    cursor: str = "",
    done: str = "",
    tried: Tried = READ_ONLY,
) -> HTMLResponse:
    found = await staff_seasons.seasons(behalf.recognition, caller.region, cursor)
    prepares = Role.OFFICER in caller.roles
    prepare_form = await part(_prepare_form(behalf, caller)) if prepares else Part[StepForm]()
    return page(
        request,
        "work-seasons.html",
        status=tried.refusal.status,
        seasons=found.items,
        first="/work/seasons" if cursor else "",
        next=address("/work/seasons", cursor=found.next) if found.next else "",
        prepare=prepare_form,
        done=done,
        filled=tried.filled,
        faults=tried.refusal.faults,
    )


async def _shown(
    request: Request,
    behalf: Behalf,
    season_id: str,
    caller: Caller,
    *,
    done: str = "",
    tried: Tried = READ_ONLY,
) -> HTMLResponse:
    of = behalf.recognition
    found, version = await staff_seasons.season(of, season_id)
    read = await parts(
        quota=staff_seasons.quota(of, found.county, found.year),
        standards=staff_seasons.standards(of, found.county, found.year, drafts=False),
        drafts=staff_seasons.standards(of, found.county, found.year, drafts=True),
        waiting=staff_recognition.tasks(of, "public-notice", False, ""),
        notices=staff_seasons.open_notices(of, found.county),
        filed=staff_seasons.filed_lists(of, season_id),
    )
    return page(
        request,
        "work-season.html",
        status=tried.refusal.status,
        season=found,
        steps=season_steps(found, caller),
        **tried.shown(version, season_facts(found)),
        done=done,
        **read,
    )
