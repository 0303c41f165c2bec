"""``/work/disclosures/…``: somebody's name, contact or words in clear, for a reason that the service writes down.

What is in clear stands in the answer to the form alone: it has no address, and the page is not kept.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.portal.disclosures.kinds import KINDS, Facts, Named
from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.rendering import page
from services.portal.shell.step_forms import READ_ONLY, Filled, StepField, StepForm, Tried, try_step
from services.portal.upstream.calls import Change
from services.portal.upstream.problems import Absent
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["disclosures"], route_class=FormRoute, default_response_class=HTMLResponse)

OFFICIALS = allow(Role.OFFICER, Role.APPROVER)
SHOW = StepForm(
    "show",
    "显示原文",
    [StepField("reason", "为什么要看", hint="例如：打电话核实补正的材料", longest=500)],
)
WITHIN = "within"


@router.get("/work/disclosures/{kind}/{subject}", summary="查看遮盖的内容以前")
async def masked(
    request: Request,
    behalf: BehalfDep,
    kind: str,
    subject: str,
    within: Annotated[str, Query(max_length=40)] = "",
    _caller: Caller = OFFICIALS,
) -> HTMLResponse:
    """What is masked, and the form of the reason."""
    return await _shown(request, behalf, kind, Named(subject, within))


@router.post("/work/disclosures/{kind}/{subject}/show", summary="说明理由，查看遮盖的内容")
async def show(
    request: Request, behalf: BehalfDep, kind: str, subject: str, form: FormDep, _caller: Caller = OFFICIALS
) -> HTMLResponse:
    """Once, in this answer."""
    if kind not in KINDS:
        raise Absent
    named, clear = Named(subject, form.text(WITHIN, 40)), dict[str, str]()

    async def ask(filled: Filled) -> None:
        clear.update(await KINDS[kind].clear(behalf, named, Change(form.key, filled.body)))

    tried = await try_step(form, SHOW, ask)
    return await _shown(request, behalf, kind, named, tried=tried, clear=clear if tried.is_done else None)


async def _shown(
    request: Request,
    behalf: Behalf,
    kind: str,
    named: Named,
    *,
    tried: Tried = READ_ONLY,
    clear: Facts | None = None,
) -> HTMLResponse:
    if kind not in KINDS:
        raise Absent
    found = await KINDS[kind].masked(behalf, named)
    carried: Mapping[str, str] = {WITHIN: named.within} if named.within else {}
    return page(
        request,
        "work-disclosure.html",
        status=tried.refusal.status,
        found=found,
        clear=clear,
        step=SHOW,
        action=f"/work/disclosures/{kind}/{named.subject}",
        carried=carried,
        filled=tried.filled,
        faults=tried.refusal.faults,
    )
