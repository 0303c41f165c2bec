"""`minglu policy explain`: five sections, each of which says something."""

from services.typing.cli.policy_explain import DISCLAIMER, explanation_lines
from shared.law.explain.explanation import explain
from tests.unit.law.policy_samples import ordinary, zhengzhou

SECTIONS = ("判定", "依据", "还缺的数据", "距离下一型", "读法")


def told(**facts: object) -> dict[str, list[str]]:
    """The lines below each heading."""
    household = {"uscc": "92410105MA0000000X", "name": "某店", **ordinary(**facts)}
    compiled = zhengzhou()
    why = explain(compiled, household, compiled.type_one(household), with_figures=True)
    sections: dict[str, list[str]] = {}
    for line in explanation_lines(household, compiled, why):
        if line in SECTIONS:
            sections[line] = []
        elif line:
            sections[list(sections)[-1]].append(line.strip())
    return sections


def test_every_section_says_something() -> None:
    for facts in ({}, {"revenue": 60_000_000}, {"tax_paid": None}, {"abnormal": True}, {"insured_staff": 5}):
        sections = told(**facts)
        assert tuple(sections) == SECTIONS
        assert all(sections.values()), facts


def test_the_ways_to_the_next_type_are_numbered_and_cited() -> None:
    ahead = told(revenue=55_700_000)["距离下一型"]
    assert ahead[0] == "发展型，下面任何一种："
    assert ahead[3] == (
        "3. “上年度销售额或营业收入在60万元（含）以上”：申报的是557,000元，还差43,000元。"
        "（依据：郑市监〔2025〕6号 三（一）1 发展型 C）"
    )
    assert ahead[-1] == DISCLAIMER


def test_the_best_type_and_missing_data_say_why_there_is_no_way() -> None:
    assert told(revenue=60_000_000)["距离下一型"] == ["已经是最高的类型。"]
    assert told(established_on=None)["距离下一型"] == ["要等所缺的数据补齐以后才能说。"]


def test_what_ends_the_defects_is_followed_by_what_the_household_would_be() -> None:
    ahead = told(abnormal=True)["距离下一型"]
    assert ahead[0] == "下面的情形都没有以后："
    assert ahead[1].startswith("1. “被市场监管部门标记为经营异常状态，尚未恢复”：恢复正常经营状态以后，就没有这种情形")
    assert ahead[2] == "这些情形都没有了以后，按现有数据是成长型。"


def test_missing_data_end_with_what_they_could_come_to() -> None:
    missing = told(tax_paid=None)["还缺的数据"]
    assert "税务部门若提供上年度实际缴纳税款：1万元（含）以下，则为成长型；超过1万元，则为发展型。" in missing[-2]
    assert missing[-1].endswith("所缺的数据补齐以后，可能是发展型或成长型。")
