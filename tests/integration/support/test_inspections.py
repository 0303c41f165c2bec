"""Credit-risk classes and violations as they are delivered, the list for random inspections, first violations."""

import base64
import csv
import hashlib
import io
from typing import Any

import httpx

from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.integration.support.support_client import CITY, COUNTY, SupportClient, household_typed, uscc

HEADERS = {"credit_risk": "uscc,risk_class,graded_on", "violation": "uscc,found_on,field,outcome,corrected_on"}
LIST, FIRST = "/v1/inspection-households.csv", "/v1/first-violations"
DELIVERED = "/v1/inspection-deliveries"


async def deliver(
    office: SupportClient,
    feed: str,
    *rows: str,
    mode: str = "incremental",
    region: str = COUNTY,
    bureau: str = COUNTY,
    **who: Any,
) -> httpx.Response:
    """A file of rows, declared honestly by a region's bureau."""
    body = "\n".join([HEADERS[feed], *rows, ""]).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    declared = {"Content-Type": "text/csv", "Content-Digest": f"sha-256=:{digest}:", "Minglu-Rows": str(len(rows))}
    own = {"department": Department.MARKET.value, "subject": "bureau"} | who
    return await office.client.post(
        f"/v1/feeds/{feed}/deliveries",
        params={"region": region, "mode": mode, "bureau": "市场监督管理局"},
        content=body,
        headers=declared | office.as_(Role.BUREAU, bureau, **own),
    )


async def listed(office: SupportClient, region: str = COUNTY) -> dict[str, list[str]]:
    """The list for random inspections by code."""
    answer = await office.get(LIST, region=region)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return {row[0]: row[1:] for row in rows[1:]}


async def known(office: SupportClient, number: int) -> str:
    """What is known of a household's earlier violations."""
    view = (await office.get(FIRST, query={"uscc": uscc(number)})).json()
    return str(view["known"])


async def test_the_list_has_class_and_share_and_says_what_nobody_has_delivered_or_set(office: SupportClient) -> None:
    await office.hear(household_typed(1), household_typed(2, type="growth"), household_typed(3))
    await office.sql_change("update household set name = '=1+1' where uscc = $1", uscc(1))
    await office.sql_change("update household set type = null where uscc = $1", uscc(3))
    told = await deliver(
        office, "credit_risk", f"{uscc(1)},A,2026-03-31", f"{uscc(2)},B,", f"{uscc(9)},C,", f"{uscc(3)},E,"
    )
    assert told.status_code == 201, told.text
    assert (told.json()["accepted"], told.json()["rejected"], told.json()["changed"]) == (2, 2, 2)
    came = {region: (await office.get(DELIVERED, region=region)).json()["items"] for region in (COUNTY, CITY, "12")}
    assert [[one["accepted"] for one in items] for items in came.values()] == [[2], [2], []]
    order = {"parameter": "inspection_share_a_survival", "number": 1, "document": "2026年抽查计划（示例）"}
    assert (await office.post("/v1/support-rules/orders", order, Role.APPROVER)).status_code == 201
    assert (await office.post("/v1/support-rules/orders", order | {"number": 101}, Role.APPROVER)).status_code == 422
    found = await listed(office)
    assert found[uscc(1)][2:] == ["生存型", "信用风险低（A类）", "2026-03-31", "1%", "2026年抽查计划（示例）"]
    assert found[uscc(1)][0] == "'=1+1"
    assert found[uscc(2)][2:6] == ["成长型", "信用风险一般（B类）", "", "未设定"]
    assert found[uscc(2)][6].startswith("未核对：")
    assert found[uscc(3)][2:] == ["不知道", "不知道", "", "不知道", "没有信用风险类别"]
    assert await listed(office, "12") == {}
    entries = await office.sql("select actor from audit_entry where action = 'inspections:download'")
    assert len(entries) == 2


async def test_shares_that_fall_where_the_risk_grows_are_remarked_and_a_text_s_words_are_named(
    office: SupportClient,
) -> None:
    for name, number in (("inspection_share_a_growth", 9), ("inspection_share_d_growth", 3)):
        body = {"parameter": name, "number": number, "document": "抽查计划（示例）"}
        await office.post("/v1/support-rules/orders", body, Role.APPROVER, CITY)
    view = (await office.get("/v1/inspection-shares", None, query={"region": COUNTY})).json()
    assert len(view["shares"]) == 12
    assert view["shares"][0]["source"].endswith("附件1 一（五）1F")
    assert [one["share"] for one in view["shares"] if one["type"] == "growth"] == [9, None, None, 3]
    [remark] = view["remarks"]
    assert "成长型" in remark


async def test_that_a_household_has_no_record_is_known_only_after_everything_was_delivered_and_read(
    office: SupportClient,
) -> None:
    await office.hear(*(household_typed(number) for number in (1, 2, 3)))
    assert await known(office, 1) == "unknown"
    first = f"{uscc(1)},2026-03-02,advertising,first-exempt,2026-03-05"
    await deliver(office, "violation", first)
    assert [await known(office, number) for number in (1, 2)] == ["recorded", "unknown"]
    wrong = f"{uscc(3)},2026-03-02,advertising,fined,"
    await deliver(office, "violation", first, wrong, mode="full")
    assert [await known(office, number) for number in (1, 2, 3)] == ["recorded", "none", "unknown"]
    view = (await office.get(FIRST, query={"uscc": uscc(1)})).json()
    assert [(one["field_label"], one["outcome_label"]) for one in view["records"]] == [("广告", "首违不罚")]
    assert view["delivered_at"]
    await deliver(office, "violation", f"{uscc(3)},2026-03-02,advertising,ordered,")
    assert await known(office, 3) == "recorded"
    assert (await office.get(FIRST, region="12", query={"uscc": uscc(1)})).status_code == 404
    assert (await office.get(FIRST, Role.BUREAU, department="tax", query={"uscc": uscc(1)})).status_code == 403
    own = (await office.get("/v1/own-data", Role.OPERATOR)).json()
    assert "首违不罚" in str(own)


async def test_a_rejected_row_says_nothing_of_a_household_outside_the_delivery_s_region(office: SupportClient) -> None:
    elsewhere = "120101"
    await office.hear(household_typed(1))
    await deliver(office, "credit_risk", f"{uscc(1)},A,")
    for wrong in ("E", "F"):
        told = await deliver(
            office, "credit_risk", f"{uscc(1)},{wrong},", region=elsewhere, bureau=elsewhere, mode="full"
        )
        assert (told.status_code, told.json()["rejected"]) == (201, 1), told.text
    assert (await listed(office))[uscc(1)][3] == "信用风险低（A类）"


async def test_a_full_delivery_removes_what_is_gone_and_much_of_it_only_with_an_officers_word(
    office: SupportClient,
) -> None:
    await office.hear(*(household_typed(number) for number in range(1, 9)))
    every = [f"{uscc(number)},A,2026-03-31" for number in range(1, 9)]
    await deliver(office, "credit_risk", *every, mode="full")
    [gone] = [(await deliver(office, "credit_risk", *every[1:], mode="full")).json()]
    assert (gone["changed"], gone["coverage"]) == (1, "as-declared")
    told = (await deliver(office, "credit_risk", *every[6:], mode="full")).json()
    assert (told["coverage"], told["unlisted"], told["changed"]) == ("waiting", 5, 0)
    path, word = f"/v1/deliveries/{told['id']}/removal", {"confirmed": True, "reason": "已核对（示例）"}
    assert (await office.post(path, word, region=COUNTY, match="*")).status_code == 200
    assert [one["uscc"] for one in await office.sql("select uscc from credit_risk order by 1")] == [uscc(7), uscc(8)]
    assert (await deliver(office, "credit_risk", every[0], region=CITY)).status_code == 403
    assert (await deliver(office, "credit_risk", every[0], department="tax")).status_code == 403
