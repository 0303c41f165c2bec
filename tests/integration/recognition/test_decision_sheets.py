"""The sheet of a decision: the steps with who did them, what stands against, the places, the readings of the law."""

import httpx

from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import Walkthrough


async def sheet(
    walkthrough: Walkthrough,
    application: str,
    role: Role = Role.APPROVER,
    region: str = COUNTY,
    subject: str = "decider",
) -> httpx.Response:
    headers = walkthrough.office.as_(role, region, subject=subject)
    return await walkthrough.office.client.get(f"/v1/applications/{application}/decision", headers=headers)


@at_stage("to be decided")
async def test_a_decider_sees_what_the_decision_rests_on(walkthrough: Walkthrough, application: str):
    answer = await sheet(walkthrough, application)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert answer.headers["ETag"] == await walkthrough.etag(application)
    assert [(one["step"], one["passed"]) for one in found["steps"]] == [
        ("application", True),
        ("review", True),
        ("selection", True),
        ("site-visit", True),
        ("consultation", True),
        ("public-notice", True),
        ("decision", None),
        ("report", None),
    ]
    review, visit = found["steps"][1], found["steps"][3]
    assert (review["done_by"], visit["done_by"]) == ("reviewer", "visitor")
    assert review["done_at"] is not None
    assert visit["record"]["visitors"] == ["甲", "乙"]
    assert (found["against"], found["took_part"]) == ([], False)
    assert found["quota"] == {"scope": COUNTY, "places": 50, "taken": 0, "held": 1, "free": 49}


async def test_every_reading_that_governs_the_decision_is_a_sentence_with_its_citation(
    walkthrough: Walkthrough, application: str
):
    rules = (await sheet(walkthrough, application)).json()["rules"]
    sentences = {one["interpretation"]: one["sentence"] for one in rules["readings"]}
    assert rules["policy"] == "zhengzhou-2025"
    assert set(sentences) >= {
        "recommended-ineligible",
        "recommended-notice",
        "relaxed-source",
        "relaxed-kinds",
        "penalty-date",
        "ban-recommended",
        "quota-counting",
        "quota-rounding",
    }
    assert not set(sentences) & {"marked-growth", "two-steps-up", "growth-1-zero"}, "of evaluations, of typing"
    assert sentences["quota-rounding"] == (
        "总数的5%不是整数时怎样取整？采用的读法：舍去小数。另一种读法是“有小数就进一”或“四舍五入”，由郑州市市场监督管理局决定。"
        "依据：郑市监〔2025〕6号 三（二）1“数量应当控制在“成长型”和“发展型”个体工商户总数的5%以内"
        "(以每年个体工商户集中分型判定数量为基准)”"
    )


@at_stage("to be decided")
async def test_whoever_took_part_is_told_and_what_stands_against_is_named(walkthrough: Walkthrough, application: str):
    assert (await sheet(walkthrough, application, subject="reviewer")).json()["took_part"]
    async with walkthrough.office.resources.database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("update household set region = '410102'")
    assert "这一户已迁出本县" in (await sheet(walkthrough, application)).json()["against"]


async def test_the_sheet_is_for_the_bureaus_of_the_region(walkthrough: Walkthrough, application: str):
    answers = [
        await sheet(walkthrough, application, role, region)
        for role, region in (
            (Role.OFFICER, COUNTY),
            (Role.AUDITOR, "41"),
            (Role.APPROVER, "12"),
            (Role.OPERATOR, COUNTY),
            (Role.BUREAU, COUNTY),
        )
    ]
    assert [one.status_code for one in answers] == [200, 200, 404, 403, 403]
