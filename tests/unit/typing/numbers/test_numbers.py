"""Numbers that a text leaves open, as documents set them: which may be set, by whom, and from which day they count."""

import datetime as dt
from dataclasses import replace

import pytest

from services.typing.numbers.domain import (
    NumberProposal,
    SetNumber,
    SettingDocument,
    competence_refusal,
    setting_errors,
    with_numbers,
)
from services.typing.runs.law_in_force import departures
from shared.law.compiler.compiled_policy import compile_policy
from shared.law.model.policy import Policy
from shared.law.reader.loading import load_policy, policy_ids, restore_policy

TODAY = dt.date(2026, 7, 20)
AMOUNT = "growth_revenue_from"
RIGHT = NumberProposal(
    policy="tianjin-2024",
    parameter=AMOUNT,
    value="300000",
    in_force_from=dt.date(2026, 7, 1),
    document=SettingDocument("津市场监管政务〔2026〕1号", "关于数额的通知", dt.date(2026, 6, 20)),
)


def a_number(since: dt.date, value: str, document: str = "通知") -> SetNumber:
    return SetNumber(AMOUNT, value, since, document)


@pytest.fixture(scope="module")
def tianjin() -> Policy:
    """津市场监管政务〔2024〕9号 附件1 二（二）2 says “达到一定数额” and gives no number."""
    return load_policy("tianjin-2024")


def test_a_number_that_the_text_leaves_open_may_be_set(tianjin: Policy) -> None:
    assert list(setting_errors(tianjin, RIGHT, TODAY)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parameter": "growth_years"}, "已由津市场监管政务〔2024〕9号 附件1 二（二）2定为2年，不能另设"),
        ({"parameter": "growth_revenue_form"}, "growth_revenue_from"),
        ({"value": "30万"}, "以元为单位"),
        ({"in_force_from": dt.date(2024, 6, 23)}, "早于政策的施行日期"),
        ({"document": SettingDocument("1号", "通知", dt.date(2026, 7, 21))}, "晚于今天"),
    ],
)
def test_what_is_wrong_with_a_number_is_told(tianjin: Policy, change: dict[str, object], words: str) -> None:
    (error,) = setting_errors(tianjin, replace(RIGHT, **change), TODAY)  # type: ignore[arg-type]  # one of many types
    assert words in error


def test_no_number_is_set_under_a_draft_for_comments() -> None:
    draft = load_policy("ganzhou-2024")
    wrong = replace(RIGHT, policy=draft.id, parameter="growth_years", value="2")
    assert "征求意见稿" in " ".join(setting_errors(draft, wrong, TODAY))


@pytest.mark.parametrize(
    ("region", "words"),
    [("12", None), ("120103", "省（自治区、直辖市）级"), ("", "省（自治区、直辖市）级"), ("41", "适用地区")],
)
def test_the_level_that_types_sets_numbers_for_its_own_region(tianjin: Policy, region: str, words: str | None) -> None:
    """附件1 三（一）: 市市场监管委组织全市开展一次个体工商户集中分型判定."""
    refusal = competence_refusal(tianjin, region)
    assert refusal is None if words is None else words in str(refusal)


def test_a_number_counts_from_its_day_on_and_a_later_one_takes_its_place(tianjin: Policy) -> None:
    first, second = dt.date(2025, 7, 1), dt.date(2026, 7, 1)
    policy = with_numbers(tianjin, [a_number(first, "300000", "甲"), a_number(second, "500000", "乙")])
    amount = policy.parameters[AMOUNT]
    assert [amount.on(day) for day in (dt.date(2025, 6, 30), first, dt.date(2026, 6, 30), second)] == [
        None,
        300_000_00,
        300_000_00,
        500_000_00,
    ]
    dated = amount.dated_on(second)
    assert dated is not None
    assert dated.document == "乙"
    compile_policy(policy, second)


def test_of_two_numbers_for_one_day_the_one_decided_later_counts(tianjin: Policy) -> None:
    day = dt.date(2026, 7, 1)
    policy = with_numbers(tianjin, [a_number(day, "300000"), a_number(day, "400000")])
    assert policy.parameters[AMOUNT].on(day) == 400_000_00


def test_a_number_that_the_policy_itself_has_is_not_replaced(tianjin: Policy) -> None:
    years = SetNumber("growth_years", "9", dt.date(2026, 7, 1), "通知")
    assert with_numbers(tianjin, [years]).content_hash == tianjin.content_hash


def test_a_policy_with_set_numbers_is_stored_and_restored_as_it_is(tianjin: Policy) -> None:
    policy = with_numbers(tianjin, [a_number(dt.date(2026, 7, 1), "300000")])
    assert restore_policy(policy.content).content_hash == policy.content_hash != tianjin.content_hash


# -- where a policy departs from the law in force --------------------------------------------------------------------

DAY = dt.date(2026, 7, 1)


def test_other_numbers_and_readings_depart_from_the_law_and_are_named() -> None:
    law = load_policy("zhengzhou-2025")
    tried = load_policy(
        "zhengzhou-2025", settings={"growth_tax_upto": "20000"}, readings={"growth-1-zero": "positive-only"}
    )
    number, reading = departures(tried, law, DAY)
    assert number == "成长型上年度实际缴纳税款上限（含）用2万元（现行：1万元）"
    assert "须实际缴纳过税款，零元不算" in reading


def test_what_is_in_force_anyhow_departs_from_nothing() -> None:
    law = load_policy("zhengzhou-2025")
    same = load_policy(
        "zhengzhou-2025", settings={"growth_tax_upto": "10000"}, readings={"growth-1-zero": "counts-zero"}
    )
    assert departures(same, law, DAY) == []


def test_another_reading_of_recognition_changes_no_type() -> None:
    law = load_policy("zhengzhou-2025")
    other = load_policy("zhengzhou-2025", readings={"quota-rounding": "ceiling"})
    assert departures(other, law, DAY) == []


def test_a_rule_that_was_changed_since_is_named() -> None:
    law = load_policy("zhengzhou-2025")
    first, *others = law.eligibility
    changed = replace(law, eligibility=(replace(first, expression=others[0].expression), *others))
    assert departures(changed, law, DAY) == ["规则已修改：base.not-registered"]


def test_a_condition_that_became_a_requirement_departs_though_every_clause_is_the_same() -> None:
    law = load_policy("zhengzhou-2025")
    first, *others = law.types
    stricter = replace(first, requires=(*first.requires, first.any[0]), any=first.any[1:])
    changed = replace(law, types=(stricter, *others))
    assert departures(changed, law, DAY) == ["规则的判定顺序或者前提、条件的划分已修改"]
    assert departures(replace(law, types=tuple(reversed(law.types))), law, DAY) != [], "the order of testing"


def test_the_same_rules_in_another_file_depart_from_nothing() -> None:
    law = load_policy("zhengzhou-2025")
    elsewhere = restore_policy({**law.content, "id": "zhengzhou-copy", "title": "另一个文件"})
    assert departures(elsewhere, law, DAY) == []


# -- what the texts say ----------------------------------------------------------------------------------------------


def test_every_policy_in_force_says_which_level_types() -> None:
    """郑市监〔2025〕6号 三（一）2 由省市场监管局; 津市场监管政务〔2024〕9号 附件1 三（一） 市市场监管委."""
    in_force = [policy for name in policy_ids() if not (policy := load_policy(name)).draft]
    assert {policy.id: policy.run_by and policy.run_by.level for policy in in_force} == dict.fromkeys(
        (policy.id for policy in in_force), "province"
    )


@pytest.mark.parametrize("name", ["ganzhou-2024", "fuling-2024"])
def test_a_draft_for_comments_is_in_force_on_no_day(name: str) -> None:
    """Their titles carry （征求意见稿）."""
    policy = load_policy(name)
    assert "征求意见稿" in policy.title
    assert policy.draft
    assert not any(policy.in_force_on(day) for day in (policy.since, DAY, dt.date(2099, 1, 1)))


def test_who_types_in_daxinganling_is_an_open_reading() -> None:
    """附件1 一（三）1 由省市场监管局; 二（四） 大兴安岭地区市场监管局."""
    assert load_policy("daxinganling-2024").may_decide_types("23")
    other = load_policy("daxinganling-2024", readings={"typing-level": "city"})
    assert other.may_decide_types("2327")
    assert not other.may_decide_types("23")
