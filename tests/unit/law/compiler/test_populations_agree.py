"""DuckDB and the Python function agree on whole populations: random households at and around every limit, every policy.

MINGLU_TEST_POPULATION sets how many households are tried over all policies (default 50,000; nightly 1,000,000).
"""

import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from shared.law.compiler.binding import cutoff
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.compiler.duckdb_compiler import DuckDBCompiler
from shared.law.language.facts import FACTS, Fact, FactKind
from shared.law.language.nodes import Compare, leaves
from shared.law.model.outcome import Outcome, TypeDecision
from shared.law.reader.loading import load_policy
from tests.unit.law.policy_samples import nullable, typed_by_duckdb

POPULATION = int(os.environ.get("MINGLU_TEST_POPULATION", "50000"))
AS_OF = date(2026, 7, 15)
POLICIES: dict[str, dict[str, str]] = {
    "zhengzhou-2025": {},
    "daxinganling-2024": {},
    "tianjin-2024": {"growth_revenue_from": "200000", "development_revenue_from": "500000"},
}
CHUNK = 25_000


def limits(compiled: CompiledPolicy, fact: str) -> list[int]:
    """The numbers a policy compares a fact with."""
    found = [leaf for clause in compiled.clauses for leaf in leaves(clause.bound)]
    return [one.operand for one in found if isinstance(one, Compare) and one.fact == fact and type(one.operand) is int]


def drawer(compiled: CompiledPolicy, fact: Fact, dice: random.Random) -> Callable[[], dict[str, Any]]:
    """Draws a fact's columns: unknown, at a limit, beside it, or anywhere."""
    if fact.kind is FactKind.FLAG:
        return lambda: {fact.name: dice.choice((True, False, False, None))}
    if fact.kind is FactKind.DATE:
        turns = [cutoff(AS_OF, years) for years in (1, 2, 3, 6, 10)] + [date(2026, 1, 1), AS_OF]
        days = [day + timedelta(step) for day in turns for step in (-1, 0, 1) if day + timedelta(step) <= AS_OF]
        return lambda: {fact.name: dice.choice((*days, date(2016, 2, 29), None))}
    if fact.kind in (FactKind.CHOICE, FactKind.TEXT):
        words = [*(fact.choices or {"410105": ""}), next(iter(fact.choices), "410105")]
        return lambda: {fact.name: dice.choice(words)}
    near = [max(0, limit + step) for limit in (*limits(compiled, fact.name), 0) for step in (-1, 0, 1)]
    numbers = [*near, *(dice.randrange(10**9) for _ in range(5))]
    if not fact.interval:
        return lambda: {fact.name: dice.choice((*numbers, None))}

    def band() -> dict[str, Any]:
        low, high = sorted((dice.choice(numbers), dice.choice(numbers)))
        ends = dice.choice(((low, low), (low, low), (low, high), (None, high), (low, None), (None, None)))
        return dict(zip(fact.columns, ends, strict=True))

    return band


def population(compiled: CompiledPolicy, size: int, seed: int) -> list[dict[str, Any]]:
    """Made-up households, the same for the same seed."""
    dice = random.Random(seed)
    drawers = [drawer(compiled, fact, dice) for fact in FACTS.values()]
    return [{name: value for draw in drawers for name, value in draw().items()} for _ in range(size)]


def differing(compiled: CompiledPolicy, statement: str, households: list[dict[str, Any]]) -> int:
    """How many households the two type otherwise."""
    by_duckdb: list[Outcome] = typed_by_duckdb(households, statement)
    return sum(compiled.type_one(one) != other for one, other in zip(households, by_duckdb, strict=True))


@pytest.mark.parametrize("name", POLICIES)
def test_a_population_is_typed_alike(name: str):
    compiled = compile_policy(load_policy(name, settings=POLICIES[name]), AS_OF)
    size = POPULATION // len(POLICIES)
    types: set[int] = set()
    for start in range(0, size, CHUNK):
        some = population(compiled, min(CHUNK, size - start), seed=start)
        assert differing(compiled, compiled.duckdb_query(nullable(some), columns=("uscc",)), some) == 0
        types |= {int(compiled.type_one(one).type) for one in some[:2000]}
    assert len(types) >= 4, "the population is too alike to show anything"


def test_a_wrong_statement_would_be_seen():
    """The planted fault: the types are tested in another order."""
    compiled = compile_policy(load_policy("zhengzhou-2025"), AS_OF)
    turned = replace(compiled.decision, tests=compiled.decision.tests[::-1])
    assert isinstance(turned, TypeDecision)
    statement = DuckDBCompiler([clause.bound for clause in compiled.clauses], turned, None).query(("uscc",), "snapshot")
    assert differing(compiled, statement, population(compiled, 2000, seed=1)) > 0
