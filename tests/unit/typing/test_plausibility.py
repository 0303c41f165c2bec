"""Whether a draft makes sense: shares beside last year's, and what each clause decided."""

import datetime as dt

from services.typing.engine.plausibility import count_clause, limits_of
from services.typing.plausibility.domain import share_warnings, shares
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.model.outcome import HouseholdType, Outcome
from shared.law.reader.loading import load_policy

DAY = dt.date(2026, 7, 1)
GROWTH, DEVELOPMENT, SURVIVAL = HouseholdType.GROWTH, HouseholdType.DEVELOPMENT, HouseholdType.SURVIVAL


def zhengzhou() -> CompiledPolicy:
    return compile_policy(load_policy("zhengzhou-2025"), DAY)


def test_a_share_far_from_last_years_is_pointed_out() -> None:
    found = shares({GROWTH: 38, SURVIVAL: 62}, {GROWTH: 30, SURVIVAL: 70})
    assert [(one.type, one.percent, one.last_year_percent) for one in found if one.households] == [
        (SURVIVAL, 62.0, 70.0),
        (GROWTH, 38.0, 30.0),
    ]
    assert list(share_warnings(found, 8)) == []
    first, second = share_warnings(found, 7.5)
    assert first == "生存型占62.0%，上年占70.0%，相差超过7.5个百分点，请核实原因"
    assert second.startswith("成长型")


def test_without_a_published_year_before_nothing_is_compared() -> None:
    found = shares({GROWTH: 1}, {})
    assert {one.last_year_percent for one in found} == {None}
    assert list(share_warnings(found, 0)) == []


def test_a_clause_decides_where_the_type_would_be_another_without_it() -> None:
    """Two conditions that both hold: neither alone decides. A requirement decides where it alone is missing."""
    compiled = zhengzhou()
    by_id = {clause.id: clause for clause in compiled.clauses}

    def outcome(*names: str) -> Outcome:
        mask = compiled.mask(names)
        return Outcome(compiled.decision.type_of(mask, 0), mask, 0)

    old, both = ("development.requires.1", "growth.requires.1"), ("growth.1", "growth.2")
    groups = [(outcome(*old, "growth.1"), 5), (outcome(*old, *both), 7), (outcome("survival.1", "growth.1"), 11)]
    counted = {name: count_clause(by_id[name], compiled, groups) for name in by_id}
    assert (counted["growth.1"].holds, counted["growth.1"].decides) == (23, 5)
    assert (counted["growth.2"].holds, counted["growth.2"].decides) == (7, 0)
    assert counted["growth.requires.1"].decides == 11
    assert counted["base.abnormal"].decides == 0


def test_limits_are_the_amounts_and_numbers_that_clauses_compare_with() -> None:
    limits = {(one.fact.name, one.value): one.clauses for one in limits_of(zhengzhou())}
    assert limits["tax_paid", 10_000_00] == ("development.1", "growth.1")
    assert limits["revenue", 600_000_00] == ("development.3", "growth.3")
    assert ("established_on", 2) not in limits
