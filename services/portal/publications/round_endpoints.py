"""``/work/publications/reconciliations/…``: a comparison with a system, its open differences, and its signed report.

Whoever signs has acted on none of the differences; the service sees to that, and says so.
"""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.publications.words import DIFFERENCE_STEPS
from services.portal.shell.behalf import Behalf, BehalfDep, parts
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.refusals import Refusal
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, StepForm, Tried, try_step
from services.portal.shell.ticked import ask_for_each, ticked
from services.portal.upstream import staff_publications
from services.portal.upstream.calls import Change, send
from services.portal.upstream.staff_publications import RoundAnswer
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["publications"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
SIGN = StepForm("signature", "签署对账报告", note="签署以后不再变化。办理过其中差异的人不能签署。")


@router.get("/work/publications/reconciliations/{round_id}", summary="一次对账")
async def reconciliation(
    request: Request,
    behalf: BehalfDep,
    round_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Sums, counties, and the differences that are open with this system."""
    said = {"signature": "对账报告已签署。", "differences": "已办。"}.get(done, "")
    return await _shown(request, behalf, round_id, caller, done=said)


@router.post("/work/publications/reconciliations/{round_id}/signature", summary="签署对账报告")
async def sign(
    request: Request, behalf: BehalfDep, round_id: str, form: FormDep, caller: Caller = allow(Role.APPROVER)
) -> Response:
    """In the version that the page showed."""
    here = quote(round_id, safe="")

    async def ask(_filled: Filled) -> None:
        path = f"/v1/publications/reconciliations/{here}/signature"
        await send(behalf.notification, "POST", path, Change(form.key, version=form.version))

    tried = await try_step(form, SIGN, ask)
    if tried.is_done:
        to = address(f"/work/publications/reconciliations/{here}", done="signature")
        return RedirectResponse(to, HTTPStatus.SEE_OTHER)
    return await _shown(request, behalf, round_id, caller, tried=tried)


@router.post("/work/publications/reconciliations/{round_id}/differences", summary="办理勾选的差异")
async def settle_differences(
    request: Request, behalf: BehalfDep, round_id: str, form: FormDep, caller: Caller = allow(Role.OFFICER)
) -> Response:
    """Each ticked one in the version that the page showed: sent again, or left as it is with a reason."""
    step, reason, rows = form.text("step", 20), form.text("reason", 2000), ticked(form, "difference")
    faults: list[tuple[str, str]] = [] if rows else [("", "请先勾选要办的差异。")]
    faults += [] if step in DIFFERENCE_STEPS else [("step", "请选怎样办。")]
    faults += [] if len(reason) > 1 else [("reason", "请写明理由，会记入审计。")]
    if not faults:

        async def ask(row: str, version: str) -> None:
            named = quote(row, safe="")
            path = f"/v1/publications/differences/{named}/{step}"
            await send(behalf.notification, "POST", path, Change(f"{form.key}:{named}", {"reason": reason}, version))

        outcome = await ask_for_each(rows, ask)
        if not outcome.refused:
            to = address(f"/work/publications/reconciliations/{quote(round_id, safe='')}", done="differences")
            return RedirectResponse(to, HTTPStatus.SEE_OTHER)
        faults = [("", outcome.words)]
    tried = Tried(refusal=Refusal.of(form, faults))
    return await _shown(request, behalf, round_id, caller, tried=tried, reason=reason, chosen=step)


def facts_of(found: RoundAnswer) -> dict[str, str]:
    """What a signature rests on, by its name on the page."""
    totals = found.totals
    return {
        "状态": found.state_label,
        "我们的": str(totals.ours),
        "对方的": str(totals.theirs),
        "差异": str(totals.missing + totals.extra + totals.older + totals.different),
        "报告指纹": (found.report_digest or "")[:16],
        "签署": found.signed_name or "",
    }


async def _shown(
    request: Request,
    behalf: Behalf,
    round_id: str,
    caller: Caller,
    *,
    done: str = "",
    tried: Tried = READ_ONLY,
    reason: str = "",
    chosen: str = "",
) -> HTMLResponse:
    found = await staff_publications.one_round(behalf.notification, round_id)
    read = await parts(
        counties=staff_publications.counties(behalf.notification, round_id),
        differences=staff_publications.differences(behalf.notification, found.system),
    )
    signs = Role.APPROVER in caller.roles and found.state == "done" and found.signed_at is None
    return page(
        request,
        "work-round.html",
        status=tried.refusal.status,
        round=found,
        sign=SIGN if signs else None,
        settles=Role.OFFICER in caller.roles,
        difference_steps=DIFFERENCE_STEPS,
        done=done,
        reason=reason,
        chosen=chosen,
        **tried.shown(found.etag, facts_of(found)),
        **read,
    )
