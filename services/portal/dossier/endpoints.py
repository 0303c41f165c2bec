"""``/work/households…``: find a household, and its dossier: type and why, recognition, applications, objections,
what it was told, what stands in the national systems.
"""

import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import BehalfDep, parts
from services.portal.shell.rendering import page
from services.portal.shell.wishes import wish_of
from services.portal.upstream import (
    disclosures,
    staff_notification,
    staff_objection,
    staff_recognition,
    typing as typing_reads,
)
from services.portal.upstream.calls import Listed
from services.portal.upstream.problems import Absent, QueryRefused
from services.portal.upstream.staff_recognition import DossierAnswer
from services.portal.upstream.typing import HouseholdAnswer
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["dossier"], default_response_class=HTMLResponse)

CODE = re.compile("[0-9A-Z]{18}")
ENDS = (("cancellation", "cancelled", "取消认定"), ("revocation", "revoked", "撤销认定"))
"""How a recognition ends after a proceeding: the proceeding, the state, the words"""
READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)


@router.get("/work/households", summary="查一户")
async def find_household(
    request: Request, behalf: BehalfDep, caller: Caller = READERS, q: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """By name or code, in the person's region; a whole code leads to the dossier at once."""
    wish = wish_of(q)
    if wish.code:
        return RedirectResponse(f"/work/households/{wish.code}", HTTPStatus.SEE_OTHER)
    complaint, found = wish.complaint, Listed[HouseholdAnswer](items=[])
    if wish.name:
        try:
            found = await typing_reads.households(behalf.typing, name=wish.name, region=caller.region)
        except QueryRefused as refused:
            complaint = refused.detail
    return page(request, "work-households.html", q=q, complaint=complaint, households=found.items, more=found.next)


@router.get("/work/households/{uscc}", summary="一户的档案")
async def dossier(request: Request, behalf: BehalfDep, uscc: str, caller: Caller = READERS) -> HTMLResponse:
    """Each part from the service that holds it, as this person may see it."""
    if not CODE.fullmatch(uscc):
        raise Absent("没有这个代码的个体工商户。请从“查一户”再查一次。")
    read = await parts(
        household=typing_reads.household(behalf.typing, uscc),
        why=typing_reads.explanation(behalf.typing, uscc),
        recognitions=staff_recognition.recognitions_of(behalf.recognition, uscc),
        applications=staff_recognition.applications_of(behalf.recognition, uscc),
        objections=staff_objection.objections(behalf.objection, q=uscc),
        contact=disclosures.contact(behalf.notification, uscc),
        told=staff_notification.told(behalf.notification, uscc),
        published=staff_notification.published(behalf.notification, uscc),
    )
    unmasks = bool(caller.roles & {Role.OFFICER, Role.APPROVER})
    papers = {one.id: papers_about(one) for one in read["recognitions"].value or []}
    return page(request, "work-dossier.html", uscc=uscc, unmasks=unmasks, papers=papers, **read)


def papers_about(recognition: DossierAnswer) -> list[tuple[str, str]]:
    """Which papers about its end can be printed: of what is proposed, and of what was decided."""
    proposed = {one.kind for one in recognition.concerns}
    found = []
    for what, ended, label in ENDS:
        if f"{what}-proposed" in proposed:
            found += [(f"{what}-notice", f"拟{label}告知书"), (f"{what}-notice-receipt", "告知书送达回证")]
        if recognition.state == ended:
            found += [(f"{what}-decision", f"{label}决定书"), (f"{what}-decision-receipt", "决定书送达回证")]
    return found
