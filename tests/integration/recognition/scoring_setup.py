"""A county's scoring sheet, drafted and put in force, as its people do it."""

from pathlib import Path
from typing import Any

import httpx

from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, post_as
from tests.integration.recognition.season_setup import POLICY

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
