"""What each service shows to the world: who may call what, its description, pages that load nothing from elsewhere.

For every service of the list, from its declaration alone; the running services answer for the same in
tests/integration/platform/test_access.py.
"""

import json
import re
from collections.abc import Iterator
from functools import cache

import httpx
import pytest
from fastapi import FastAPI

from deploy.openapi import application, description, file_of
from deploy.services import SERVICES
from shared.contracts.catalogue import PAYLOADS, TOPICS
from shared.contracts.generate import FOLDER
from shared.platform.errors import VersionMismatch, VersionMissing
from shared.platform.etag import require_match
from shared.platform.identity import SAFE_METHODS, Role, route_access
from shared.platform.reachable_errors import errors_of, flattened
from shared.platform.settings import ServiceSettings
from shared.platform.state_machine import IllegalTransition

CONTRACTS = {"/v1/feeds", "/v1/feeds/{feed}/schema"}
"""What the files of bureaus look like: their programs are written before they have a token."""
PUBLIC = {
    "typing": {
        *CONTRACTS,
        "/v1/households",
        "/v1/households/{uscc}",
        "/v1/households/{uscc}/annotations",
        "/v1/households/{uscc}/explanation",
        "/v1/policies",
        "/v1/policies/{policy_id}/findings",
        "/v1/standards",
        "/v1/statistics",
        "/v1/statistics/publications",
        "/v1/statistics/table",
    },
    "recognition": {
        *CONTRACTS,
        "/v1/quotas",
        "/v1/criteria",
        "/v1/criteria/{criteria_id}",
        "/v1/scoring-sheets",
        "/v1/scoring-sheets/{sheet_id}",
        "/v1/seasons",
        "/v1/seasons/{season_id}",
        "/v1/standards",
        "/v1/public-notices",
        "/v1/public-notices/{notice_id}",
        "/v1/recognitions",
        "/v1/recognitions/{recognition_id}",
        "/v1/recognitions/{recognition_id}/annotations",
        "/v1/certificates/{code}",
        "/v1/badges",
        "/v1/badges/withdrawn",
        "/v1/badges/{uscc}",
        "/v1/badges/{uscc}.svg",
        "/v1/statistics",
        "/v1/statistics/table",
    },
    "objection": {"/v1/grounds", "/v1/objections/statistics"},
    "notification": CONTRACTS,
    "support": {
        *CONTRACTS,
        "/v1/inspection-shares",
        "/v1/measures",
        "/v1/measures/estimate",
        "/v1/measures/{measure}",
        "/v1/support-rules",
        "/v1/work-report-duties",
    },
    "portal": {
        "/",
        "/directory",
        "/households/{uscc}",
        "/areas",
        "/areas/{region}",
        "/recognised",
        "/certificates",
        "/notices",
        "/notices/{notice_id}",
        "/measures",
        "/measures/{measure_id}",
        "/statistics",
        "/help",
        "/accessibility",
        "/privacy",
        "/developers",
        "/view",
        "/static/{name}",
        "/sign-in",
        "/sign-in/answer",
        "/signed-out",
        "/signed-out/everywhere",
        "/kept-forms/{form_id}",
    },
}
"""What anybody may read, by service; nothing that changes anything. To add to it is a decision. A kept form is shown to
the person who filled it in."""
CALL_BACKS = {"notification": {"/v1/receipts/{provider}"}, "portal": {"/sign-out"}}
"""What is posted to without a token: by other parties' systems, which show a secret that was agreed with them, and by
whoever ends their own session, be it over already."""
OWN_AFFAIRS = ("/v1/inbox/", "/v1/own-contact", "/inbox/", "/settings/contact", "/settings/sessions/")
"""What everybody does with what is their own, for example reading their notifications; nothing is decided by it."""
CONTRACT = {
    "typing": {
        ("POST", "/v1/feeds/{feed}/deliveries"),
        ("GET", "/v1/deliveries/{delivery_id}"),
        ("GET", "/v1/deliveries/{delivery_id}/rejects"),
        ("POST", "/v1/annual-report-closings"),
        ("POST", "/v1/runs"),
        ("GET", "/v1/runs/{run_id}"),
        ("GET", "/v1/runs/{run_id}/comparison"),
        ("GET", "/v1/runs/{run_id}/results"),
        ("POST", "/v1/runs/{run_id}/publication"),
    }
}
"""The resources that are promised to other systems, beside the public ones."""
ELSEWHERE = re.compile(r"""(?:src|href|url\(|import|fetch\()\s*[=(]?\s*["']?(?:https?:)?//(?!127\.0\.0\.1|localhost)""")
Settings = type[ServiceSettings]
every_service = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.service_name())


@cache
def app_of(service: Settings) -> FastAPI:
    """A service's application; nothing it needs is started, since nothing here needs it."""
    return application(service)


@every_service
def test_only_what_is_meant_to_be_public_is(service: Settings) -> None:
    found = {(one.method, one.path) for one in route_access(app_of(service)) if one.access.public}
    name = service.service_name()
    posted = {("POST", path) for path in CALL_BACKS.get(name, ())}
    assert found == {("GET", path) for path in PUBLIC.get(name, ())} | posted


@every_service
def test_the_resources_of_the_contract_are_there(service: Settings) -> None:
    promised = CONTRACT.get(service.service_name(), set())
    assert promised - {(one.method, one.path) for one in route_access(app_of(service))} == set()


def is_own(path: str) -> bool:
    """Whether a route concerns only what is the caller's own."""
    return path.startswith(OWN_AFFAIRS)


@every_service
def test_departments_make_no_decisions(service: Settings) -> None:
    """What a department may do it does as a department: no route is open to it and to those who decide."""
    changes = (one for one in route_access(app_of(service)) if one.method != "GET" and not is_own(one.path))
    assert [one.path for one in changes if {Role.BUREAU, Role.APPROVER} <= one.access.roles] == []


@every_service
def test_auditors_change_nothing(service: Settings) -> None:
    changes = (one for one in route_access(app_of(service)) if one.method != "GET" and not is_own(one.path))
    assert [one.path for one in changes if Role.AUDITOR in one.access.roles] == []


@every_service
def test_every_operation_has_a_chinese_summary(service: Settings) -> None:
    operations = [
        (method, path, operation.get("summary", ""))
        for path, methods in app_of(service).openapi()["paths"].items()
        for method, operation in methods.items()
    ]
    assert [one for one in operations if not re.search(r"[\u4e00-\u9fff]", one[2])] == []


@every_service
async def test_the_pages_load_nothing_from_elsewhere(service: Settings) -> None:
    transport = httpx.ASGITransport(app_of(service))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        page = (await client.get("/docs")).text
        assert "swagger" in page.lower()
        assert ELSEWHERE.findall(page) == []
        for asset in re.findall(r"""(?:src|href)=["']([^"']+)["']""", page):
            loaded = await client.get(asset)
            assert loaded.status_code == 200, asset


@pytest.mark.parametrize(
    "line",
    ['<script src="https://cdn.example/x.js">', '<link href="//cdn.example/x.css">', "url('https://a.example/f')"],
)
def test_a_page_that_loads_from_elsewhere_would_be_noticed(line: str) -> None:
    assert ELSEWHERE.search(line)


def leaves(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a JSON document with its place."""
    if isinstance(value, dict | list) and value:
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in members:
            yield from leaves(member, f"{place} › {name}" if place else str(name))
    else:
        yield place, json.dumps(value, ensure_ascii=False)


def differences(committed: str, current: str) -> list[str]:
    """What was removed (-) and added (+), each line with its place in the document."""
    before, after = (dict(leaves(json.loads(text))) for text in (committed, current))
    lines = [("-", *leaf) for leaf in before.items() - after.items()]
    lines += [("+", *leaf) for leaf in after.items() - before.items()]
    return [f"{sign} {place}: {value}" for sign, place, value in sorted(lines, key=lambda line: (line[1], line[0]))]


@every_service
def test_the_committed_description_is_the_services(service: Settings) -> None:
    file = file_of(service)
    found = differences(file.read_text("utf-8") if file.exists() else "{}", description(app_of(service)))
    assert not found, "\n".join(["run `make contracts` if the API was meant to change:", *found[:60]])


def test_a_difference_is_shown_with_its_place() -> None:
    before = {"paths": {"/v1/runs": {"get": {"x-roles": ["auditor", "officer"]}}}}
    after = {"paths": {"/v1/runs": {"get": {"x-roles": ["auditor"], "summary": "批次"}}}}
    assert differences(json.dumps(before), json.dumps(after)) == [
        '+ paths › /v1/runs › get › summary: "批次"',
        '- paths › /v1/runs › get › x-roles › 1: "officer"',
    ]


def test_every_event_has_its_schema_and_its_place_in_the_catalogue() -> None:
    written = {path.name for path in FOLDER.glob("cn.minglu.*.json")}
    assert written == {f"{payload.event_type}.json" for payload in PAYLOADS}
    channels = json.loads((FOLDER / "asyncapi.json").read_text("utf-8"))["channels"]
    assert set(channels) == set(TOPICS) == {payload.topic for payload in PAYLOADS}


@every_service
def test_a_read_lists_no_refusal_of_a_change(service: Settings) -> None:
    """Transitions and versions are of those who decide: a read that lists them names more than it can answer."""
    of_changes = (IllegalTransition, VersionMissing, VersionMismatch)
    reads = [one for one in route_access(app_of(service)) if one.method == "GET"]
    listed = {one.path: [e.slug for e in errors_of(one.route.dependant) if issubclass(e, of_changes)] for one in reads}
    assert {path: slugs for path, slugs in listed.items() if slugs} == {}


@every_service
def test_a_client_made_from_the_description_can_name_versions_and_keys(service: Settings) -> None:
    app = app_of(service)
    paths = app.openapi()["paths"]
    for one in route_access(app):
        operation = paths.get(one.path, {}).get(one.method.lower())
        if operation is None:
            continue
        headers = [each for each in operation.get("parameters", []) if each["in"] == "header"]
        required = {each["name"]: each["required"] for each in headers}
        needs = any(inner.call is require_match for inner in flattened(one.route.dependant))
        assert required.get("If-Match", False) is needs, (one.method, one.path)
        assert ("Idempotency-Key" in required) is (one.method not in SAFE_METHODS), (one.method, one.path)
        assert operation["security"], (one.method, one.path)
