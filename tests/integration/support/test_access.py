"""Invariants S1 and D1: nobody reads or changes anything beyond their own region, role and department, on any route;
and generated requests.

Who is refused without a token or role is tested for every service in tests/integration/platform/test_access.py.
"""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import true

from services.support.analysis import repository as analysis_repository
from services.support.calls import repository as call_repository
from services.support.entitlements.task import keep_current
from services.support.monitoring import repository as monitoring_repository
from services.support.problems import repository as problem_repository
from services.support.surveys import repository as survey_repository
from services.support.work_reports import repository as work_report_repository, service as work_report_service
from shared import clock
from shared.database.direct import fetch
from shared.database.row_scope import EVERYWHERE
from shared.platform import unit_of_work
from shared.platform.deliveries import rows as delivery_rows
from shared.platform.identity import Role, route_access
from tests.fixtures.http_fuzz import exercise
from tests.integration.support.support_client import COUNTY, SupportClient, household_changed, household_typed, uscc
from tests.integration.support.test_calls import LI, MISSED
from tests.integration.support.test_entitlements import BUREAU, ENTERED, published
from tests.integration.support.test_problems import owned

ELSEWHERE = "12"
OFFICIAL = {"uscc": uscc(1), "official": LI}
MEASURE = ENTERED | {"id": "ganzhou-1", "region": COUNTY, "addressees": {}, "joint": ["tax"]}
QUARTER = "2024-Q3"
QUESTION = {
    "id": "knows",
    "text": "是否知道（示例）",
    "options": [{"id": "yes", "label": "是"}, {"id": "no", "label": "否"}],
}
BODIES: Mapping[str, object] = {
    "/v1/calls": {"reason": "hardship", "households": [uscc(1)], "happened_on": "2026-01-05"},
    "/v1/calls/{call_id}/assignment": LI,
    "/v1/calls/{call_id}/visit": {"visited_on": str(clock.today()), "finding": "越权的走访"},
    "/v1/calls/{call_id}/waiver": {"reason": "越权的办理"},
    "/v1/household-officials": OFFICIAL,
    "/v1/measure-revisions": MEASURE | {"id": "ganzhou-2"},
    "/v1/measure-revisions/{revision_id}": MEASURE,
    "/v1/measure-revisions/{revision_id}/return": {"reason": "越权的办理"},
    "/v1/measures/{measure}/retirement": {"reason": "越权的办理"},
    "/v1/entitlements/{measure}/reports": {
        "rows": [{"uscc": uscc(1), "outcome": "confirmed", "on": str(clock.today())}]
    },
    "/v1/entitlements/{measure}/commitments": {"uscc": uscc(1), "agreed": True},
    "/v1/commitments/{commitment}/check": {"kept": False, "finding": "越权的核查"},
    "/v1/problems": {"county": COUNTY, "source": "meeting", "kind": "tax", "statement": "越权的登记"},
    "/v1/problems/mine": {"uscc": uscc(1), "kind": "tax", "statement": "越权的登记"},
    "/v1/problems/{problem_id}/forwarding": {"department": "tax"},
    "/v1/problems/{problem_id}/return": {"reason": "越权的退回"},
    "/v1/problems/{problem_id}/answer": {"answer": "越权的答复", "outcome": "solved"},
    "/v1/problems/{problem_id}/response": {"solved": True},
    "/v1/problems/{problem_id}/closing": {"reason": "越权的办结"},
    "/v1/chosen-households": {"uscc": uscc(1), "chosen_as": "contact-point", "reason": "越权"},
    "/v1/chosen-households/{choice_id}/ending": {"reason": "越权的办理"},
    "/v1/work-reports/{report_id}/hand-in": {"person": "某人", "statement": "越权的报送"},
    "/v1/work-report-requests": {"title": "越权", "due_on": str(clock.today()), "document": "越权"},
    "/v1/deliveries/{delivery_id}/removal": {"confirmed": True, "reason": "越权的确认"},
    "/v1/surveys": {"title": "越权的问卷", "panel": "contact-points", "questions": [QUESTION], "until": "2099-01-01"},
    "/v1/surveys/{survey_id}/withdrawal": {"reason": "越权的撤回"},
    "/v1/surveys/{survey_id}/answers": {"uscc": uscc(1), "answers": {"knows": "yes"}},
    "/v1/quarterly-analyses": {"quarter": QUARTER},
    "/v1/units": {"county": COUNTY, "unit": "东街所", "households": [uscc(1)]},
}
"""Right bodies, so that a stranger's call gets as far as it can."""
ASKED: Mapping[str, Mapping[str, str]] = {
    "/v1/problems/statistics": {"first": "2026-01-01"},
    "/v1/measures/what-could-i-get": {"uscc": uscc(1)},
    "/v1/measures/{measure}/effect": {"year": "2026"},
    "/v1/chosen-households": {"chosen_as": "white-list"},
    "/v1/samples": {"seed": "2026", "type": "survival"},
    "/v1/inspection-shares": {"region": COUNTY},
    "/v1/first-violations": {"uscc": uscc(1)},
}
"""What lists must be asked with."""
DELIVERED = f"""
    INSERT INTO inspection_delivery (delivered_by, delivered_at, id, feed, bureau, region, mode, sha256, rows, accepted,
                                     rejected, flagged, changed, coverage, warnings, rejects_file)
    VALUES ('clerk', now(), gen_random_uuid(), 'credit_risk', '某局', '{COUNTY}', 'full', repeat('0', 64), 0, 0,
            0, 0, 0, 'waiting', '[]', repeat('0', 64))
"""
KEPT = (
    "INSERT INTO credit_risk SELECT $1, 'A', NULL, id FROM inspection_delivery",
    "INSERT INTO violation SELECT $1, '2026-03-02', 'advertising', 'ordered', NULL, id FROM inspection_delivery",
    "INSERT INTO unread_household SELECT feed, $1, id, region FROM inspection_delivery",
    f"INSERT INTO survey_invitation SELECT id, $1, '{COUNTY}', false FROM survey",
    f"INSERT INTO survey_tally SELECT id, '{COUNTY}', 'knows', 'yes', 1 FROM survey WHERE $1 <> ''",
)
"""What is kept of a household, which tables without a route of their own have"""
DELIVERING = "/v1/feeds/{feed}/deliveries"
"""Takes a file; whose feed it is and of which region is tested with deliveries."""
OWN_REGION = {
    "/v1/support-rules/orders",
    "/v1/work-report-requests",
    "/v1/surveys",
    "/v1/quarterly-analyses",
    DELIVERING,
}
"""Sets something for the caller's own region only."""
RAISING = {"/v1/problems", DELIVERING}
"""Any department may raise a problem of its county."""
ALWAYS_WRITTEN = ("officer", "idempotent_answer", "audit_entry", "audit_chain")
"""Who was there; and what was refused, which the audit says a little later."""


@pytest.fixture
async def ids(office: SupportClient) -> Mapping[str, str]:
    """One of each thing, in one county, by the name of the path's parameter."""
    await office.hear(*(household_typed(number, **MISSED) for number in range(1, 4)))
    await office.post("/v1/household-officials", OFFICIAL)
    [call] = await office.sql("select id::text from call where uscc = $1", uscc(1))
    problem = await owned(office)
    revision = await published(office, MEASURE)
    body = BODIES["/v1/entitlements/{measure}/commitments"]
    signed = await office.post("/v1/entitlements/ganzhou-1/commitments", body, Role.OPERATOR)
    async with office.resources.database.transaction() as session:
        await work_report_service.keep_current(session, clock.today())
    [report] = await office.sql("select id::text from work_report where department = 'tax'")
    white = {"uscc": uscc(1), "chosen_as": "white-list", "reason": "前景好（示例）", "until": "2099-01-01"}
    choice = (await office.post("/v1/chosen-households", white)).json()
    survey = (await office.post("/v1/surveys", BODIES["/v1/surveys"])).json()
    await office.sql_change(DELIVERED)
    [delivery] = await office.sql("select id::text from inspection_delivery")
    assert (await office.post("/v1/quarterly-analyses", {"quarter": QUARTER})).status_code == 201
    for statement in KEPT:
        await office.sql_change(statement, uscc(1))
    measure = {
        "feed": "credit_risk",
        "quarter": QUARTER,
        "survey_id": survey["id"],
        "delivery_id": delivery["id"],
        "choice_id": choice["id"],
        "report_id": report["id"],
        "measure": "ganzhou-1",
        "revision_id": revision,
        "commitment": signed.json()["id"],
    }
    return {"call_id": call["id"], "problem_id": problem["id"]} | measure


async def state_of(office: SupportClient) -> list[object]:
    """Everything that a stranger could have changed."""
    tables = await office.sql(
        "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
        " and table_name <> all($1) order by 1",
        list(ALWAYS_WRITTEN),
    )
    names = [one["table_name"] for one in tables]
    return [[tuple(row) for row in await office.sql(f'select t::text from "{name}" t order by 1')] for name in names]


async def nothing_is_read_or_changed(
    office: SupportClient, ids: Mapping[str, str], roles: Mapping[Role, dict[str, Any]], left_out: set[str]
) -> None:
    """By these strangers, on any route that is open to their role; some routes change something for them."""
    before = await state_of(office)
    for one in route_access(office.app):
        if one.access.public or one.method == "HEAD" or (one.method == "POST" and one.path in left_out):
            continue
        for role in one.access.roles & set(roles):
            headers = {"If-Match": "*" if one.method == "POST" else '"1"'} | office.as_(role, **roles[role])
            path = re.sub(r"{(\w+)}", lambda hit: ids[hit[1]], one.path)
            body = BODIES.get(one.path) if one.method in ("POST", "PUT") else None
            query = ASKED.get(one.path, {}) if one.method == "GET" else {}
            answer = await office.client.request(one.method, path, params=query, json=body, headers=headers)
            said = (one.method, one.path, role, answer.status_code, answer.text)
            assert answer.status_code in (200, 201, 403, 404), said
            if one.path == "/v1/audit-entries":  # what strangers did in their own region, these calls among it
                assert {entry["chain"] for entry in answer.json()["items"]} <= {ELSEWHERE}, said
            elif answer.status_code < 300:
                assert not [code for code in (*ids.values(), "测试商户", "李干部") if code in answer.text], said
    assert await state_of(office) == before


def strangers() -> dict[Role, dict[str, Any]]:
    """Every role, in another region; an operator of another household."""
    known: dict[Role, dict[str, Any]] = {role: {"region": ELSEWHERE} for role in Role}
    return known | {Role.OPERATOR: {"number": 99}, Role.BUREAU: {"region": ELSEWHERE, "department": "tax"}}


async def test_nothing_of_another_region_or_household_is_read_or_changed(
    office: SupportClient, ids: Mapping[str, str]
) -> None:
    await nothing_is_read_or_changed(office, ids, strangers(), OWN_REGION)


async def test_another_department_of_the_county_reads_and_does_nothing(
    office: SupportClient, ids: Mapping[str, str]
) -> None:
    await nothing_is_read_or_changed(office, ids, {Role.BUREAU: {"region": COUNTY, "department": "culture"}}, RAISING)


READ = {
    "/v1/measures/what-could-i-get": "entitlements:read",
    "/v1/entitlements/ganzhou-1/households": "entitlements:list",
    "/v1/entitlements/ganzhou-1/households.csv": "entitlements:download",
    "/v1/problems": "problem:list",
    "/v1/problems/{problem_id}": "problem:read",
    "/v1/calls": "call:list",
    "/v1/calls/{call_id}": "call:read",
    "/v1/inspection-households.csv": "inspections:download",
    "/v1/first-violations": "first-violation:read",
}


async def test_whoever_reads_a_households_data_is_written_down_and_an_operator_who_reads_their_own_is_not(
    office: SupportClient, ids: Mapping[str, str]
) -> None:
    for path, action in READ.items():
        read = await office.get(path.format_map(ids), query=ASKED.get(path, {}), subject="zhao")
        assert read.status_code == 200, read.text
        entries = await office.sql("select actor from audit_entry where action = $1", action)
        assert [one["actor"] for one in entries] == ["zhao"], path
    for path in ("/v1/measures/what-could-i-get", "/v1/problems/{problem_id}"):
        await office.get(path.format_map(ids), Role.OPERATOR, query=ASKED.get(path, {}))
    assert len(await office.sql("select 1 from audit_entry where action = any($1)", list(READ.values()))) == len(READ)


FORGOTTEN = pytest.mark.parametrize(
    ("repository", "scope", "forgotten"),
    [
        (call_repository, "in_region", true()),
        (problem_repository, "in_region", true()),
        (problem_repository, "owner_condition", (true(),)),
        (monitoring_repository, "in_region", true()),
        (work_report_repository, "in_region", true()),
        (survey_repository, "in_region", true()),
        (analysis_repository, "own", true()),
        (delivery_rows, "visible_deliveries", true()),
    ],
)


@FORGOTTEN
async def test_the_database_holds_back_what_a_query_without_its_region_would_show(
    office: SupportClient,
    ids: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    repository: object,
    scope: str,
    forgotten: object,
) -> None:
    """Row-level security: the condition on the region is taken out of the queries, and still nothing is found."""
    monkeypatch.setattr(repository, scope, lambda *_: forgotten)
    await nothing_is_read_or_changed(office, ids, strangers(), OWN_REGION)


@FORGOTTEN
async def test_a_read_without_its_scope_would_be_caught(
    office: SupportClient,
    ids: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    repository: object,
    scope: str,
    forgotten: object,
) -> None:
    """The planted faults: a repository that forgets the region, or whose problem it is, and requests that the database
    shows everything.
    """
    monkeypatch.setattr(repository, scope, lambda *_: forgotten)
    monkeypatch.setattr(unit_of_work, "row_scope", lambda *_: EVERYWHERE)
    with pytest.raises(AssertionError):
        await nothing_is_read_or_changed(office, ids, strangers(), OWN_REGION)


async def rows_seen(office: SupportClient, scope: str) -> dict[str, int]:
    """By table that has a policy: how many rows a statement without any condition finds."""
    tables = [one["tablename"] for one in await office.sql("select tablename from pg_policies order by 1")]
    async with office.resources.database.reading(scope) as session:
        return {table: (await fetch(session, f"select count(*) from {table}"))[0][0] for table in tables}


async def test_what_is_kept_of_a_household_is_in_its_region_and_where_it_has_moved(
    office: SupportClient, ids: Mapping[str, str]
) -> None:
    """The tables as the database shows them to a bureau."""
    reported = {"rows": [{"uscc": uscc(1), "outcome": "used", "on": str(clock.today())}]}
    said = await office.post(f"/v1/entitlements/{ids['measure']}/reports", reported, Role.BUREAU, **BUREAU)
    assert said.status_code == 201, said.text
    while await keep_current(office.resources.database):
        pass
    everywhere, elsewhere = await rows_seen(office, COUNTY), await rows_seen(office, ELSEWHERE)
    assert min(everywhere.values()) > 0 == max(elsewhere.values()), (everywhere, elsewhere)
    await office.hear(household_changed(1, region="120101", revision=9))
    moved = {table for table, rows in (await rows_seen(office, ELSEWHERE)).items() if rows}
    assert {"household", "measure_report", "measure_commitment", "entitlement_change"} <= moved
    assert {"credit_risk", "violation", "unread_household"} <= moved
    left = await rows_seen(office, COUNTY)
    assert [left[table] for table in ("measure_report", "measure_commitment")] == [1, 1], "the county's own work"


async def test_generated_requests_meet_no_server_error(office: SupportClient, ids: Mapping[str, str]) -> None:
    roles = (Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.BUREAU)
    callers = {str(role): office.as_(role, COUNTY) for role in roles}
    assert ids
    for statuses in (await exercise(office.app, office.client, callers)).values():
        assert sum(statuses.values()) > 30
