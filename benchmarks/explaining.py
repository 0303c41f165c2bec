"""Explaining one household with everything that could change its type, against a budget of one millisecond.

The households are of every type and as varied as the sample generator makes them; the policy is compiled and its
caches are warm, as they are in a service. Two medians are shown: over all households, and over the slowest
type (of those with a hundredth of the households).
"""

import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.harness import Measurement, Size
from benchmarks.typing_statement import AS_OF, frozen
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.explain.explanation import explain
from shared.law.model.outcome import HouseholdType
from shared.law.reader.loading import load_policy

GOAL_MS = 1.0
MOST = 20_000
WARM_UP = 2_000


def measure(size: Size) -> list[Measurement]:
    """Milliseconds an explanation takes, median, over all households and over those of the slowest type."""
    compiled = compile_policy(load_policy("zhengzhou-2025"), AS_OF)
    with tempfile.TemporaryDirectory() as folder:
        table = pq.read_table(frozen(Path(folder), min(size.households, MOST)))
        households = table.to_pylist()
    for facts in households[:WARM_UP]:
        explained(compiled, facts)
    rounds = [by_type(compiled, households) for _ in range(size.rounds)]
    overall = [statistics.median(took for own in times.values() for took in own) for times in rounds]
    common = [kind for kind, own in rounds[0].items() if len(own) * 100 >= len(households)]
    slowest = max(common, key=lambda kind: statistics.median(rounds[0][kind]))
    worst = [statistics.median(times[slowest]) for times in rounds]
    goal = [GOAL_MS] * size.rounds
    return [
        Measurement("1 ms for one household", overall, goal, 1.0, unit="ms", notes=[shares(rounds[0])]),
        Measurement(f"1 ms for one household, slowest type ({slowest.slug})", worst, goal, 1.0, unit="ms"),
    ]


def by_type(compiled: CompiledPolicy, households: list[dict[str, Any]]) -> dict[HouseholdType, list[float]]:
    """Milliseconds for each household, by its type."""
    times: dict[HouseholdType, list[float]] = defaultdict(list)
    for facts in households:
        kind, took = explained(compiled, facts)
        times[kind].append(took)
    return times


def explained(compiled: CompiledPolicy, facts: dict[str, Any]) -> tuple[HouseholdType, float]:
    """The type of a household, and the milliseconds of typing and explaining it with its figures."""
    began = time.perf_counter()
    outcome = compiled.type_one(facts)
    explain(compiled, facts, outcome, with_figures=True)
    return outcome.type, (time.perf_counter() - began) * 1_000


def shares(times: dict[HouseholdType, list[float]]) -> str:
    """How many households of each type, and their medians."""
    parts = (f"{kind.slug} {len(own):,} ({statistics.median(own):.2f} ms)" for kind, own in sorted(times.items()))
    return f"households by type and median: {', '.join(parts)}"
