"""``/work/adoptions…``: recognitions from elsewhere (互认): entered with the certificate, adopted by another person."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.documents import document_answer
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.refusals import Refusal, refusal_of
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, StepField, StepForm, Tried, try_step
from services.portal.shell.uploads import NO_FILE, upload_of
from services.portal.shell.words import CATEGORIES
from services.portal.upstream import staff_adoptions
from services.portal.upstream.calls import Change, fetch, send
from services.portal.upstream.problems import Absent
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["adoptions"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
PATHS = {"application": "自主申报", "recommendation": "部门推荐"}
ENTER = StepForm(
    "enter",
    "登记一项外地认定",
    [
        StepField("uscc", "统一社会信用代码", "text", longest=18),
        StepField("category", "认定的类别", "choice", words=CATEGORIES),
        StepField("path", "在外地怎样认定的", "choice", words=PATHS),
        StepField("origin", "认定它的区县", "text", "六位区划代码，例如 110101", longest=6),
        StepField("issued_by", "认定部门", "text", "照证书写", longest=200),
        StepField("certificate_no", "证书或认定文件的编号", "text", longest=100),
        StepField("granted_on", "认定日期", "date", longest=10),
        StepField("valid_until", "有效期至", "date", "照证书写，认可后不变", longest=10),
    ],
    note="只有本地的政策写明认可那里的认定结果的才能登记。登记以后上传证书，由另一人批准。",
)
DECISIONS = {
    "approval": StepForm("approval", "认可", note="认可以后立即有效，有效期照证书，不占名额。"),
    "refusal": StepForm("refusal", "不予认可", [StepField("reason", "理由")]),
}
DONE = {"enter": "已登记，请上传证书。", "upload": "已上传。", "approval": "已认可。", "refusal": "已不予认可。"}


@router.get("/work/adoptions", summary="外地认定的认可")
async def adoptions(
    request: Request,
    behalf: BehalfDep,
    caller: Caller = READERS,
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """Of the person's region."""
    return await _list(request, behalf, caller, cursor)


@router.post("/work/adoptions/enter", summary="登记一项外地认定")
async def enter(request: Request, behalf: BehalfDep, form: FormDep, caller: Caller = allow(Role.OFFICER)) -> Response:
    """What the certificate says; the service refuses it with every reason."""
    entered: list[str] = []

    async def ask(filled: Filled) -> None:
        change = Change(form.key, filled.body)
        answer = await send(behalf.recognition, "POST", staff_adoptions.ENTRIES, change)
        entered.append(str(answer.json()["id"]))

    tried = await try_step(form, ENTER, ask)
    if tried.is_done:
        return RedirectResponse(address(f"/work/adoptions/{_id(entered[0])}", done="enter"), HTTPStatus.SEE_OTHER)
    return await _list(request, behalf, caller, tried=tried)


@router.get("/work/adoptions/{adoption_id}", summary="一项登记的外地认定")
async def adoption(
    request: Request,
    behalf: BehalfDep,
    adoption_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """What the certificate says, its copies, and the steps that this person may take."""
    return await _entry(request, behalf, adoption_id, caller, done=DONE.get(done, ""))


@router.post("/work/adoptions/{adoption_id}/documents", summary="上传证书")
async def upload(
    request: Request, behalf: BehalfDep, adoption_id: str, form: FormDep, caller: Caller = allow(Role.OFFICER)
) -> Response:
    """A photo or a PDF; the service looks at its content itself."""
    sent = await upload_of(form)
    refusal = Refusal.of(form, NO_FILE)
    if sent is not None:
        path = f"{staff_adoptions.ENTRIES}/{_id(adoption_id)}/documents"
        refusal = await refusal_of(send(behalf.recognition, "POST", path, sent.change, {"name": sent.name}), form)
    if refusal.faults:
        return await _entry(request, behalf, adoption_id, caller, tried=Tried("documents", refusal=refusal))
    return RedirectResponse(address(f"/work/adoptions/{_id(adoption_id)}", done="upload"), HTTPStatus.SEE_OTHER)


@router.get("/work/documents/adoptions/{adoption_id}/{document_id}", response_class=Response, summary="一份证书")
async def document(behalf: BehalfDep, adoption_id: str, document_id: str, _caller: Caller = READERS) -> Response:
    """As it was handed in, where it can do nothing."""
    path = f"{staff_adoptions.ENTRIES}/{_id(adoption_id)}/documents/{_id(document_id)}"
    return document_answer(await fetch(behalf.recognition, path))


@router.post("/work/adoptions/{adoption_id}/{step}", summary="认可或不予认可")
async def decide(
    request: Request,
    behalf: BehalfDep,
    adoption_id: str,
    step: str,
    form: FormDep,
    caller: Caller = allow(Role.APPROVER),
) -> Response:
    """In the version that the page showed, by another person than who entered it."""
    if step not in DECISIONS:
        raise Absent

    async def ask(filled: Filled) -> None:
        path = f"{staff_adoptions.ENTRIES}/{_id(adoption_id)}/{step}"
        await send(behalf.recognition, "POST", path, Change(form.key, filled.body or None, form.version))

    tried = await try_step(form, DECISIONS[step], ask)
    if tried.is_done:
        return RedirectResponse(address(f"/work/adoptions/{_id(adoption_id)}", done=step), HTTPStatus.SEE_OTHER)
    return await _entry(request, behalf, adoption_id, caller, tried=tried)


def _id(one: str) -> str:
    return quote(one, safe="")


async def _list(
    request: Request, behalf: Behalf, caller: Caller, cursor: str = "", *, tried: Tried = READ_ONLY
) -> HTMLResponse:
    found = await staff_adoptions.adoptions(behalf.recognition, cursor)
    return page(
        request,
        "work-adoptions.html",
        status=tried.refusal.status,
        entries=found.items,
        first="/work/adoptions" if cursor else "",
        next=address("/work/adoptions", cursor=found.next) if found.next else "",
        step=ENTER if Role.OFFICER in caller.roles else None,
        filled=tried.filled,
        faults=tried.refusal.faults,
    )


async def _entry(
    request: Request,
    behalf: Behalf,
    adoption_id: str,
    caller: Caller,
    *,
    done: str = "",
    tried: Tried = READ_ONLY,
) -> HTMLResponse:
    one, version = await staff_adoptions.adoption(behalf.recognition, _id(adoption_id))
    documents = await staff_adoptions.documents(behalf.recognition, _id(adoption_id))
    is_open = one.state == "entered"
    return page(
        request,
        "work-adoption.html",
        status=tried.refusal.status,
        one=one,
        documents=documents,
        may_upload=is_open and Role.OFFICER in caller.roles,
        steps=list(DECISIONS.values()) if is_open and Role.APPROVER in caller.roles else [],
        **tried.shown(version, {"状态": one.state_label}),
        done=done,
    )
