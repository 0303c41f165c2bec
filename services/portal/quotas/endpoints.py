"""``/work/quotas``: how many places a year has, how they are computed and apportioned; set by an officer."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.policies import policy_choices
from services.portal.shell.regions import region_choices
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, StepField, StepForm, Tried, try_step
from services.portal.upstream import staff_seasons
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import QueryRefused
from shared import clock
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["quotas"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
YEARS_BACK = 5
SET = StepForm(
    "set",
    "核定名额",
    [
        StepField("scope", "哪个地区的", "choice"),
        StepField("year", "年度", "number", longest=4),
        StepField("policy", "按哪个政策", "choice"),
        StepField(
            "places", "各区县的名额", "lines", "一行一个，写成 区县代码=个数；政策写明怎样分配的不用填", optional=True
        ),
        StepField("settings", "政策没有写明的数", "lines", "一行一个，写成 名称=数，名称见“本地标准”", optional=True),
        StepField("document", "设定这些数的文件", "text", optional=True, longest=200),
    ],
    note="总数由已发布的分型结果算出。再核定一次，替换还没有用过的。",
)


@router.get("/work/quotas", summary="名额")
async def quotas(
    request: Request,
    behalf: BehalfDep,
    caller: Caller = READERS,
    year: Annotated[str, Query(max_length=4)] = "",
    done: Annotated[str, Query(max_length=3)] = "",
) -> HTMLResponse:
    """Of a year, in the order of region codes."""
    return await _shown(request, behalf, caller, year, done=done)


@router.post("/work/quotas/set", summary="核定名额并分配到区县")
async def set_quota(
    request: Request, behalf: BehalfDep, form: FormDep, caller: Caller = allow(Role.OFFICER)
) -> Response:
    """The total follows from the published run."""

    async def ask(filled: Filled) -> None:
        await send(behalf.recognition, "POST", "/v1/quotas", Change(form.key, order_of(filled)))

    tried = await try_step(form, await _form(behalf, caller), ask)
    if tried.is_done:
        return RedirectResponse(
            address("/work/quotas", year=form.text("set-year", 4), done="set"), HTTPStatus.SEE_OTHER
        )
    return await _shown(request, behalf, caller, tried=tried)


def order_of(filled: Filled) -> Mapping[str, object]:
    """What the service is told; QueryRefused for places that are no numbers."""
    named = {
        name: dict(_pair(line) for line in filled.body[name]) for name in ("places", "settings") if name in filled.body
    }
    if wrong := [f"{code}={number}" for code, number in named.get("places", {}).items() if not number.isdecimal()]:
        raise QueryRefused(
            fields=[("places", f"名额请写成 区县代码=个数，例如 410105=30。这里写的是 {'、'.join(wrong)}")]
        )
    places = {code: int(number) for code, number in named.get("places", {}).items()}
    return {**filled.body, **named, **({"places": places} if places else {})}


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip(), value.strip()


async def _form(behalf: Behalf, caller: Caller) -> StepForm:
    return SET.choosing(
        scope=dict(region_choices(caller.region)), policy=await policy_choices(behalf.typing, caller.region)
    )


async def _shown(
    request: Request, behalf: Behalf, caller: Caller, year: str = "", *, done: str = "", tried: Tried = READ_ONLY
) -> HTMLResponse:
    this_year = clock.today().year
    years = range(this_year + 1, this_year - YEARS_BACK, -1)
    chosen = next((one for one in years if str(one) == year), this_year)
    found = await staff_seasons.quotas(behalf.recognition, caller.region, chosen)
    return page(
        request,
        "work-quotas.html",
        status=tried.refusal.status,
        years={str(one): f"{one}年" for one in years},
        year=chosen,
        quotas=found,
        step=await _form(behalf, caller) if Role.OFFICER in caller.roles else None,
        filled=tried.filled,
        faults=tried.refusal.faults,
        done="已核定。" if done else "",
    )
