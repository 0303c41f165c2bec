"""Scoring sheets as data: the example of forty indicators, and mistakes, each answered by what would be right."""

from pathlib import Path

import pytest

from shared.law.language.errors import PolicyError
from shared.law.model.recognition import Category
from shared.law.model.scoring import IndicatorKind
from shared.law.reader.scoring import parse_sheet, read_sheet_file

EXAMPLE = Path("policies/examples/fishing-port.scoring.yaml")


def test_the_example_has_forty_indicators_of_all_kinds_and_every_quote_stands_in_its_text():
    sheet = read_sheet_file(EXAMPLE)
    indicators = [one for section in sheet.sections for one in section.indicators]
    assert (len(indicators), {one.kind for one in indicators}) == (40, set(IndicatorKind))
    assert all(sheet.assessed_in(category) for category in Category)
    assert parse_sheet(EXAMPLE.read_text(encoding="utf-8"))[0].sections == sheet.sections, "as a clerk enters it"


ASSESSORS = "assessors: {least: 3, without_extremes_from: 5}"
TIES = "[credit, society, earlier-submission]"
ASSESSED = "kind: assessed, max: 4"


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("weight: 30\n    cap: 26", "weight: 25\n    cap: 26", "加起来是 95（25 + 20 + 20 + 30），应当正好是 100"),
        ("cap: 26", "cap: 99", "封顶分（cap）99 高于“知名”类各项最高分之和 32"),
        ("{title: 县级, points: 3}", "{title: 县级}", "“县级”没有分数；请写 points"),
        ("{title: 市级, points: 6}", "{title: 市级, points: 10}", "“表彰奖励”有两档都是 10 分"),
        ('when: "reported"', 'when: "turnover > 5"', "没有名为“turnover”的事实；能用的有：typed_as（"),
        ('points: 2, when: "reported"', "points: 2", "要写 when（什么条件下得这一档）"),
        (ASSESSED, "kind: assessed, levels: [{title: 好, points: 4}]", "是“评审员打分”，不写 levels，要写 max"),
        (ASSESSED, "kind: guessed, max: 4", "的“kind”不能是“guessed”"),
        ("id: honours", "id: years", "id“years”写了 2 次"),
        (ASSESSORS, ASSESSORS.replace("5", "2"), "不能是 2"),
        (ASSESSORS, "", "要写 assessors"),
        (TIES, "[craft]", "平分时不能按“craft”排：它不是各类共有的"),
        (TIES, "[draw, credit]", "只能写在平分规则的最后"),
        (TIES, "[credits]", "平分规则里没有“credits”；是不是“credit”？"),
        ("categories: [renowned]", "categories: [famous]", "没有“famous”这一类；可用的有：renowned（知名）"),
        ("valid_until: 2027-07-31", "valid_until: 2025-07-31", "有效期的最后一天 2025-07-31 早于第一天 2026-08-01"),
        ("points_needed: 60", "points_needed: 160", "入选分数线（points_needed）160 高于满分 100"),
        ("decimals: 2", "decimals: 9", "（总分保留几位小数，四舍五入）应是 0 到 4 的整数"),
        ("number: 渔市监示〔2026〕7号, ", "", "评分表的文件缺少“number”（文号）"),
        (', citation: {article: 第八条（1）, quote: "逾期答复部门来函的，扣 2 分"}', "", "没有依据"),
        ("title: 逾期答复部门来函, points: 2", "title: 逾期答复部门来函, points: 两分", "应是大于零、最多两位小数的数"),
        ("id: late-answer", "id: 逾期", "用小写字母、数字和连字符"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_by_what_would_be_right(written: str, instead: str, told: str):
    text = EXAMPLE.read_text(encoding="utf-8")
    assert written in text
    with pytest.raises(PolicyError) as refusal:
        parse_sheet(text.replace(written, instead, 1))
    assert told in str(refusal.value)
