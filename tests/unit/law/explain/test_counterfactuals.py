"""What missing data, unset numbers, other readings and time would make of a household, in words and in fact."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.explain.answers import Threshold, value_spans
from shared.law.explain.as_of_view import anniversary, as_of_views, completed_years
from shared.law.explain.expiries import expiries
from shared.law.explain.explanation import Counterfactuals, counterfactuals
from shared.law.explain.interpretations import other_readings
from shared.law.explain.minimal_change import assume
from shared.law.explain.missing_data import missing_data, possible_types, reachable_types
from shared.law.explain.unset_parameters import unset_parameters
from shared.law.model.outcome import HouseholdType, Outcome
from shared.law.reader.loading import load_policy
from tests.unit.law.counterfactual_samples import OPEN, completions, open_households, opened
from tests.unit.law.policy_samples import AS_OF, birthdays, households, ordinary, write_policy, zhengzhou

GROWTH, DEVELOPMENT, SURVIVAL = HouseholdType.GROWTH, HouseholdType.DEVELOPMENT, HouseholdType.SURVIVAL
INELIGIBLE, GAP, UNDETERMINED = HouseholdType.INELIGIBLE, HouseholdType.GAP, HouseholdType.UNDETERMINED
often = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def open_policy(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_policy(tmp_path_factory.mktemp("open"), OPEN, "open")


def ahead(compiled: CompiledPolicy | None = None, *, with_figures: bool = True, **facts: object) -> Counterfactuals:
    compiled, household = compiled or zhengzhou(), ordinary(**facts)
    return counterfactuals(compiled, household, compiled.type_one(household), with_figures=with_figures)


# ── missing data ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_missing_figure_is_told_by_the_limits_of_the_law():
    found = ahead(tax_paid=None).missing_data
    assert [one.text for one in found.facts] == [
        "税务部门若提供上年度实际缴纳税款：1万元（含）以下，则为成长型；超过1万元，则为发展型。"
    ]
    assert found.possible == (DEVELOPMENT, GROWTH)
    assert found.together == "所缺的数据补齐以后，可能是发展型或成长型。"


def test_a_report_that_may_not_have_been_filed_is_asked_about_with_its_figure():
    (one,) = ahead(reported=None, revenue=None).missing_data.facts
    assert [(case.when, case.type) for case in one.cases] == [
        ("没有报送上一年度年度报告", INELIGIBLE),
        ("已报送上一年度年度报告、不到60万元", GROWTH),
        ("已报送上一年度年度报告、60万元（含）以上", DEVELOPMENT),
    ]


def test_missing_data_that_only_together_decide_are_said_to():
    found = ahead(tax_paid=None, established_on=None).missing_data
    assert {case.type for one in found.facts for case in one.cases} >= {UNDETERMINED, SURVIVAL}
    assert found.facts[1].text.endswith("无论结果如何，单凭这一项，仍为待核。")
    assert found.together == "几项数据互相影响，要合起来看：所缺的数据补齐以后，可能是发展型、成长型或生存型。"


def test_what_cannot_change_anything_is_said_to_change_nothing():
    found = ahead(established_on=date(2010, 1, 1), revenue=None).missing_data
    assert found.possible == (DEVELOPMENT,)
    assert found.together == "所缺的数据补齐以后，无论结果如何，都仍是发展型。"


ZHENGZHOU_GRID: dict[str, list[Any]] = {
    **{name: [True, False] for name in ("abnormal", "seriously_dishonest", "tax_non_normal", "suspended")},
    "established_on": [date(2000, 1, 1), date(2016, 1, 1), date(2020, 1, 1), date(2023, 7, 16), date(2025, 1, 1)],
    "reported": [True, False],
    "revenue": [None, 0, 30_000_000, 60_000_000],
    "tax_paid": [0, 1_000_000, 1_000_001],
    "insured_staff": [2, 3, 5, 6],
    "tax_recorded": [True, False],
}
OPEN_GRID: dict[str, list[Any]] = {
    **{name: [True, False] for name in ("abnormal", "suspended", "seasonal", "tax_registered", "general_taxpayer")},
    "established_on": [date(2020, 1, 1), AS_OF],
    "tax_registered_on": [None, date(2020, 1, 1), AS_OF],
    "revenue": [None, 0, 5_000_000, 10_000_000],
    "reported": [True, False],
    "vat_paid": [0, 1],
    "income_tax_paid": [0, 1],
    "insured_staff": [0, 1, 4],
    "trademarks_in_use": [0, 1],
    "patents": [0, 1],
    "insured_recorded": [True, False],
    "ip_recorded": [True, False],
    "tax_recorded": [True, False],
}


@given(households(AS_OF), st.sampled_from(["counts-zero", "positive-only", "recorded-only"]))
@often
def test_exactly_the_possible_types_are_said_to_be_possible(facts: dict[str, Any], reading: str):
    compiled = zhengzhou(growth_1_zero=reading)
    facts = delivered(facts)
    told = set(possible_types(compiled, facts, compiled.type_one(facts)))
    assert told == {compiled.type_one(whole).type for whole in completions(facts, ZHENGZHOU_GRID)}


@given(facts=open_households(), numbers=st.booleans())
@settings(often, max_examples=40)
def test_they_are_exact_where_feeds_and_dates_interact(open_policy: str, facts: dict[str, Any], numbers: bool):
    set_ = {"growth_revenue": "50000", "development_revenue": "100000"} if numbers else {}
    compiled = opened(open_policy, **set_)
    told = set(possible_types(compiled, facts, compiled.type_one(facts)))
    assert told == {compiled.type_one(whole).type for whole in completions(facts, OPEN_GRID)}


def delivered(facts: dict[str, Any]) -> dict[str, Any]:
    """The household as a tax bureau could have delivered it: with a row or without, not half of one."""
    known = facts["tax_paid_min"] is not None or facts["tax_paid_max"] is not None
    if facts["tax_recorded"] is False:
        return assume(facts, "tax_recorded", False)
    return {**facts, "tax_recorded": True if known else facts["tax_recorded"]}


def test_taking_each_clause_alone_would_be_caught():
    """The naive variant: every undecided clause may go either way. Over one unknown tax it promises a gap."""
    compiled, facts = zhengzhou(), ordinary(tax_paid=None)
    naive = reachable_types(compiled.decision, compiled.type_one(facts)).types
    assert GAP in naive
    assert naive != {compiled.type_one(whole).type for whole in completions(facts, ZHENGZHOU_GRID)}


@given(households(AS_OF), st.data())
@often
def test_any_answer_of_the_bureau_gives_the_type_that_was_said(facts: dict[str, Any], data: st.DataObject):
    compiled = zhengzhou()
    for one in missing_data(compiled, facts, compiled.type_one(facts)).facts:
        for case in one.cases:
            assert compiled.type_one(assume(facts, case.fact, case.sample)).type is case.type
        values = [value for value in ZHENGZHOU_GRID.get(one.fact, []) if value is not None]
        if one.fact != "tax_paid" and values:
            answer = data.draw(st.sampled_from(values))
            assert compiled.type_one(assume(facts, one.fact, answer)).type in {case.type for case in one.cases}


# ── numbers that the law left open ──────────────────────────────────────────────────────────────────────────


def shop(**facts: object) -> dict[str, Any]:
    """Established and registered for three years, revenue of 100,000 yuan; no tax, no staff."""
    return ordinary(tax_registered_on=date(2022, 8, 1) - timedelta(days=60), **facts)


def test_an_unset_number_is_told_by_the_households_own_figure(open_policy: str):
    compiled, facts = opened(open_policy), shop()
    found = {one.clause: one for one in unset_parameters(compiled, facts, compiled.type_one(facts), with_figures=True)}
    assert found["growth.1"].text == (
        "成长型营业收入数额：文件没有定数额，须由某市市场监督管理委员会设定。"
        "按现有数据，如果定为10万元（含）以下，则为成长型；定为超过10万元，则仍为生存型。"
    )
    assert set(found) == {"development.1", "growth.1"}
    assert found["development.1"].if_held is DEVELOPMENT


def test_to_others_it_is_told_without_figures(open_policy: str):
    compiled, facts = opened(open_policy), shop()
    (one, _) = unset_parameters(compiled, facts, compiled.type_one(facts), with_figures=False)
    assert one.settings == ()
    assert one.text.endswith("设定以后，如果符合这一条，则为发展型；如果不符合，则仍为生存型。")


def test_a_number_that_cannot_change_the_type_is_passed_over(open_policy: str):
    compiled, facts = opened(open_policy), shop(general_taxpayer=True)
    assert list(unset_parameters(compiled, facts, compiled.type_one(facts), with_figures=True)) == []


@given(open_households(), st.integers(0, 2 * 10**6))
@often
def test_set_to_any_number_the_policy_gives_the_type_that_was_said(open_policy: str, facts: dict[str, Any], yuan: int):
    compiled = opened(open_policy)
    for one in unset_parameters(compiled, facts, compiled.type_one(facts), with_figures=True):
        (name,) = one.parameters
        numbers: list[Any] = [yuan * 100, *(setting.sample for setting in one.settings)]
        for number in numbers if one.settings else ():
            chosen = compile_policy(load_policy(open_policy, settings={name: f"{number / 100:.2f}"}), AS_OF)
            told = [setting.type for setting in one.settings if setting.sample <= number]
            assert chosen.type_one(facts).type is told[-1]


# ── other readings ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_reading_that_would_change_the_type_is_said_with_who_decides():
    (one,) = ahead(tax_paid=0, insured_staff=5).readings
    assert one.text == (
        "“5名以上”是否包括5名？成长型 B 项“3-5名”已包括5名。现在的读法是“超过5名，不包括5名”；"
        "若采用另一种读法（包括5名），则为发展型。有权改变读法的是河南省市场监督管理局。"
    )


KEPT = {one.id for one in zhengzhou().policy.interpretations.values() if one.kept_by is not None}
"""Interpretations of how things are done: they have no rule, and nobody can choose another reading"""


@given(households(AS_OF))
@often
def test_exactly_the_readings_that_change_the_type_are_said(facts: dict[str, Any]):
    compiled = zhengzhou()
    outcome = compiled.type_one(facts)
    told = {(one.interpretation, one.reading): one.type for one in other_readings(compiled, facts, outcome)}
    assert not {interpretation for interpretation, _ in told} & KEPT, "no reading of how things are done types anybody"
    for interpretation in compiled.policy.interpretations.values():
        for reading in interpretation.readings if interpretation.id not in KEPT else ():
            otherwise = zhengzhou(**{interpretation.id.replace("-", "_"): reading}).type_one(facts).type
            assert told.get((interpretation.id, reading), outcome.type) is otherwise


# ── time ────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.dates(date(1990, 1, 1), date(2024, 12, 31)), st.integers(1, 12))
@often
def test_years_are_full_on_the_day_that_the_rules_count_and_not_before(since: date, years: int):
    day = anniversary(since, years)
    facts = ordinary(established_on=since)
    for when, full in ((day, True), (day - timedelta(days=1), False)):
        assert (completed_years(since, when) >= years) is full
        if years in (2, 10):
            clause = {2: "development.requires.1", 10: "development.4"}[years]
            assert bool(typed_on(when, facts).true_mask & zhengzhou().mask([clause])) is full


@given(households(AS_OF), st.dates(AS_OF, date(2037, 12, 31)))
@often
def test_a_later_moment_says_what_the_policy_compiled_for_that_day_says(facts: dict[str, Any], day: date):
    compiled = zhengzhou()
    assert as_of_views(compiled).on(day).outcome(facts) == compile_policy(compiled.policy, day).type_one(facts)


@given(households(AS_OF))
@often
def test_an_ending_is_the_first_day_on_which_the_clause_no_longer_holds(facts: dict[str, Any]):
    compiled = zhengzhou()
    for one in expiries(compiled, facts, compiled.type_one(facts)):
        bit = compiled.mask([one.clause])
        then, just_before = (typed_on(one.day - timedelta(days=days), facts) for days in (0, 1))
        assert (just_before.true_mask & bit, then.true_mask & bit) == (bit, 0)
        assert then.type is one.type


def typed_on(day: date, facts: dict[str, Any]) -> Outcome:
    return compile_policy(zhengzhou().policy, day).type_one(facts)


def test_an_ending_says_what_comes_of_it():
    (one,) = ahead(established_on=date(2016, 3, 1)).expiries
    assert one.text == (
        "“注册时间在6年（含）以上、10年以下”现在符合，自2026年3月1日起不再符合；其他数据不变的话，那时是发展型。"
    )


# ── who may read it ─────────────────────────────────────────────────────────────────────────────────────────


@given(households(AS_OF), st.sampled_from(birthdays(AS_OF)))
@often
def test_without_figures_nothing_is_said_by_the_households_own_figures(facts: dict[str, Any], day: date):
    compiled = zhengzhou()
    facts = {**facts, "established_on": day}
    found = counterfactuals(compiled, facts, compiled.type_one(facts), with_figures=False)
    assert (found.recourse, found.expiries, found.readings) == ((), (), ())


def test_spans_leave_no_value_out():
    limits = [Threshold(0, above=False), Threshold(5, above=True), Threshold(5, above=False), Threshold(9, above=False)]
    assert [(one.sample, one.low, one.high) for one in value_spans(limits, least=0)] == [
        (0, None, limits[2]),
        (5, limits[2], limits[1]),
        (6, limits[1], limits[3]),
        (9, limits[3], None),
    ]
