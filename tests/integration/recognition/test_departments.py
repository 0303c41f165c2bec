"""Invariant D1: no department reads, answers or changes what another was asked, or recommended, or delivered."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.recognition.applications import endpoints as application_endpoints, lookups
from services.recognition.applications.visibility import department_scope
from services.recognition.assessments import repository as assessment_repository
from services.recognition.examination import repository as examination_repository
from shared import clock
from shared.platform.deliveries import rows as delivery_rows
from shared.platform.identity import Role, RouteAccess, route_access
from shared.reference.departments import Department
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient
from tests.integration.recognition.recommendation_steps import draft_recommendation
from tests.integration.recognition.route_access import STREAMS, Ids, ask, found, state_of
from tests.integration.recognition.walkthrough import VISITS, Walkthrough

OWNERS = {
    "{consultation_id}": Department.TAX,
    "/v1/consultations/answers": Department.TAX,
    "{application_id}": Department.CULTURE,
    "{document_id}": Department.CULTURE,
    "{evaluation_id}": Department.CULTURE,
    "{delivery_id}": Department.COURT,
}
"""Whose the things are that a path names."""
BEGINS_ANEW = ("POST", "/v1/recommendations")
DEPARTMENTS = [*dict.fromkeys(OWNERS.values()), Department.MARKET, Department.ECOLOGY]
SEVERAL = [Role.BUREAU, Role.OFFICER, Role.APPROVER]
ANSWERS = {
    "/v1/consultations/{consultation_id}/answer",
    "/v1/consultations/answers",
    "/v1/evaluations/{evaluation_id}/agreement",
    "/v1/recommendations/{application_id}/written-consent",
    "/v1/recommendations/{application_id}/submission",
    "/v1/recommendations/{application_id}/withdrawal",
}
"""What a department alone does. To take from it is a decision."""


@pytest.fixture
def app(office: RecognitionClient) -> FastAPI:
    return office.app


@pytest.fixture
def ids(owned_by_departments: Ids) -> Ids:
    return owned_by_departments


def owner_of(path: str) -> Department | None:
    """Whose it is what a path names; None: it lists what is the caller's."""
    return next((owner for part, owner in OWNERS.items() if part in path), None)


def calls_of_departments(app: FastAPI) -> list[RouteAccess]:
    """What a department may call."""
    return [
        one
        for one in route_access(app)
        if Role.BUREAU in one.access.roles
        and one.method != "HEAD"
        and one.path not in STREAMS
        and (one.method, one.path) != BEGINS_ANEW
    ]


async def all_state(office: RecognitionClient) -> list[object]:
    return [
        *await state_of(office),
        *await office.sql("select * from consultation order by id"),
        *await office.sql("select * from evaluation order by id"),
    ]


async def nothing_of_another_department(office: RecognitionClient, app: FastAPI, ids: Ids) -> None:
    before = await all_state(office)
    for one in calls_of_departments(app):
        owner = owner_of(one.path)
        for department in DEPARTMENTS:
            if department is owner:
                continue
            answer = await ask(office, one.method, one.path, ids, office.as_(Role.BUREAU, department=department))
            assert_nothing_shown(one, department, answer)
    assert await all_state(office) == before


async def nothing_is_answered_for_another(office: RecognitionClient, app: FastAPI, ids: Ids) -> None:
    """By who has every other role besides."""
    before = await all_state(office)
    headers = office.as_(Role.BUREAU, department=Department.MARKET, roles=SEVERAL)
    alone = [one for one in calls_of_departments(app) if one.access.roles == {Role.BUREAU}]
    assert {one.path for one in alone if one.method == "POST"} == ANSWERS
    for one in alone:
        assert_nothing_shown(one, Department.MARKET, await ask(office, one.method, one.path, ids, headers))
    assert await all_state(office) == before


def assert_nothing_shown(call: RouteAccess, department: Department, answer: httpx.Response) -> None:
    said = (call.method, call.path, department, answer.status_code, answer.text)
    if answer.status_code != 200:
        assert answer.status_code in (403, 404), said
        assert "测试商户" not in answer.text, said
        return
    for one in found(answer):
        assert one.get("status") == 404 or department in (one.get("department"), one.get("recommended_by")), said


async def test_nothing_of_another_department_is_read_or_changed(
    office: RecognitionClient, app: FastAPI, ids: Ids
) -> None:
    with clock.travel(VISITS):
        await nothing_of_another_department(office, app, ids)
        await nothing_is_answered_for_another(office, app, ids)


async def test_a_token_without_a_department_reads_and_answers_nothing(
    office: RecognitionClient, app: FastAPI, ids: Ids
) -> None:
    headers = office.as_(Role.BUREAU, department=None)
    for one in calls_of_departments(app):
        answer = await ask(office, one.method, one.path, ids, headers)
        assert (answer.status_code, answer.json()["title"]) == (403, "令牌没有写明部门"), one.path


async def test_the_department_itself_reads_and_answers(office: RecognitionClient, ids: Ids) -> None:
    """What the walk is refused is there, and is its department's."""
    tax, culture, court = (office.as_(Role.BUREAU, department=one) for one in DEPARTMENTS[:3])
    read = office.client.get
    with clock.travel(VISITS):
        assert [one["department_label"] for one in (await read("/v1/consultations", headers=tax)).json()["items"]] == [
            "税务部门"
        ]
        question = f"/v1/consultations/{ids.others['consultation_id']}/answer"
        word = {"agrees": True, "opinion": "没有意见"}
        assert (await office.client.post(question, json=word, headers=tax)).status_code == 200
    (asked,) = (await read("/v1/evaluations/agreements", headers=culture)).json()["items"]
    path = f"/v1/evaluations/{asked['evaluation']}/agreement"
    assert (await office.client.post(path, json=word, headers=culture)).status_code == 200
    assert len((await read("/v1/recommendations", headers=culture)).json()["items"]) == 2
    assert (await read(f"/v1/documents/{ids.others['document_id']}", headers=culture)).status_code == 200
    assert (await read(f"/v1/deliveries/{ids.others['delivery_id']}", headers=court)).status_code == 200


async def test_officers_see_what_all_departments_were_asked(office: RecognitionClient, ids: Ids) -> None:
    for headers in (office.as_(Role.OFFICER), office.as_(Role.BUREAU, department=Department.MARKET, roles=SEVERAL)):
        with clock.travel(VISITS):
            assert len((await office.client.get("/v1/consultations", headers=headers)).json()["items"]) == 1
        listed = (await office.client.get("/v1/recommendations", headers=headers)).json()["items"]
        assert len(listed) == 1, "the other one is still a draft"
        delivery = f"/v1/deliveries/{ids.others['delivery_id']}"
        assert (await office.client.get(delivery, headers=headers)).status_code == 200


async def test_a_bureau_speaks_for_its_own_level(office: RecognitionClient, ids: Ids) -> None:
    """The county's culture department recommended: the city's sees it, the next county's does not."""
    for region, count in ((COUNTY, 2), ("4101", 2), ("41", 2), ("410106", 0), ("12", 0)):
        headers = office.as_(Role.BUREAU, region, department=Department.CULTURE)
        assert len((await office.client.get("/v1/recommendations", headers=headers)).json()["items"]) == count, region
        asked = (await office.client.get("/v1/evaluations/agreements", headers=headers)).json()["items"]
        assert len(asked) == count // 2, region


async def test_market_supervision_does_not_recommend_what_it_recognises(walkthrough: Walkthrough) -> None:
    answer = await draft_recommendation(walkthrough, 1)
    assert answer.json()["recommended_by_label"] == "文化和旅游部门"
    body = {
        "season": walkthrough.season["id"],
        "uscc": "924101050000000009",
        "category": "quality",
        "reason": "非遗传承人",
    }
    with clock.travel(dt.date(2026, 9, 1)):
        refused = await walkthrough.do("/v1/recommendations", body, Role.BUREAU, department=Department.MARKET)
    assert (refused.status_code, refused.json()["title"]) == (403, "不由本部门推荐")


def forgetful(read: Callable[..., Awaitable[Any]], place: int, instead: object) -> Callable[..., Awaitable[Any]]:
    """A repository's read that takes no heed of the department."""

    async def of_anybody(*asked: Any) -> Any:
        return await read(*asked[:place], instead, *asked[place + 1 :])

    return of_anybody


@pytest.mark.parametrize(
    ("module", "name", "place", "instead"),
    [
        (examination_repository, "list_open_consultations", 2, None),
        (examination_repository, "applications_by_consultation", 3, Department.TAX),
        (assessment_repository, "list_awaiting_department", 2, Department.CULTURE),
        (assessment_repository, "lock_asked_evaluation", 3, Department.CULTURE),
        (delivery_rows, "get_delivery", 4, None),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_a_read_without_its_department_would_be_caught(
    office: RecognitionClient,
    app: FastAPI,
    ids: Ids,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    place: int,
    instead: object,
) -> None:
    """The planted faults."""
    monkeypatch.setattr(module, name, forgetful(getattr(module, name), place, instead))
    with clock.travel(VISITS), pytest.raises(AssertionError):
        await nothing_of_another_department(office, app, ids)


@pytest.mark.parametrize("module", [lookups, application_endpoints], ids=["reading", "handing in"])
async def test_a_sight_without_its_department_would_be_caught(
    office: RecognitionClient, app: FastAPI, ids: Ids, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    """The planted fault: whoever asks sees what the culture department recommended."""
    monkeypatch.setattr(module, "department_scope", lambda _, scope: department_scope(Department.CULTURE, scope))
    with clock.travel(VISITS), pytest.raises(AssertionError):
        await nothing_of_another_department(office, app, ids)


async def test_a_department_that_audits_besides_neither_reads_nor_adds(
    office: RecognitionClient, walkthrough: Walkthrough, application: str
):
    """Naive: it reads every application of its region as an auditor, and adds to it as a department."""
    headers = office.as_(Role.BUREAU, department=Department.TAX, roles=[Role.BUREAU, Role.AUDITOR])
    assert (await office.client.get(f"/v1/applications/{application}", headers=headers)).status_code == 403
    answer = await office.client.post(
        f"/v1/applications/{application}/documents",
        params={"evidence": "distinctive.3:x", "name": "材料"},
        content=b"%PDF-1.4",
        headers=headers | {"Content-Type": "application/pdf"},
    )
    assert answer.status_code == 403
