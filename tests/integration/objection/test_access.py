"""Invariants S1 and D1: nobody reads or changes anything beyond their own region, role and department, on any route;
and generated requests.

Who is refused without a token or role is tested for every service in tests/integration/platform/test_access.py.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import true

from services.objection.objections import repository as objection_repository
from services.objection.reports import repository as report_repository
from shared.database.row_scope import EVERYWHERE
from shared.platform import unit_of_work
from shared.platform.identity import Role, route_access
from tests.fixtures.http_fuzz import exercise
from tests.integration.objection.decision_steps import proposed, upheld
from tests.integration.objection.filing_steps import ZHANG, filed, typing_body
from tests.integration.objection.handled_objections import accepted
from tests.integration.objection.objection_client import (
    COUNTY,
    ObjectionClient,
    household_typed,
    run_published,
    uscc,
)
from tests.integration.objection.route_access import STREAMS, Ids, ask, secrets_of, state_of
from tests.integration.objection.test_documents import upload
from tests.integration.objection.verification_steps import asked

ELSEWHERE = "12"
FOR_ANYONE = {("POST", "/v1/reports", Role.OPERATOR)}
"""What a stranger may do: anybody may report."""


@pytest.fixture
async def ids(office: ObjectionClient) -> Ids:
    """One of each thing, in one county."""
    await office.hear(run_published(), *(household_typed(number) for number in range(1, 5)))
    objection = await filed(office, typing_body(1, objector=ZHANG))
    await upload(office, objection)
    body = {"uscc": uscc(1), "statement": "获奖证书是伪造的", "reporter": ZHANG}
    await office.post("/v1/reports", body, Role.OPERATOR, number=7)
    await upheld(office, 2)
    await asked(examined := await accepted(office, 3))
    note = {"kind": "hearing", "held_on": "2026-01-05", "present": ["张三"], "text": "张三到场陈述"}
    await office.post(f"/v1/objections/{objection['id']}/hearings", note, match="*", **examined.who("explainer"))
    await proposed(await accepted(office, 4))
    found = {"objection_id": objection["id"]}
    for parameter, query in {
        "document_id": "select id from objection_document",
        "report_id": "select id from report",
        "verification_id": "select id from verification where answered_at is null",
        "item_id": "select id from correction_item",
        "hearing_id": "select id from hearing_note",
        "decision_id": "select id from decision where state = 'proposed'",
    }.items():
        found[parameter] = str((await office.sql(query))[0]["id"])
    return Ids(found)


async def nothing_is_read_or_changed(office: ObjectionClient, ids: Ids, roles: Mapping[Role, dict[str, Any]]) -> None:
    """By these strangers, on any route that is open to their role."""
    before, secrets = await state_of(office), await secrets_of(office)
    for one in route_access(office.app):
        if one.access.public or one.method == "HEAD":
            continue
        for role in one.access.roles & set(roles):
            if (one.method, one.path, role) in FOR_ANYONE:
                continue
            headers = office.as_(role, **roles[role])
            answer = await ask(office, one.method, one.path, ids, headers, counter=role is Role.OFFICER)
            said = (one.method, one.path, role, answer.status_code, answer.text)
            assert answer.status_code in (200, 403, 404) or one.path in STREAMS, said
            if answer.status_code == 200:
                assert not [secret for secret in secrets if secret in answer.text], said
            assert "张" not in answer.text, said
    assert await state_of(office) == before


def strangers() -> dict[Role, dict[str, Any]]:
    """Every role, in another region; an operator of another household."""
    known: dict[Role, dict[str, Any]] = {role: {"region": ELSEWHERE} for role in Role}
    return known | {Role.OPERATOR: {"number": 99}, Role.BUREAU: {"region": ELSEWHERE, "department": "tax"}}


async def test_nothing_of_another_region_or_household_is_read_or_changed(office: ObjectionClient, ids: Ids) -> None:
    await nothing_is_read_or_changed(office, ids, strangers())


async def test_another_department_of_the_county_reads_and_answers_nothing(office: ObjectionClient, ids: Ids) -> None:
    await nothing_is_read_or_changed(office, ids, {Role.BUREAU: {"region": COUNTY, "department": "culture"}})


FORGOTTEN = pytest.mark.parametrize(
    ("repository", "scope"), [(objection_repository, "inside"), (report_repository, "in_region")]
)


@FORGOTTEN
async def test_the_database_holds_back_what_a_query_without_its_region_would_show(
    office: ObjectionClient, ids: Ids, monkeypatch: pytest.MonkeyPatch, repository: object, scope: str
) -> None:
    """Row-level security: the condition on the region is taken out of the queries, and still nothing is found."""
    monkeypatch.setattr(repository, scope, lambda *_: true())
    await nothing_is_read_or_changed(office, ids, strangers())


@FORGOTTEN
async def test_a_read_without_its_scope_would_be_caught(
    office: ObjectionClient, ids: Ids, monkeypatch: pytest.MonkeyPatch, repository: object, scope: str
) -> None:
    """The planted fault: a repository that forgets the region, and requests that the database shows everything."""
    monkeypatch.setattr(repository, scope, lambda *_: true())
    monkeypatch.setattr(unit_of_work, "row_scope", lambda *_: EVERYWHERE)
    with pytest.raises(AssertionError):
        await nothing_is_read_or_changed(office, ids, strangers())


async def test_generated_requests_meet_no_server_error(office: ObjectionClient, ids: Ids) -> None:
    roles = (Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.BUREAU)
    callers = {str(role): office.as_(role, COUNTY) for role in roles}
    assert ids.known
    for statuses in (await exercise(office.app, office.client, callers)).values():
        assert sum(statuses.values()) > 100
