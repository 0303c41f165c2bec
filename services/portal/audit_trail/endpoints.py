"""``/audit``: who did what in all services, for auditors; each service shows its own and writes down who read it."""

from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from services.portal.audit_trail.timeline import MOST, positions_of, timeline, written
from services.portal.audit_trail.words import ACTORS, CHAINS, action_words, detail_words
from services.portal.shell.behalf import BehalfDep, Part, parts
from services.portal.shell.forms import FormRoute
from services.portal.shell.refusals import Faults
from services.portal.shell.rendering import page
from services.portal.upstream import audit
from services.portal.upstream.audit import AuditEntriesAnswer
from shared.platform.audit_reading import AuditQuery, read_audit
from shared.platform.identity import Caller, Role, allow
from shared.platform.unit_of_work import SessionDep

router = APIRouter(tags=["audit"], route_class=FormRoute, default_response_class=HTMLResponse)

AUDITOR = allow(Role.AUDITOR)
OWN = "portal"
SERVICES: Mapping[str, str] = {
    "typing": "分型",
    "recognition": "认定",
    "objection": "异议",
    "notification": "通知",
    "support": "帮扶",
    OWN: "门户",
}
Said = Annotated[str, Query(max_length=200)]
Day = Annotated[str, Query(max_length=10)]
NOT_A_DAY = "请写成 2026-07-01 这样的日期。"
NOT_NAMED = "请照审计记录里的写法填写，不超过200字。"


@router.get("/audit", summary="审计记录")
async def audit_trail(
    request: Request,
    session: SessionDep,
    behalf: BehalfDep,
    subject: Said = "",
    actor: Said = "",
    since: Day = "",
    until: Day = "",
    service: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[list[str] | None, Query(max_length=len(SERVICES))] = None,
    caller: Caller = AUDITOR,
) -> HTMLResponse:
    """By time, across the services; one that is away is named, and the others are shown."""
    said = {"subject": subject.strip(), "actor": actor.strip(), "since": since, "until": until}
    wanted = [service] if service in SERVICES else [*SERVICES]
    seen = positions_of(after or (), SERVICES)
    faults = faults_of(said)
    read: Mapping[str, Part[AuditEntriesAnswer]] = {}

    async def own(query: AuditQuery) -> AuditEntriesAnswer:
        found = await read_audit(request, session, caller, query)
        return AuditEntriesAnswer.model_validate(found.model_dump())

    def asked(name: str) -> Awaitable[AuditEntriesAnswer]:
        query = {**{key: value for key, value in said.items() if value}, "limit": str(MOST)}
        query |= {"cursor": seen[name]} if name in seen else {}
        if name == OWN:
            return own(AuditQuery.model_validate(query))
        return audit.entries(getattr(behalf, name), query)

    if not faults:
        read = await parts(**{name: asked(name) for name in wanted})
    found = timeline(read, {name: cursor for name, cursor in seen.items() if name in wanted})
    carried = [(name, value) for name, value in {**said, "service": service}.items() if value]
    further = [*carried, *(("after", one) for one in written(found.further))]
    return page(
        request,
        "audit-trail.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        faults=faults,
        said=said,
        service=service,
        services=SERVICES,
        away={SERVICES[name]: one.complaint for name, one in read.items() if one.complaint},
        told=found.told,
        first=f"/audit?{urlencode(carried)}" if seen else "",
        next=f"/audit?{urlencode(further)}" if found.further else "",
        action_words=action_words,
        detail_words=detail_words,
        chains=CHAINS,
        actors=ACTORS,
    )


def faults_of(said: Mapping[str, str]) -> Faults:
    """What no service could be asked for."""
    try:
        AuditQuery.model_validate({name: value for name, value in said.items() if value})
    except ValidationError as error:
        fields = [str(one["loc"][0]) for one in error.errors()]
        return [(field, NOT_A_DAY if field in ("since", "until") else NOT_NAMED) for field in fields]
    return []
