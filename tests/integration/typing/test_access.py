"""Invariant S1: nobody reads or changes anything beyond their own region, on any route, with any role that may call it.

Who is refused without a token or role is tested for every service in tests/integration/platform/test_access.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from services.typing.runs import repository as runs_repository
from services.typing.runs.models import Run
from shared.platform.identity import Role, route_access
from tests.integration.typing.typing_client import CITY, TypingClient

ELSEWHERE = "12"
CODE = "92410103MA0000015K"
RUN = "{run_id}"
EMPTY = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
BODIES: dict[tuple[str, str], dict[str, object]] = {
    ("POST", "/v1/annual-report-closings"): {"region": CITY, "year": 2025, "closed_on": "2026-07-01"},
    ("POST", "/v1/runs"): {"policy": "zhengzhou-2025", "as_of": "2026-07-01", "region": CITY},
    ("POST", "/v1/runs/{run_id}/confirmation"): {"reason": "已核实数据"},
    ("POST", "/v1/runs/{run_id}/discard"): {"reason": "重复发起"},
    ("POST", "/v1/runs/{run_id}/publication"): {},
    ("POST", "/v1/number-settings"): {
        "policy": "zhengzhou-2025",
        "parameter": "growth_tax_upto",
        "value": "1",
        "in_force_from": "2026-07-01",
        "document": {"number": "测试〔2026〕1号", "title": "测试文件", "issued_on": "2026-07-01"},
    },
    ("POST", "/v1/number-settings/{setting_id}/decision"): {"approved": True, "reason": "与文件一致"},
    ("POST", "/v1/runs/{run_id}/trials"): {"policy": "zhengzhou-2025"},
    ("POST", "/v1/operator-references"): {"id_number": "无"},
    ("POST", "/v1/moves/{move_id}/decision"): {"confirmed": True, "reason": "已核实迁出"},
}


@dataclass(frozen=True)
class Call:
    """One route as a test calls it."""

    method: str
    path: str
    roles: frozenset[Role]
    public: bool

    def request(self, run_id: str, delivery_id: str) -> dict[str, object]:
        """Method, address and body."""
        address = (
            self.path.replace(RUN, run_id)
            .replace("{delivery_id}", delivery_id)
            .replace("{trial_id}", delivery_id)
            .replace("{move_id}", delivery_id)
            .replace("{setting_id}", delivery_id)
            .replace("{uscc}", CODE)
            .replace("{feed}", "credit")
        )
        query = f"?region={CITY}&mode=full&bureau=x" if "deliveries" in self.path and self.method == "POST" else ""
        query = f"?uscc={CODE}" if self.path == "/v1/own-data" else query
        query = "?region=410105" if "unreported" in self.path else query
        headers = {"If-Match": "*", "Content-Digest": EMPTY, "Minglu-Rows": "1"}
        body = BODIES.get((self.method, self.path))
        if query:
            headers["Content-Type"] = "text/csv"
        return {"method": self.method, "url": address + query, "json": body, "headers": headers}


@pytest.fixture
def app(office: TypingClient) -> FastAPI:
    return office.app


@pytest.fixture
def calls(app: FastAPI) -> list[Call]:
    return [
        Call(one.method, one.path, one.access.roles, one.access.public)
        for one in route_access(app)
        if one.method != "HEAD"
    ]


@pytest.fixture
async def run_id(office: TypingClient) -> str:
    """A queued run of the city."""
    answer = await office.client.post(
        "/v1/runs", json=BODIES["POST", "/v1/runs"], headers=office.as_(Role.OFFICER, subject="maker")
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def ask(office: TypingClient, call: Call, run_id: str, headers: dict[str, str]) -> httpx.Response:
    request = call.request(run_id, "00000000-0000-4000-8000-000000000000")
    request["headers"] = {**request["headers"], **headers}  # type: ignore[dict-item]  # built above
    return await office.client.request(**request)  # type: ignore[arg-type]  # built above


async def test_every_route_is_known_to_this_test(calls: list[Call]) -> None:
    posts = {(call.method, call.path) for call in calls if call.method not in ("GET",)}
    undescribed = {("POST", "/v1/feeds/{feed}/deliveries")}
    undescribed |= {("POST", f"/v1/runs/{{run_id}}/{again}") for again in ("comparison", "inspection")}
    assert posts == set(BODIES) | undescribed


async def test_nothing_of_another_region_is_read_or_changed(
    office: TypingClient, calls: list[Call], run_id: str
) -> None:
    before = await stored_run(office, run_id)
    for call in (call for call in calls if not call.public):
        for role in call.roles:
            answer = await ask(office, call, run_id, office.as_(role, ELSEWHERE))
            assert_nothing_shown(call, answer, run_id)
    after = await stored_run(office, run_id)
    assert (after.state, after.version) == (before.state, before.version)


async def test_departments_deliver_and_see_deliveries_and_their_corrections_and_nothing_else(calls: list[Call]) -> None:
    """What is a department's own there is tested with the deliveries of two (D1: test_reading_deliveries)."""
    assert {(call.method, call.path) for call in calls if Role.BUREAU in call.roles} == {
        ("POST", "/v1/feeds/{feed}/deliveries"),
        ("GET", "/v1/deliveries"),
        ("GET", "/v1/deliveries/{delivery_id}"),
        ("GET", "/v1/deliveries/{delivery_id}/rejects"),
        ("GET", "/v1/deliveries/{delivery_id}/waiting"),
        ("GET", "/v1/refused-deliveries"),
        ("GET", "/v1/pulls"),
        ("GET", "/v1/corrections"),
        ("GET", "/v1/moves"),
        ("GET", "/v1/moves/{move_id}"),
    }


async def test_inside_the_region_the_named_roles_pass(office: TypingClient, calls: list[Call], run_id: str) -> None:
    for call in (call for call in calls if call.method == "GET" and RUN in call.path):
        for role in call.roles:
            answer = await ask(office, call, run_id, office.as_(role))
            assert answer.status_code in (200, 409), (call, role, answer.text)


async def test_a_read_without_its_scope_would_be_caught(
    office: TypingClient, calls: list[Call], run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: a repository that forgets the region."""
    scoped: Callable[..., object] = runs_repository.get_run

    async def unscoped(session: object, wanted: object, _scope: str, **kind: bool) -> object:
        return await scoped(session, wanted, "", **kind)  # type: ignore[misc]  # a coroutine function

    monkeypatch.setattr(runs_repository, "get_run", unscoped)
    with pytest.raises(AssertionError):
        await test_nothing_of_another_region_is_read_or_changed(office, calls, run_id)


def assert_nothing_shown(call: Call, answer: httpx.Response, run_id: str) -> None:
    if answer.status_code == 200:
        said = answer.json()
        shown = [row for kind in said["kinds"] for row in kind["rows"]] if "kinds" in said else said.get("items")
        assert shown == [], call
    else:
        assert answer.status_code in (403, 404, 422), (call, answer.status_code, answer.text)
    assert run_id not in answer.text.replace(f"/v1/runs/{run_id}", ""), call


async def stored_run(office: TypingClient, run_id: str) -> Run:
    async with office.resources.database.session() as session:
        (run,) = await runs_repository.workable_runs(session)
    assert str(run.id) == run_id
    return run
