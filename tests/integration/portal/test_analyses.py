"""Quarterly analyses through the portal: what can be chosen, what is asked for, hidden numbers."""

import datetime as dt
import json

import httpx

from services.portal.analyses.endpoints import past_quarters
from shared import clock
from shared.platform.identity import Role
from tests.integration.portal.samples import sample
from tests.integration.portal.staff_answers import ANALYSIS, QUARTER
from tests.integration.portal.visitor import Visitor

PATH = "/v1/quarterly-analyses"


def test_only_quarters_that_are_over_can_be_chosen() -> None:
    offered = [*past_quarters(dt.date(2026, 9, 30))]
    assert offered[:3] == ["2026-Q2", "2026-Q1", "2025-Q4"]
    assert next(iter(past_quarters(dt.date(2026, 10, 1)))) == "2026-Q3"
    assert past_quarters(dt.date(2026, 1, 1))["2025-Q4"] == "2025年第四季度"


async def test_an_officer_makes_one_and_what_is_refused_is_said(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101")
    [quarter, *_] = past_quarters(clock.today())
    carried = {"_form": await visitor.form_token(), "_key": "k", "make-quarter": quarter}
    said = {"title": "这一季度的分析已经形成", "detail": "请直接查看（示例）。"}
    visitor.support.refuses[PATH] = httpx.Response(409, json=said)
    refused = await visitor.post("/work/analyses/make", carried)
    assert (refused.status_code, "请直接查看（示例）。" in refused.text) == (422, True)
    del visitor.support.refuses[PATH]
    made = await visitor.post("/work/analyses/make", carried)
    assert made.headers["location"] == f"/work/analyses/{quarter}"
    assert json.loads(visitor.support.changes[-1].content) == {"quarter": quarter}
    await visitor.sign_in(Role.AUDITOR, region="4101")
    assert "/work/analyses/make" not in (await visitor.open("/work/analyses")).text


async def test_a_number_that_is_hidden_is_said_to_be_hidden(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101")
    cells = [{"columns": ["growth"], "label": "成长型", "households": number} for number in (None, 1234)]
    rows = [{"counties": counties, "households": 4321, "cells": cells} for counties in (["410105", "410102"], [])]
    table = sample("support", "AnalysisTableView", counted_label="登记在册的户", rows=rows[:1], total=rows[1])
    visitor.support.says[f"{PATH}/{QUARTER}"] = {**ANALYSIS, "tables": [table, {**table, "rows": [], "total": None}]}
    text = (await visitor.open(f"/work/analyses/{QUARTER}")).text
    assert all(said in text for said in ("不给", "1,234", "金水区、中原区", "户数太少"))
    assert "None" not in text
