"""A county's scoring sheet, drafted and put in force, as its people do it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, post_as
from tests.integration.recognition.register_deliveries import deliver, penalties
from tests.integration.recognition.season_setup import POLICY
from tests.integration.recognition.walkthrough import SELECTS, Walkthrough, start_walkthrough

EXAMPLE = Path("policies/examples/fishing-port.scoring.yaml")
SHEET = """
title: 编的评分表
document: {number: 编〔2026〕9号, title: 编的评分办法, issuer: 编的局}
valid_from: 2026-01-01
valid_until: 2026-12-31
decimals: 2
assessors: {least: 2, without_extremes_from: 5}
sections:
  - id: basics
    title: 基础
    weight: 40
    indicators:
      - {id: clean, title: 没有处罚, kind: computed, citation: {article: 第一条, quote: 没有处罚的，4 分},
         levels: [{title: 没有, points: 4, when: not penalised}]}
      - {id: years, title: 经营年限, kind: graded, citation: {article: 第二条, quote: 满五年 2 分、满十年 4 分},
         levels: [{title: 满五年, points: 2}, {title: 满十年, points: 4}]}
  - id: craft
    title: 特色
    weight: 60
    indicators:
      - {id: skill, title: 技艺, kind: assessed, max: 10, citation: {article: 第三条, quote: 技艺由评审员打分}}
vetoes:
  - {id: fraud, title: 弄虚作假, citation: {article: 第四条, quote: 弄虚作假的一票否决}}
ties: [craft]
"""


def sheet_order(sheet: str = SHEET, **changed: object) -> dict[str, Any]:
    return {"region": COUNTY, "year": 2026, "policy": POLICY, "sheet": sheet} | changed


async def draft_sheet(office: RecognitionClient, sheet: str = SHEET, **changed: object) -> httpx.Response:
    return await post_as(office, "/v1/scoring-sheets", sheet_order(sheet, **changed), Role.OFFICER, subject="maker")


async def put_in_force(office: RecognitionClient, sheet_id: str, **who: Any) -> httpx.Response:
    path = f"/v1/scoring-sheets/{sheet_id}/entry-into-force"
    return await post_as(office, path, None, Role.APPROVER, **({"subject": "checker", "match": "*"} | who))


async def publish_sheet(office: RecognitionClient, sheet: str = SHEET) -> str:
    """A sheet in force; its id."""
    drafted = await draft_sheet(office, sheet)
    assert drafted.status_code == 201, drafted.text
    answer = await put_in_force(office, drafted.json()["id"])
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


ASSESSORS = ("chen", "lin", "wu")


@dataclass
class Scoring:
    """The people who score a season that was opened with a sheet."""

    walkthrough: Walkthrough

    async def post(self, path: str, body: Any, role: Role = Role.OFFICER, **who: Any) -> httpx.Response:
        """A call about the season, on the day of the selection."""
        asked = {"season": self.walkthrough.season["id"]} | body
        with clock.travel(who.pop("on", SELECTS)):
            return await self.walkthrough.do(path, asked, role, **({"subject": "officer"} | who))

    async def must(self, path: str, body: Any, role: Role = Role.OFFICER, **who: Any) -> Any:
        """The same; it must go well."""
        answer = await self.post(path, body, role, **who)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def appoint(self, *names: str) -> None:
        for name in names or ASSESSORS:
            await self.must("/v1/assessors", {"assessor": name, "name": name})

    async def assign(self, *names: str, **more: Any) -> Any:
        return await self.must("/v1/scoring/assignments", {"assessors": list(names or ASSESSORS)} | more)

    async def find(self, application: str, years: int = 2, subject: str = "finder", **levels: int) -> None:
        """What an officer establishes: years in business, and no fraud unless told otherwise."""
        found = {"years": years, "fraud": 0} | levels
        findings = [{"indicator": name, "level": level, "basis": "查档案"} for name, level in found.items()]
        body = {"applications": [{"application": application, "findings": findings}]}
        await self.must("/v1/scoring/findings", body, subject=subject)

    async def score(
        self, assessor: str, points: dict[str, str], role: Role = Role.BUREAU, **who: Any
    ) -> httpx.Response:
        """An assessor's points for the skill of some applications."""
        scores = [{"application": one, "points": {"skill": given}} for one, given in points.items()]
        return await self.post("/v1/scoring/scores", {"scores": scores}, role, subject=assessor, **who)

    async def score_all(self, points: dict[str, str], *assessors: str) -> None:
        for assessor in assessors or ASSESSORS:
            answer = await self.score(assessor, points)
            assert answer.status_code == 200, answer.text

    async def close(self, **more: Any) -> httpx.Response:
        return await self.post("/v1/scoring/closing", more, subject="closer")

    async def decide(self, *order: str, **more: Any) -> httpx.Response:
        people = [{"name": "甲", "office": "县市场监管局"}, {"name": "乙", "office": "县财政局"}]
        body = {"document": "联席〔2026〕1号", "decided_on": SELECTS.isoformat(), "participants": people}
        return await self.post(
            "/v1/scoring/decision", body | {"order": list(order)} | more, Role.APPROVER, subject="chair"
        )

    async def settle(self, points: dict[str, str]) -> None:
        """Everything from the findings to the meeting's decision."""
        await self.appoint()
        await self.assign()
        for application in points:
            await self.find(application)
        await self.score_all(points)
        assert (await self.close()).status_code == 200
        assert (await self.decide()).status_code == 200


async def open_scoring(office: RecognitionClient, sheet: str = SHEET) -> Scoring:
    """A season with a sheet; both registers are delivered and empty, so that the data say who was not fined."""
    await publish_sheet(office, sheet)
    walkthrough = await start_walkthrough(office)
    assert (await deliver(office, penalties())).status_code == 201
    return Scoring(walkthrough)


async def reviewed(scoring: Scoring, *numbers: int) -> list[str]:
    """Households that wait for the selection."""
    ids = await scoring.walkthrough.apply(*numbers)
    for application in ids:
        assert (await scoring.walkthrough.review(application)).status_code == 200
    return ids
