"""The rules of recognition are proved: each can hold and matters, and the season's days are in order."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from shared.law.reader.loading import load_policy, policy_ids
from shared.law.verifier.recognition import check_recognition

DAY = date(2026, 8, 11)
PLANTED = """\
id: planted
title: 埋了错误的政策
document: {title: 示例文件, issuer: 某局}
regions: ["41"]
in_force: {from: 2025-01-01, until: null}
decided_by: 某局
extends: national-2024
"""
BOTH_DISHONEST = """\
disqualifiers:
  [{id: disqualifier.2, expression: breach_recorded and operator_dishonest_debtor},
  {id: disqualifier.4, title: 有失信记录, expression: breach_recorded, citation: {article: 一, quote: 有失信记录}}]
"""


def problems(folder: Path, *, settings: dict[str, str] | None = None, rules: str = "") -> list[str]:
    file = folder / "planted.yaml"
    file.write_text(f"{PLANTED}recognition: {{{rules}}}\n" if rules else PLANTED, encoding="utf-8")
    recognition = load_policy(str(file), settings=settings).recognition
    assert recognition is not None
    return list(check_recognition(recognition, DAY))


@pytest.mark.parametrize("name", policy_ids())
def test_the_rules_of_shipped_policies_matter_and_their_days_are_in_order(name: str):
    rules = load_policy(name).recognition
    assert rules is not None
    assert list(check_recognition(rules, DAY)) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"season_from": "12-01"}, "认定季 12月1日 开始，晚于 11月30日 完成"),
        ({"recognised_until": "08-01"}, "途径“部门推荐”的 decision 一步 8月1日 结束，早于认定季 8月11日 开始"),
    ],
)
def test_a_season_whose_days_are_the_wrong_way_round_is_found(tmp_path: Path, settings: dict[str, str], said: str):
    assert said in problems(tmp_path, settings=settings)


@pytest.mark.parametrize(
    ("application", "review", "said"),
    [
        ("information_report_until", None, "application 一步 7月31日 结束，早于认定季 8月11日 开始"),
        ("recognised_until", "season_from", "application 一步结束于 11月30日，后面的 review 却在 8月11日"),
    ],
)
def test_steps_that_end_before_the_season_or_before_the_step_ahead_of_them_are_found(
    application: str, review: str | None, said: str
):
    rules = load_policy("national-2024").recognition
    assert rules is not None
    path = rules.paths["application"]
    first, second, *rest = path.steps
    steps = (replace(first, until=application), replace(second, until=review), *rest)
    changed = replace(rules, paths={**rules.paths, "application": replace(path, steps=steps)})
    assert f"途径“自主申报”的 {said}" in list(check_recognition(changed, DAY))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "disqualifiers: [{id: disqualifier.2, expression: penalised and not penalised}]",
            "规则 disqualifier.2“经营者被人民法院列为失信被执行人”永远不会成立（已证明）",
        ),
        (
            "disqualifiers: [{id: disqualifier.2, expression: breach_recorded or not breach_recorded}]",
            "规则 disqualifier.2“经营者被人民法院列为失信被执行人”：每一户都成立（已证明）",
        ),
        (
            BOTH_DISHONEST,
            "规则 disqualifier.2“经营者被人民法院列为失信被执行人”：去掉也不改变任何一户的不得申报的情形（已证明）",
        ),
        (
            "life: {extension: {any: [{id: extension.4, expression: revenue_growth >= 30 and revenue_growth < 10}]}}",
            "规则 extension.4“推荐认定的，推荐部门同意”永远不会成立（已证明）",
        ),
        (
            "sources: [{id: source.1, expression: \"typed_as in ('growth') and typed_as in ('development')\"}]",
            "规则 source.1“成长型或发展型”永远不会成立（已证明）",
        ),
    ],
)
def test_a_rule_that_cannot_hold_or_never_matters_is_found(tmp_path: Path, rule: str, said: str):
    assert said in problems(tmp_path, rules=rule)
