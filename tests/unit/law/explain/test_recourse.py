"""The nearest way to the next type: every way, gone, leads there; and nothing nearer does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.compiler.evaluator import Facts
from shared.law.explain.explanation import explain
from shared.law.explain.minimal_change import Change, FactChange, Situation, Wait
from shared.law.explain.recourse import Recourse, recourse
from shared.law.language.facts import FACTS, FactKind
from shared.law.model.outcome import HouseholdType
from shared.law.reader.loading import load_policy, policy_ids
from shared.law.verifier.household_cases import read_household_cases
from tests.unit.law.counterfactual_samples import OPEN, open_households, opened
from tests.unit.law.policy_samples import AS_OF, households, ordinary, write_policy, zhengzhou

GROWTH, DEVELOPMENT = HouseholdType.GROWTH, HouseholdType.DEVELOPMENT
Pairs = tuple[tuple[str, str], ...]
often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def open_policy(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_policy(tmp_path_factory.mktemp("open"), OPEN, "open")


def found(compiled: CompiledPolicy | None = None, **facts: object) -> dict[tuple[HouseholdType, str], Recourse]:
    compiled, household = compiled or zhengzhou(), ordinary(**facts)
    return {(way.type, way.clause): way for way in recourse(compiled, household, compiled.type_one(household))}


def test_revenue_is_told_by_what_was_declared_and_what_is_missing():
    way = found(revenue=55_700_000)[DEVELOPMENT, "development.3"]
    assert way.text == "“上年度销售额或营业收入在60万元（含）以上”：申报的是557,000元，还差43,000元。"
    assert (way.day, way.until, way.situation.facts["revenue"]) == (None, None, 60_000_000)


def test_a_limit_that_does_not_count_itself_must_be_passed():
    way = found(tax_paid=800_000, insured_staff=4)[DEVELOPMENT, "development.1"]
    assert way.text == "“上年度实际缴纳税款1万元以上”：税务部门提供的是8,000元，还差超过2,000元。"
    at_limit = found(tax_paid=1_000_000)[DEVELOPMENT, "development.1"]
    assert at_limit.text.endswith("税务部门提供的是1万元，须超过1万元。")


def test_staff_is_counted_in_heads():
    way = found(insured_recorded=True, insured_staff=5)[DEVELOPMENT, "development.2"]
    assert way.text.endswith("人力资源和社会保障部门提供的是5人，还差1人（达到6人）。")


def test_a_band_is_measured_from_its_nearer_end():
    way = found(tax_paid_min=100_000, tax_paid_max=600_000)[DEVELOPMENT, "development.1"]
    assert way.text.endswith("税务部门只提供了范围，在1,000元到6,000元之间，还差超过4,000元。")


def test_years_are_told_by_the_day_on_which_they_are_full():
    gap = zhengzhou(growth_1_zero="positive-only")
    way = found(gap, established_on=date(2021, 3, 1))[GROWTH, "growth.4"]
    assert way.text == (
        "“注册时间在6年（含）以上、10年以下”：自2027年3月1日起满6年；到2031年3月1日为止，自那天起不再符合。"
    )
    assert (way.day, way.until) == (date(2027, 3, 1), date(2031, 3, 1))


def test_requirements_are_part_of_every_way():
    young = found(established_on=date(2024, 3, 1))
    assert {clause for kind, clause in young if kind is DEVELOPMENT} == {f"development.{n}" for n in range(1, 5)}
    for way in young.values():
        assert way.steps[0].clause in ("development.requires.1", "growth.requires.1")
        assert way.steps[0].text == "“成立2年（含）以上”：自2026年3月1日起满2年"
    assert {clause for kind, clause in young if kind is GROWTH} == {"growth.1"}, "it holds already: no other is needed"


def test_what_time_brings_along_is_part_of_a_way():
    """Founded this year without a report: eligible now, but in two years only with one."""
    way = found(established_on=date(2025, 3, 1), reported=False, revenue=None)[GROWTH, "growth.1"]
    assert [step.clause for step in way.steps] == ["growth.requires.1", "base.not-reported"]
    assert way.day == date(2027, 3, 1)


def test_an_ineligible_household_reads_what_ends_each_defect_and_what_it_would_be_then():
    (way,) = found(abnormal=True, status="revoked", revenue=None).values()
    assert [step.text for step in way.steps] == [
        "“不是登记在册状态（吊销、注销或撤销）”：文件没有写怎样恢复",
        "“被市场监管部门标记为经营异常状态，尚未恢复”：恢复正常经营状态以后，就没有这种情形",
    ]
    assert way.text == ("这些情形都没有了以后，按现有数据是成长型；还缺的数据补齐以后，可能是发展型或成长型。")


def test_flags_and_registrations_are_told_by_what_would_have_to_be(open_policy: str):
    taxpayer = found(opened(open_policy), tax_registered_on=date(2023, 1, 1))
    assert taxpayer[DEVELOPMENT, "development.2"].text == (
        "“税务部门登记为一般纳税人”：须是一般纳税人，现在不是一般纳税人。"
    )
    assert taxpayer[DEVELOPMENT, "development.4"].text == (
        "“有商标或专利”：在用商标数：知识产权部门没有这一户的记录，按零计，还差1件（达到1件）。"
    )
    unregistered = found(opened(open_policy), tax_registered=False, tax_registered_on=None, insured_staff=2)
    assert unregistered[GROWTH, "growth.3"].text == (
        "“成立和纳入税务管理2年（含）以上”：须已办理税务登记，现在没有办理税务登记；"
        "税务登记日期从判定日2025年7月15日算起；税务登记日期最早自2027年7月15日起满2年。"
    )


def test_an_unset_number_is_no_way(open_policy: str):
    clauses = {clause for _, clause in found(opened(open_policy), tax_registered_on=date(2023, 1, 1))}
    assert clauses == {"growth.2", "growth.3", "development.2", "development.3", "development.4"}


def test_what_is_unknown_is_no_way_and_the_best_type_has_none():
    assert (DEVELOPMENT, "development.1") not in found(tax_paid=None)
    assert found(revenue=60_000_000) == {}


# ── every way, gone ─────────────────────────────────────────────────────────────────────────────────────────


@given(households(AS_OF), st.sampled_from(["counts-zero", "positive-only"]))
@often
def test_every_way_leads_where_it_says_and_nothing_nearer_does(facts: dict[str, Any], reading: str):
    assert_nearest(zhengzhou(growth_1_zero=reading), facts)


@given(facts=open_households(), numbers=st.booleans())
@often
def test_so_it_does_where_two_dates_and_two_feeds_are_concerned(open_policy: str, facts: dict[str, Any], numbers: bool):
    chosen = {"growth_revenue": "50000", "development_revenue": "100000"} if numbers else {}
    assert_nearest(opened(open_policy, **chosen), facts)


@pytest.mark.parametrize("policy", policy_ids())
def test_so_it_does_for_the_test_households_of_every_policy(policy: str):
    """T5 as well: what is explained is what typing says."""
    for case in read_household_cases(policy):
        compiled = of_case(policy, case.as_of, tuple(case.settings.items()), tuple(case.readings.items()))
        explanation = explain(compiled, case.facts, compiled.type_one(case.facts), with_figures=True)
        assert explanation.type is case.expected.type, case.name
        assert_nearest(compiled, case.facts)


@cache
def of_case(policy: str, day: date, numbers: Pairs, readings: Pairs) -> CompiledPolicy:
    return compile_policy(load_policy(policy, settings=dict(numbers), readings=dict(readings)), day)


def assert_nearest(compiled: CompiledPolicy, facts: dict[str, Any]) -> None:
    """A way gives its type by the policy compiled for its day; a step that is any smaller does not do its part."""
    for way in recourse(compiled, facts, compiled.type_one(facts)):
        now = Situation(facts, compiled.as_of)
        for step in way.steps:
            assert settled(compiled, step.clause, now.after(step.changes)), step.text
            for less in smaller(step.changes, now.facts):
                assert not settled(compiled, step.clause, now.after(less)), (step.text, less)
            now = now.after(step.changes)
        assert now == way.situation
        arrived = compile_policy(compiled.policy, now.day)
        assert arrived.type_one(now.facts).type is way.type, way.text
        needed = [step.clause for step in way.steps] + [way.clause] * bool(way.clause)
        assert all(settled(compiled, clause, now) for clause in needed), way.text


def smaller(changes: tuple[Change, ...], facts: Facts) -> Iterator[list[Change]]:
    """The same changes, but a day earlier, or one of them a fen or a head smaller; or a flag left as it is."""
    waits = [one for one in changes if isinstance(one, Wait)]
    others = [one for one in changes if isinstance(one, FactChange)]
    if waits:
        day = max(one.day for one in waits) - timedelta(days=1)
        yield [*others, *(replace(one, day=min(one.day, day)) for one in waits)]
    for change in others:
        rest = [one for one in changes if one is not change]
        if FACTS[change.fact].kind in (FactKind.MONEY, FactKind.COUNT):
            falls = change.value < (facts[FACTS[change.fact].columns[0]] or 0)
            yield [*rest, replace(change, value=change.value + (1 if falls else -1))]
        elif not rest:
            yield []


def settled(compiled: CompiledPolicy, clause: str, household: Situation) -> bool:
    """Whether a clause holds, or a defect has ended, by the policy compiled for the household's day."""
    then = compile_policy(compiled.policy, household.day)
    holds = bool(then.type_one(household.facts).true_mask & then.mask([clause]))
    return holds is not clause.startswith("base.")


def test_stopping_at_a_limit_that_does_not_count_would_be_caught():
    """The naive variant: the law's number itself, although the clause says more than that."""
    now = Situation(ordinary(tax_paid=800_000), AS_OF)
    ((change,),) = (step.changes for step in found(tax_paid=800_000)[DEVELOPMENT, "development.1"].steps)
    assert isinstance(change, FactChange)
    assert settled(zhengzhou(), "development.1", now.after([change]))
    assert not settled(zhengzhou(), "development.1", now.after([replace(change, value=change.beyond)]))


def test_counting_years_as_365_days_would_be_caught():
    since = date(2023, 12, 1)
    way = found(established_on=since)[GROWTH, "growth.1"]
    naive = Wait("established_on", 2, since + timedelta(days=2 * 365))
    assert way.day == date(2025, 12, 1) > naive.day
    assert not settled(
        zhengzhou(), "growth.requires.1", Situation(ordinary(established_on=since), AS_OF).after([naive])
    )
