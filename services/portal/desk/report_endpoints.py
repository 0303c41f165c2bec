"""``/desk/reports/…``: the yearly information report of a recognition."""

import re
import uuid
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.desk.endpoints import OPERATOR
from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.forms import Form, FormDep, FormRoute
from services.portal.shell.refusals import Faults
from services.portal.shell.rendering import page
from services.portal.upstream import recognition as recognition_calls
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import Absent, QueryRefused
from services.portal.upstream.recognition import ReportContentAnswer
from shared.platform.identity import Caller

router = APIRouter(tags=["desk"], route_class=FormRoute, default_response_class=HTMLResponse)

FIELDS = ("employees", "revenue_yuan", "honours", "changes")
MOST_HONOURS = 50
"""Lines; the service sets no number, this only keeps a pasted document out. Unverified (未核对)"""
LONGEST_HONOURS = 20_000


@router.get("/desk/reports/{recognition_id}/{year}", summary="报送信息")
async def report(
    request: Request, services: BehalfDep, recognition_id: uuid.UUID, year: int, _caller: Caller = OPERATOR
) -> HTMLResponse:
    """What is asked for, until when; what was filed, and what the officer found in it."""
    return await _page(request, services, recognition_id, year)


@router.post("/desk/reports/{recognition_id}/{year}", summary="提交信息报告")
async def file_report(
    request: Request,
    services: BehalfDep,
    form: FormDep,
    recognition_id: uuid.UUID,
    year: int,
    _caller: Caller = OPERATOR,
) -> Response:
    """Numbers are read as people write them: 12,000 or １２０００."""
    content, faults = read_content(form)
    if faults:
        return await _page(request, services, recognition_id, year, faults, form)
    body = {"recognition": str(recognition_id), "year": year, "content": content}
    try:
        await send(services.recognition, "POST", "/v1/information-reports", Change(form.key, body))
    except QueryRefused as refused:
        return await _page(request, services, recognition_id, year, refused.faults, form)
    return RedirectResponse(f"/desk/reports/{recognition_id}/{year}", HTTPStatus.SEE_OTHER)


def read_content(form: Form) -> tuple[dict[str, object], Faults]:
    """What was filled in, for the service; and what is wrong with it."""
    faults: list[tuple[str, str]] = []
    content: dict[str, object] = {}
    for name, pattern, complaint in (
        ("employees", r"[0-9]{1,7}", "人数请填整数，例如 3。"),
        ("revenue_yuan", r"[0-9]{1,12}(\.[0-9]{1,2})?", "营业额请填多少元，例如 120000。"),
    ):
        text = re.sub(r"[\s,，]", "", form.text(name, 40))
        if text and not re.fullmatch(pattern, text, re.ASCII):
            faults.append((name, complaint))
        elif text:
            content[name] = int(text) if name == "employees" else text
    honours = [line.strip() for line in form.text("honours", LONGEST_HONOURS).splitlines() if line.strip()]
    if len(honours) > MOST_HONOURS:
        faults.append(("honours", f"最多写 {MOST_HONOURS} 个荣誉，现在写了 {len(honours)} 个。"))
    elif honours:
        content["honours"] = honours
    if changes := form.text("changes", 2000):
        content["changes"] = changes
    if not content and not faults:
        faults.append(("employees", "请至少填一项。"))
    return content, faults


async def _page(
    request: Request,
    services: Behalf,
    recognition_id: uuid.UUID,
    year: int,
    faults: Faults = (),
    form: Form | None = None,
) -> HTMLResponse:
    reports = await recognition_calls.own_reports(services.recognition, year)
    one = next((each for each in reports if each.recognition == str(recognition_id)), None)
    if one is None:
        raise Absent("这一年没有要报送的信息，或者这份认定不在您名下。")
    return page(
        request,
        "report.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        one=one,
        filled=_filled(form, one.content),
        faults=faults,
    )


def _filled(form: Form | None, reported: ReportContentAnswer | None) -> Mapping[str, str]:
    """As it was just filled in, or else as it was reported before: a correction begins with what is there."""
    if form is not None:
        return {name: form.text(name, LONGEST_HONOURS) for name in FIELDS}
    if reported is None:
        return dict.fromkeys(FIELDS, "")
    return {
        "employees": "" if reported.employees is None else str(reported.employees),
        "revenue_yuan": reported.revenue_yuan or "",
        "honours": "\n".join(reported.honours),
        "changes": reported.changes or "",
    }
