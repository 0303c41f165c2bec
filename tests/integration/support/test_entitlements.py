"""Entitlements of a whole county and of single households are the same; only differences are written and announced."""

import datetime as dt
import random
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.support.catalogue.register import read_register
from services.support.entitlements import repository as entitlement_repository
from services.support.entitlements.service import Reckoner, states_with
from services.support.entitlements.task import keep_current
from shared import clock
from shared.contracts.typing import TypingAdjusted
from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.integration.support.support_client import SupportClient, household_changed, household_typed, uscc

COUNTY = "410102"
BENEFITS = dt.date(2020, 1, 1)
INSERT_HOUSEHOLDS = """
    INSERT INTO household (uscc, name, region, status, type, typed_revision, changed_revision)
    SELECT * , 1, 1 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS n
"""
INSERT_RECOGNITIONS = """
    INSERT INTO recognition (recognition, uscc, region, category, valid, benefits_from, valid_until, revision)
    SELECT gen_random_uuid(), n.uscc, $2, n.category, n.valid, n.begins, '2099-01-01', 1
    FROM unnest($1::text[], $3::text[], $4::bool[], $5::date[]) AS n(uscc, category, valid, begins)
"""


async def settle(office: SupportClient) -> None:
    """Everything that the task has to do."""
    while await keep_current(office.resources.database):
        pass


async def populate(office: SupportClient, count: int) -> list[str]:
    """Households of every type and category, some without a type, some no longer registered."""
    rng, codes = random.Random(11), [uscc(number, COUNTY) for number in range(count)]
    types = [rng.choice(["survival", "growth", "development", "ineligible", None]) for _ in codes]
    statuses = [rng.choice(["registered"] * 9 + ["cancelled"]) for _ in codes]
    names = [f"测试商户{number}号" for number in range(count)]
    await office.sql_change(INSERT_HOUSEHOLDS, codes, names, [COUNTY] * count, statuses, types)
    recognised = rng.sample(codes, count // 3)
    categories = [rng.choice(["renowned", "distinctive", "quality", "emerging"]) for _ in recognised]
    begins = [rng.choice([BENEFITS, dt.date(2099, 1, 1), None]) for _ in recognised]
    valid = [rng.random() < 0.8 for _ in recognised]
    await office.sql_change(INSERT_RECOGNITIONS, recognised, COUNTY, categories, valid, begins)
    return codes


async def stored(office: SupportClient) -> dict[str, Any]:
    """The states of every household, as written."""
    query = "SELECT e.uscc, p.states FROM household_entitlement e JOIN entitlement_profile p ON p.id = e.profile_id"
    return {row["uscc"]: orjson.loads(row["states"]) for row in await office.sql(query)}


async def one_by_one(office: SupportClient, codes: list[str]) -> dict[str, Any]:
    """The states that single households would have."""
    async with office.resources.database.transaction() as session:
        reckoner = Reckoner.of(await read_register(session))
        facts = await entitlement_repository.facts_of(session, codes, clock.today())
    said = entitlement_repository.NOTHING_SAID
    return {code: dict(states_with(reckoner.compiled, one, said)) for code, one in facts.items()}


async def test_a_county_in_one_pass_is_what_its_households_are_one_by_one(office: SupportClient) -> None:
    codes = await populate(office, 400)
    await settle(office)
    assert await stored(office) == await one_by_one(office, codes)
    first = await office.events("EntitlementsChanged")
    assert {one["data"]["cause"] for one in first} == {"measure"}
    assert len({one["subject"] for one in first}) == len(first) > 20
    await settle(office)
    assert len(await office.events("EntitlementsChanged")) == len(first)

    await office.sql_change("UPDATE recognition SET valid = false WHERE benefits_from = $1", BENEFITS)
    await office.sql_change("UPDATE entitlement_pass SET digest = 'recognition'")
    await settle(office)
    later = (await office.events("EntitlementsChanged"))[len(first) :]
    assert later
    assert {tuple(one["data"]["ended"]) for one in later} == {("zz-36",)}
    assert await stored(office) == await one_by_one(office, codes)


async def test_a_household_hears_of_what_changed_for_it_alone(office: SupportClient) -> None:
    await office.hear(household_typed(1, county=COUNTY, type="growth"))
    await settle(office)
    assert (await stored(office))[uscc(1, COUNTY)]["zz-13"] == "invited"
    gone = household_changed(1, county=COUNTY, status="cancelled", revision=2)
    await office.hear(gone)
    await settle(office)
    assert (await stored(office))[uscc(1, COUNTY)] == {}


async def test_a_type_that_an_objection_has_corrected_counts_as_one_of_a_run(office: SupportClient) -> None:
    await office.hear(household_typed(1, county=COUNTY, type="survival"))
    known = household_typed(1, county=COUNTY, type="growth", previous_type="survival", revision=2).model_dump()
    await office.hear(TypingAdjusted(**known, objection=UUID(int=1), reason="参保人数有误（示例）"))
    await settle(office)
    assert (await stored(office))[uscc(1, COUNTY)]["zz-13"] == "invited"


async def test_an_operator_sees_their_own_household_with_what_is_missing(office: SupportClient) -> None:
    await office.hear(household_typed(1, county=COUNTY, type="growth"))
    own: dict[str, Any] = {"query": {"uscc": uscc(1, COUNTY)}}
    path = "/v1/measures/what-could-i-get"
    shown = (await office.get(path, Role.OPERATOR, number=1, **own)).json()
    loan = next(one for one in shown["measures"] if one["measure"] == "zz-18")
    assert (loan["state"]["label"], loan["missing"][0]["what"]) == ("待核实", "符合创业担保贷款及贴息的条件")
    assert loan["citation"]["quote"] == "推进实施创业担保贷款及贴息政策。"
    assert (await office.get(path, Role.OPERATOR, number=2, **own)).status_code == 404
    assert (await office.get(path, Role.OFFICER, "410103", **own)).status_code == 404
    assert (await office.get(path, Role.OFFICER, "41", **own)).status_code == 200


async def test_the_public_calculator_answers_without_a_token(office: SupportClient) -> None:
    query = {"region": "120101", "type": "growth", "meets": ["tj-15"]}
    answer = (await office.get("/v1/measures/estimate", None, query=query)).json()
    assert {one["measure"]: one["state"]["code"] for one in answer["measures"]}["tj-15"] == "entitled"
    assert await office.sql("SELECT 1 FROM household_entitlement") == []


ENTERED: dict[str, Any] = {
    "id": "jinshui-1",
    "title": "一次性创业补贴",
    "kind": "entitlement",
    "field": "employment",
    "level": "county",
    "region": COUNTY,
    "lead": ["human-resources"],
    "addressees": {"types": ["growth"]},
    "conditions": [{"title": "首次创办", "confirmed_by": "human-resources"}],
    "needs": ["commitment"],
    "commitment": {"text": "本户是首次创办。", "checked_by": "人社部门抽查", "consequence": "退回补贴，记入信用记录。"},
    "from": "2026-01-01",
    "citation": {
        "article": "第三条",
        "quote": "给予一次性补贴",
        "document": {"number": "某区〔2026〕1号", "title": "创业补贴办法", "issuer": "某区人社局"},
    },
}
BUREAU = {"department": Department.HUMAN_RESOURCES.value, "subject": "clerk"}


async def published(office: SupportClient, content: dict[str, Any]) -> str:
    """A measure entered by a clerk, checked and published by others; the id of its revision."""
    county = content["region"]
    entered = await office.post("/v1/measure-revisions", content, Role.BUREAU, county, **BUREAU)
    assert entered.status_code == 201, entered.text
    path = f"/v1/measure-revisions/{entered.json()['id']}"
    tag = entered.headers["ETag"]
    early = await office.post(f"{path}/publication", None, Role.APPROVER, county, match=tag, subject="head")
    assert early.status_code == 409
    own = await office.post(f"{path}/check", None, Role.BUREAU, county, match=tag, **BUREAU)
    assert own.json()["title"] == "须由另一人办理"
    checked = await office.post(f"{path}/check", None, Role.OFFICER, county, match=tag, subject="second")
    done = await office.post(
        f"{path}/publication", None, Role.APPROVER, county, match=checked.headers["ETag"], subject="head"
    )
    assert done.json()["state"]["label"] == "已发布"
    return str(entered.json()["id"])


async def test_a_measure_that_a_clerk_enters_is_checked_published_promised_and_retired(office: SupportClient) -> None:
    await office.hear(household_typed(1, county=COUNTY, type="growth"))
    await published(office, ENTERED)
    assert (await office.get("/v1/measures/jinshui-1", None)).json()["lead"][0]["label"] == "人力资源和社会保障部门"
    await settle(office)
    assert (await stored(office))[uscc(1, COUNTY)]["jinshui-1"] == "verify"

    body = {"uscc": uscc(1, COUNTY), "agreed": True}
    signed = await office.post("/v1/entitlements/jinshui-1/commitments", body, Role.OPERATOR, number=1)
    await settle(office)
    assert (await office.events("EntitlementsChanged"))[-1]["data"]["granted"] == ["jinshui-1"]

    found = {"kept": False, "finding": "名下另有一户。"}
    path = f"/v1/commitments/{signed.json()['id']}/check"
    broken = await office.post(path, found, Role.BUREAU, COUNTY, **BUREAU)
    assert broken.json()["consequence"] == "退回补贴，记入信用记录。"
    assert (await office.post(path, found, Role.BUREAU, COUNTY, **BUREAU)).status_code == 409
    await settle(office)
    last = (await office.events("EntitlementsChanged"))[-1]["data"]
    assert (last["ended"], last["cause"], last["departments"]) == (["jinshui-1"], "commitment", ["human-resources"])
    [own] = (await office.get("/v1/commitments/mine", Role.OPERATOR, number=1)).json()
    assert (own["measure"], own["kept"], own["finding"]) == ("jinshui-1", False, "名下另有一户。")
    assert (await office.get("/v1/commitments/mine", Role.OPERATOR, number=2)).json() == []

    over = await office.post("/v1/measures/jinshui-1/retirement", {"reason": "资金用完"}, Role.APPROVER, COUNTY)
    assert over.json()["ended_because"] == "资金用完"
    assert (await office.get("/v1/measures/jinshui-1", None)).status_code == 404


async def test_a_measure_with_an_open_revision_is_not_stopped_and_what_is_published_counts_at_once(
    office: SupportClient,
) -> None:
    await published(office, ENTERED)
    path = "/v1/measures/jinshui-1"
    assert (await office.get(path, None)).json()["until"] is None
    revised = ENTERED | {"until": "2030-12-31"}
    entered = await office.post("/v1/measure-revisions", revised, Role.BUREAU, COUNTY, **BUREAU)
    early = await office.post(f"{path}/retirement", {"reason": "资金用完"}, Role.APPROVER, COUNTY)
    assert (early.status_code, early.json()["title"]) == (409, "这项措施有一份还没有发布的修订")
    revision, match = f"/v1/measure-revisions/{entered.json()['id']}", {"match": "*"}
    await office.post(f"{revision}/check", None, Role.OFFICER, COUNTY, **match, subject="second")
    await office.post(f"{revision}/publication", None, Role.APPROVER, COUNTY, **match, subject="head")
    assert (await office.get(path, None)).json()["until"] == "2030-12-31"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"addressees": {"expression": "vehicle"}}, "没有哪个部门送来“vehicle”；能用的事实有"),
        ({"until": "2025-12-31"}, "日期反了"),
        ({"lead": ["transport"]}, "部门只能录入由本部门负责或配合的措施"),
        ({"terms": [{"title": "比例", "unit": "percent", "value": "101"}]}, "0 到 100 的整数"),
        ({"region": "410103"}, "不在您的辖区内"),
    ],
)
async def test_what_a_clerk_enters_wrongly_is_refused_with_what_would_be_right(
    office: SupportClient, changed: dict[str, Any], said: str
) -> None:
    refused = await office.post("/v1/measure-revisions", ENTERED | changed, Role.BUREAU, COUNTY, **BUREAU)
    assert refused.status_code in (403, 422)
    assert said in refused.json()["detail"]


async def test_a_department_takes_its_list_and_reports(office: SupportClient) -> None:
    await office.hear(*(household_typed(number, county=COUNTY, type="growth") for number in range(1, 4)))
    await published(office, ENTERED)
    await settle(office)
    path = "/v1/entitlements/jinshui-1"
    state = {"query": {"state": "verify"}}
    listed = (await office.get(f"{path}/households", Role.BUREAU, COUNTY, **BUREAU, **state)).json()["items"]
    assert [one["uscc"] for one in listed] == [uscc(number, COUNTY) for number in (1, 2, 3)]
    table = await office.get(f"{path}/households.csv", Role.BUREAU, COUNTY, **BUREAU, **state)
    assert table.text.splitlines()[0].endswith("结果,日期,金额（元）,原因")
    assert [line.partition(",")[0] for line in table.text.splitlines()[1:]] == [uscc(one, COUNTY) for one in (1, 2, 3)]
    other = await office.get(f"{path}/households", Role.BUREAU, COUNTY, department="culture", **state)
    assert other.status_code == 403

    def row(number: int, outcome: str, **more: Any) -> dict[str, Any]:
        return {"uscc": uscc(number, COUNTY), "outcome": outcome, "on": "2026-02-01"} | more

    wrong = {"rows": [row(1, "confirmed"), row(2, "refused"), row(9, "used")]}
    refused = await office.post(f"{path}/reports", wrong, Role.BUREAU, COUNTY, **BUREAU)
    assert "第 2 行：核实不符合的要写原因；第 3 行：" in refused.json()["detail"]
    assert await office.sql("SELECT 1 FROM measure_report") == []

    rows = [row(1, "confirmed"), row(1, "paid", amount=200000), row(2, "refused", reason="不是首次创办")]
    assert (await office.post(f"{path}/reports", {"rows": rows}, Role.BUREAU, COUNTY, **BUREAU)).json() == {"taken": 3}
    await settle(office)
    states = await stored(office)
    assert [states[uscc(number, COUNTY)].get("jinshui-1") for number in (1, 2, 3)] == ["entitled", None, "verify"]
    await office.sql_change("UPDATE entitlement_pass SET digest = 'typing'")
    await settle(office)
    assert await stored(office) == states


async def test_the_list_of_measures_is_public_and_filtered(office: SupportClient) -> None:
    query = {"region": "120101", "department": "transport", "limit": "200"}
    tolls = (await office.get("/v1/measures", None, query=query)).json()["items"]
    assert {one["id"]: one["in_force"] for one in tolls} == {
        "tj-04": True, "tj-05": True, "tj-06": False, "tj-07": False, "tj-08": True,
    }  # fmt: skip
    work = (await office.get("/v1/measures", None, query={"region": "41", "unassigned": "true"})).json()["items"]
    assert work == []
    work = (await office.get("/v1/measures", None, query={"region": "4101", "unassigned": "true"})).json()["items"]
    assert len(work) == 50
    assert not any(one["lead"] for one in work)
