"""``/recognised`` and ``/certificates``: who is recognised, and whether a certificate is good."""

import re
import unicodedata
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.portal.resources import ResourcesDep
from services.portal.shell.regions import chosen_region, region_choices
from services.portal.shell.rendering import address, page
from services.portal.shell.words import CATEGORIES
from services.portal.upstream import recognition as recognition_reads
from services.portal.upstream.problems import Absent
from services.portal.upstream.recognition import CertificateAnswer
from shared.platform.identity import anyone

router = APIRouter(tags=["recognised"], dependencies=[anyone()], default_response_class=HTMLResponse)

CODE_LENGTH = 20


@router.get("/recognised", summary="名特优新名单")
async def recognised(
    request: Request,
    resources: ResourcesDep,
    region: Annotated[str, Query(max_length=6)] = "",
    category: Annotated[str, Query(max_length=20)] = "",
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """The list of a region, by category."""
    home = resources.settings.home_region
    region, category = chosen_region(region, home), category if category in CATEGORIES else ""
    found = await recognition_reads.recognitions(resources.recognition, region, category, cursor)
    here = {"region": region, "category": category}
    return page(
        request,
        "recognised.html",
        keep=resources.settings.public_cache_seconds,
        region=region,
        regions=region_choices(home),
        category=category,
        categories=CATEGORIES,
        recognitions=found.items,
        first=address("/recognised", **here) if cursor else "",
        next=address("/recognised", **here, cursor=found.next) if found.next else "",
    )


@router.get("/certificates", summary="核验证书")
async def certificates(
    request: Request, resources: ResourcesDep, code: Annotated[str, Query(max_length=60)] = ""
) -> HTMLResponse:
    """What a certificate's code stands for; a certificate's QR code may lead here too."""
    complaint = ""
    certificate: CertificateAnswer | None = None
    if read := re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", code)).upper():
        if not re.fullmatch(r"[0-9A-F]+", read) or len(read) != CODE_LENGTH:
            complaint = (
                f"证书编号是 {CODE_LENGTH} 位数字和 A 到 F 的字母，您输入了 {len(read)} 位。请对照证书再输一次。"
            )
        else:
            try:
                certificate = await recognition_reads.certificate(resources.recognition, read)
            except Absent:
                complaint = "没有这个编号的证书。请对照证书再输一次；还是查不到，请拨打 12315。"
    return page(request, "certificates.html", code=code, complaint=complaint, certificate=certificate)
