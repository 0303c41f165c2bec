"""Who was recognised in Beijing or Hebei and moves to Tianjin stays recognised (天津 二（六）)."""

from typing import Any

import httpx

from shared.platform.identity import Role
from tests.integration.recognition.application_setup import PDF
from tests.integration.recognition.recognition_client import (
    RecognitionClient,
    household_typed,
    operator,
    post_as,
    post_decision,
    uscc,
)

HEPING, BEIJING, HENAN = "120101", "110101", "410105"
ENTRIES = "/v1/recognitions/adopted"
CERTIFICATE = {
    "uscc": uscc(1, HEPING),
    "category": "quality",
    "origin": BEIJING,
    "issued_by": "北京市东城区市场监督管理局",
    "certificate_no": "京东市监认〔2025〕12号",
    "granted_on": "2025-11-20",
    "valid_until": "2028-11-20",
}


async def enter(office: RecognitionClient, **changed: Any) -> httpx.Response:
    return await post_as(office, ENTRIES, CERTIFICATE | changed, Role.OFFICER, HEPING, subject="clerk")


async def decide(office: RecognitionClient, entry: str, what: str, subject: str, body: Any = None) -> httpx.Response:
    headers = office.as_(Role.APPROVER, HEPING, subject=subject) | {"If-Match": "*"}
    return await office.client.post(f"{ENTRIES}/{entry}/{what}", json=body, headers=headers)


async def upload(office: RecognitionClient, entry: str) -> httpx.Response:
    headers = office.as_(Role.OFFICER, HEPING, subject="clerk") | {"Content-Type": "application/pdf"}
    path = f"{ENTRIES}/{entry}/documents"
    return await office.client.post(path, params={"name": "认定证书.pdf"}, content=PDF, headers=headers)


async def test_a_certificate_of_beijing_is_entered_proven_and_adopted_by_two_persons(office: RecognitionClient):
    await office.hear(*(household_typed(number, county=HEPING, person=1) for number in (1, 2)))
    entered = await enter(office)
    assert (entered.status_code, entered.json()["origin_label"]) == (201, "东城区"), entered.text
    entry = entered.json()["id"]
    assert (await enter(office)).json()["title"] == "已经登记"
    unproven = await decide(office, entry, "approval", "decider")
    assert (unproven.status_code, unproven.json()["title"]) == (409, "缺少证明文件")
    assert (await upload(office, entry)).status_code == 201
    own = await decide(office, entry, "approval", "clerk")
    assert (own.status_code, own.json()["title"]) == (403, "须由另一人批准")
    adopted = await decide(office, entry, "approval", "decider")
    assert adopted.status_code == 201, adopted.text
    recognition = adopted.json()
    assert (recognition["granted_on"], recognition["valid_until"]) == ("2025-11-20", "2028-11-20")
    certificate = (await office.client.get(f"/v1/certificates/{recognition['certificate']}")).json()
    assert (certificate["issued_by"], certificate["state"]) == ("北京市东城区市场监督管理局", "valid")
    (event,) = await office.events("RecognitionGranted")
    told = event["data"]
    assert (told["adopted_from"], told["region"], told["application"]) == (BEIJING, HEPING, None)
    assert (told["operator_ref"], told["valid_until"]) == (operator(1), "2028-11-20")
    (row,) = await office.sql("select county, transferred_from, year from recognition")
    assert tuple(row) == (HEPING, BEIJING, 2025), "it takes no place here"
    assert (await office.get(f"{ENTRIES}/{entry}", region=HEPING)).json()["recognition"] == recognition["id"]
    assert (await office.get(f"{ENTRIES}/{entry}", region="1202")).status_code == 404
    (one,) = (await office.get(f"{ENTRIES}/{entry}/documents", region=HEPING)).json()["items"]
    copy = await office.get(f"{ENTRIES}/{entry}/documents/{one['id']}", region=HEPING)
    assert copy.content == PDF
    for number, said in ((1, "已经是“名特优新”个体工商户"), (2, "同一经营者在本县已有一户获得认定")):
        again = await enter(office, uscc=uscc(number, HEPING))
        assert (again.status_code, said in again.json()["detail"]) == (422, True), again.text


async def test_what_cannot_be_adopted_is_refused_with_every_reason(office: RecognitionClient):
    await office.hear(household_typed(1, county=HEPING))
    wrong: dict[str, dict[str, str]] = {
        "没有认可河南省认定结果的规定": {"origin": HENAN},
        "同一省（自治区、直辖市）内迁移的": {"origin": "120102"},
        "没有区划“119999”": {"origin": "119999"},
        "已于 2026-01-01 到期": {"granted_on": "2023-01-01", "valid_until": "2026-01-01"},
        "不晚于认定日期": {"valid_until": "2025-11-20"},
    }
    for said, changed in wrong.items():
        refused = await enter(office, **changed)
        assert (refused.status_code, said in refused.json()["detail"]) == (422, True), refused.text
    both = (await enter(office, origin=HENAN, valid_until="2025-11-30")).json()["reasons"]
    assert len(both) == 2
    assert (await enter(office, uscc=uscc(7, HEPING))).status_code == 404
    entry = (await enter(office)).json()["id"]
    refused = await decide(office, entry, "refusal", "decider", {"reason": "证书与原认定部门核对不符"})
    assert (refused.json()["state_label"], refused.json()["reason"]) == ("不予认可", "证书与原认定部门核对不符")
    assert (await upload(office, entry)).status_code == 409
    assert (await enter(office)).status_code == 201, "anew, with another certificate"


async def test_only_the_level_that_recognises_adopts(office: RecognitionClient):
    """天津 recognises by its districts and the municipality."""
    await office.hear(household_typed(1, county=HEPING))
    entry = (await enter(office)).json()["id"]
    assert (await upload(office, entry)).status_code == 201
    for region, status in (("1201", 403), ("12", 201)):
        decided = {"region": region, "subject": "decider"}
        answer = await post_decision(office, f"{ENTRIES}/{entry}/approval", "*", Role.APPROVER, **decided)
        assert answer.status_code == status, answer.text
