"""Types are in force under the law alone: other numbers make a trial for ever, the level that types publishes, and a
number that the text leaves open is set with a document by two persons.
"""

from typing import Any

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.platform.identity import Role
from tests.integration.typing.staged_city import StagedCity, at_stage
from tests.integration.typing.typing_client import CITY, PROVINCE, TypingClient

ORDER = {"policy": "zhengzhou-2025", "as_of": "2026-07-01", "region": CITY}
NUMBER = {
    "policy": "tianjin-2024",
    "parameter": "growth_revenue_from",
    "value": "300000",
    "in_force_from": "2026-07-01",
    "document": {"number": "津市场监管政务〔2026〕1号", "title": "关于数额的通知", "issued_on": "2026-06-20"},
}


async def ordered(office: TypingClient, bureau: str = PROVINCE, **changed: object) -> dict[str, Any]:
    answer = await office.client.post(
        "/v1/runs", json=ORDER | changed, headers=office.as_(Role.OFFICER, bureau, subject="maker")
    )
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


@at_stage("drafted")
async def test_other_numbers_make_a_trial_that_nobody_can_ever_publish(city: StagedCity) -> None:
    """Also not with a reason, nor by a slip of the service: the table refuses it."""
    office = city.office
    trial = await ordered(office, settings={"growth_tax_upto": "20000"})
    assert (trial["purpose"], trial["purpose_label"]) == ("trial", "试算（不能发布）")
    assert trial["departures"] == ["成长型上年度实际缴纳税款上限（含）用2万元（现行：1万元）"]
    assert any("试算" in warning for warning in trial["warnings"])
    listed = {run["id"]: run["purpose"] for run in (await office.get("/v1/runs")).json()["items"]}
    assert listed == {trial["id"]: "trial", city.last: "central"}
    told = await office.sql("select count(*) from outbox where convert_from(value, 'utf8') like '%RunCompleted%'")
    await office.work()
    assert (await office.run(trial["id"])).json()["state"] == "draft"
    again = await office.sql("select count(*) from outbox where convert_from(value, 'utf8') like '%RunCompleted%'")
    assert again == told, "a trial is no draft to publish"
    refused = await office.decide(
        trial["id"], "publication", {"reason": "确需发布"}, Role.APPROVER, region=PROVINCE, subject="checker"
    )
    assert refused.status_code == 409
    assert "任何时候都不能发布" in refused.json()["detail"]
    (entry,) = await office.sql(
        "select details from audit_entry where action = 'run:create' and subject = $1", trial["id"]
    )
    assert orjson.loads(entry["details"])["purpose"] == "trial"
    with pytest.raises(IntegrityError, match="trial_is_never_published"):
        async with office.resources.database.transaction() as session:
            await session.execute(text("UPDATE run SET published_by = 'x' WHERE purpose = 'trial'"))


@at_stage("drafted")
async def test_a_level_that_does_not_type_neither_publishes_nor_orders_what_is_published(city: StagedCity) -> None:
    """郑市监〔2025〕6号 三（一）2: 由省市场监管局进行一次个体工商户集中分型判定."""
    office = city.office
    refused = await office.publish(city.last, region=CITY)
    assert "省（自治区、直辖市）级市场监管部门发起和发布" in refused.json()["detail"]
    of_the_city = await ordered(office, CITY)
    assert of_the_city["purpose"] == "statistics"
    assert any("不能发布" in warning for warning in of_the_city["warnings"])
    assert (await office.publish(city.last)).status_code == 200


async def test_an_officer_of_a_level_that_does_not_type_starts_no_typing_of_the_year(office: TypingClient) -> None:
    """郑市监〔2025〕6号 三（一）2: 由省市场监管局进行一次个体工商户集中分型判定."""
    for bureau, closed in (("410105", "410105"), (CITY, CITY)):
        closing = {"region": closed, "year": 2025, "closed_on": "2026-07-01"}
        headers = office.as_(Role.OFFICER, bureau)
        refused = await office.client.post("/v1/annual-report-closings", json=closing, headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/closing-of-another-level")
        assert "省（自治区、直辖市）级" in refused.json()["detail"]
    assert await office.sql("select 1 from annual_report_closing") == []
    assert await office.sql("select 1 from run") == []
    closing = {"region": CITY, "year": 2025, "closed_on": "2026-07-01"}
    headers = office.as_(Role.OFFICER, PROVINCE)
    taken = await office.client.post("/v1/annual-report-closings", json=closing, headers=headers)
    assert taken.status_code == 201, taken.text
    assert [row["purpose"] for row in await office.sql("select purpose from run")] == ["central"]


async def test_a_number_of_another_part_is_refused_in_an_order_of_typing(office: TypingClient) -> None:
    headers = office.as_(Role.OFFICER, PROVINCE)
    for name in ("public_notice_days", "accept_days", "ban_years"):
        answer = await office.client.post("/v1/runs", json=ORDER | {"settings": {name: "5"}}, headers=headers)
        assert answer.status_code == 422, name
        assert f"“{name}”与分型无关" in answer.json()["detail"]
    unknown = await office.client.post("/v1/runs", json=ORDER | {"settings": {"nothing": "5"}}, headers=headers)
    assert unknown.status_code == 422
    assert await office.sql("select 1 from run") == []


async def test_an_open_number_is_set_by_two_persons_of_the_level_that_types(office: TypingClient) -> None:
    """津市场监管政务〔2024〕9号 附件1 二（二）2: 达到一定数额."""

    async def post(path: str, body: object, role: Role, region: str = "12", **headers: str) -> Any:
        whose = office.as_(role, region, subject=headers.pop("subject", "甲"))
        return await office.client.post(path, json=body, headers=whose | headers)

    order = {"policy": "tianjin-2024", "region": "12", "as_of": "2026-07-01"}
    before = await ordered(office, "12", **order)
    refused = await post("/v1/number-settings", NUMBER, Role.OFFICER, "120103")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/number-of-another-level")
    proposed = await post("/v1/number-settings", NUMBER, Role.OFFICER)
    assert proposed.status_code == 201, proposed.text
    assert (await post("/v1/number-settings", NUMBER, Role.OFFICER)).json()["type"] == "/problems/number-proposed"
    assert (await ordered(office, "12", **order))["policy_hash"] == before["policy_hash"], "it waits"
    where = proposed.headers["Location"]
    tag = {"If-Match": proposed.headers["ETag"]}
    decision = {"approved": True, "reason": "与文件一致"}
    own = await post(f"{where}/decision", decision, Role.APPROVER, **tag)
    assert own.status_code == 403, "who proposed does not decide"
    decided = await post(f"{where}/decision", decision, Role.APPROVER, subject="乙", **tag)
    assert (decided.status_code, decided.json()["state_label"]) == (200, "已设定")
    after = await ordered(office, "12", **order)
    assert (after["purpose"], after["departures"]) == ("statistics", [])
    assert after["policy_hash"] != before["policy_hash"]
    earlier = await ordered(
        office, "12", **(order | {"as_of": "2026-06-30"}), settings={"growth_revenue_from": "300000"}
    )
    assert earlier["purpose"] == "trial", "before its day the number is not set"
    policies = {one["id"]: one for one in (await office.get("/v1/policies", None)).json()["items"]}
    (number,) = policies["tianjin-2024"]["set_numbers"]
    assert (number["parameter"], number["value"]) == ("growth_revenue_from", "30万元")
    assert "growth_revenue_from" not in policies["tianjin-2024"]["unset_parameters"]
    actions = await office.sql("select action, actor from audit_entry where action like 'number:%' order by seq")
    assert [tuple(one) for one in actions] == [("number:propose", "甲"), ("number:decide", "乙")]


async def test_a_draft_for_comments_is_tried_and_never_decided_under(office: TypingClient) -> None:
    """关于做好2024年度扶持个体工商户发展的通知（征求意见稿）: its closing orders nothing, its runs are trials."""
    numbers = await office.client.post(
        "/v1/runs",
        json={"policy": "ganzhou-2024", "region": "620702", "as_of": "2026-07-01"},
        headers=office.as_(Role.OFFICER, "62"),
    )
    assert numbers.json()["type"] == "/problems/parameter-unset"
    closing = {"region": "62", "year": 2025, "closed_on": "2026-06-30"}
    closed = await office.client.post("/v1/annual-report-closings", json=closing, headers=office.as_(Role.SYSTEM, "62"))
    assert (closed.status_code, closed.json()["runs"]) == (201, [])
