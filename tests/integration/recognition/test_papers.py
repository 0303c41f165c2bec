"""What a bureau prints: each paper says what was entered and decided, and is written down where it shows more than
the public reads.
"""

import datetime as dt

import pytest

from shared import clock
from shared.platform.identity import Role
from tests.fixtures.papers import folded, pages_of, text_of, words_of
from tests.integration.recognition.lifecycle_steps import end_recognition
from tests.integration.recognition.recognition_client import COUNTY, uscc
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import DECIDES, Walkthrough

pytestmark = pytest.mark.papers

BUREAU = "郑州市金水区市场监督管理局"
ENDED = dt.date(2027, 3, 1)


async def printed(walkthrough: Walkthrough, path: str, region: str = COUNTY, **query: str) -> str:
    """A paper's text, for an officer of the county, or of a region above it."""
    headers = walkthrough.office.as_(Role.OFFICER, region)
    answer = await walkthrough.office.client.get(path, params=query, headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf"), answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return text_of(answer.content)


async def readings(walkthrough: Walkthrough) -> list[str]:
    """What was written down about printing."""
    return [
        row[0] for row in await walkthrough.office.sql("select action from audit_entry where action like '%:print'")
    ]


async def test_notice_and_list_name_the_households_and_those_who_recognise_them(
    walkthrough: Walkthrough, recognition: str
):
    (shown,) = (await walkthrough.office.client.get("/v1/public-notices", params={"region": COUNTY})).json()["items"]
    notice = await printed(walkthrough, f"/v1/public-notices/{shown['id']}/paper", "4101", number="金市监〔2026〕8号")
    assert notice.startswith(f"{BUREAU}金市监〔2026〕8号关于2026年度拟认定“名特优新”个体工商户名单的公示")
    assert uscc(1) in notice
    assert folded("（一）特色（1户）") in notice
    season = walkthrough.season["id"]
    decided = await printed(walkthrough, f"/v1/seasons/{season}/paper")
    assert uscc(1) in decided
    assert "郑市监〔2025〕6号" in decided
    path = f"/v1/public-notices/{shown['id']}/paper?format=docx"
    editable = await walkthrough.office.client.get(path, headers=walkthrough.office.as_(Role.OFFICER))
    assert editable.headers["Content-Type"].endswith("wordprocessingml.document")
    assert uscc(1) in words_of(editable.content)
    nobody = await walkthrough.office.get(f"/v1/seasons/{season}/paper", granted_on="2020-01-01")
    assert (nobody.status_code, nobody.json()["title"]) == (409, "没有认定")
    assert await readings(walkthrough) == [], "the public reads as much"


async def test_the_papers_of_a_cancellation_and_the_case_file_tell_it_in_order(
    walkthrough: Walkthrough, recognition: str
):
    of_it = f"/v1/recognitions/{recognition}/proposals/cancellation/papers"
    early = await walkthrough.office.get(f"{of_it}/notice")
    assert (early.status_code, early.json()["title"]) == (409, "没有提议")
    assert (await end_recognition(walkthrough, recognition, "cancellation", ENDED)).status_code == 200
    with clock.travel(ENDED):
        notice = await printed(walkthrough, f"{of_it}/notice")
        decision = await printed(walkthrough, f"{of_it}/decision")
        receipt = await printed(walkthrough, f"{of_it}/notice-receipt")
        answer = await walkthrough.office.get(f"/v1/recognitions/{recognition}/case-file")
    file = pages_of(answer.content)
    assert "告知〔2027〕1号" in notice
    assert folded("请在2027年3月8日以前（含当日）提出。") in notice
    assert "表示放弃陈述、申辩" in decision
    assert folded("行政复议：自收到决定之日起 60 日内，向提出。") in decision
    assert "书面送达" in receipt
    _, contents, *pages = file
    told = ["一、申报", "二、材料清单", "走访核实", "六、公示", "提议取消认定", "送达告知书", "放弃", "决定取消认定"]
    places = ["".join(pages).index(words) for words in told]
    assert places == sorted(places)
    assert contents.startswith("目录一、申报")
    assert await readings(walkthrough) == ["recognition:print"] * 4


@at_stage("to be decided")
async def test_a_refusal_is_told_with_its_reason(walkthrough: Walkthrough, application: str):
    path = f"/v1/applications/{application}/refusal/paper"
    early = await walkthrough.office.get(path)
    assert (early.status_code, early.json()["title"]) == (409, "没有不予认定")
    headers = walkthrough.office.as_(Role.APPROVER, subject="decider") | {"If-Match": "*"}
    with clock.travel(DECIDES):
        body = {"reason": "所报荣誉#不属于*本人*"}
        refused = f"/v1/applications/{application}/refusal"
        assert (await walkthrough.office.client.post(refused, json=body, headers=headers)).status_code == 200
    told = await printed(walkthrough, path, "4101")
    assert told.startswith(BUREAU), "which refused it, not the city's that prints"
    assert "所报荣誉#不属于*本人*" in told
    assert "在“认定”这一步没有通过" in told
