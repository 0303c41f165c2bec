"""What an officer looks at before a draft is published: how often each clause decided, who sits on a limit, a sample to
look at by hand, and how many households another reading would move. Each is one pass over the run's files.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.typing.engine.duckdb_connection import MEMORY_LIMIT, connect, sql_literal
from shared.law.compiler.compiled_policy import CompiledClause, CompiledPolicy
from shared.law.compiler.pooled_policies import PooledPolicies
from shared.law.language.facts import FACTS, Fact, FactKind
from shared.law.language.nodes import And, Compare, Node, Or
from shared.law.model.clauses import ClauseRole
from shared.law.model.outcome import HouseholdType, Outcome

ONE_STEP = {FactKind.MONEY: 100, FactKind.COUNT: 1}
"""One yuan in fen; one person."""


@dataclass(frozen=True)
class ClauseCount:
    """How many households a clause holds for, and how many would have another type without it."""

    clause: CompiledClause
    holds: int
    decides: int


def count_clauses(results: Path, compiled: CompiledPolicy, *, memory_limit: str = MEMORY_LIMIT) -> list[ClauseCount]:
    """Every clause with its households, in the policy's order. Households share a few hundred combinations of masks."""
    query = f"SELECT type, true_mask, unknown_mask, count(*) FROM read_parquet({sql_literal(results)}) GROUP BY ALL"
    with connect(memory_limit=memory_limit, temp_directory=results.parent) as con:
        rows = con.execute(query).fetchall()
    groups = [(Outcome(HouseholdType(kind), true, unknown), households) for kind, true, unknown, households in rows]
    return [count_clause(clause, compiled, groups) for clause in compiled.clauses]


def count_clause(
    clause: CompiledClause, compiled: CompiledPolicy, groups: Sequence[tuple[Outcome, int]]
) -> ClauseCount:
    """One clause: the policy without it leaves out a defect or a condition, and asks one thing less of a type."""
    bit, met_without = 1 << clause.bit, clause.role is ClauseRole.REQUIREMENT
    holds = decides = 0
    for outcome, households in groups:
        holds += households if outcome.true_mask & bit else 0
        true = outcome.true_mask | bit if met_without else outcome.true_mask & ~bit
        without = compiled.decision.type_of(true, outcome.unknown_mask & ~bit)
        decides += households if without is not outcome.type else 0
    return ClauseCount(clause, holds, decides)


@dataclass(frozen=True)
class Limit:
    """A figure at which a clause begins or ceases to hold: fen or a number, and the clauses that compare with it."""

    fact: Fact
    value: int
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class NearLimit:
    """Typed households at a limit, and up to one yuan or one person below and above it."""

    limit: Limit
    below: int
    at: int
    above: int


def limits_of(compiled: CompiledPolicy) -> list[Limit]:
    """The limits of amounts and numbers in a policy's clauses."""
    found: dict[tuple[str, int], list[str]] = {}
    for clause in compiled.clauses:
        for leaf in _comparisons(clause.bound):
            if leaf.fact in FACTS and FACTS[leaf.fact].kind in ONE_STEP and isinstance(leaf.operand, int):
                names = found.setdefault((leaf.fact, leaf.operand), [])
                names += [] if clause.id in names else [clause.id]
    return [Limit(FACTS[fact], value, tuple(names)) for (fact, value), names in sorted(found.items())]


def _comparisons(node: Node) -> Iterator[Compare]:
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _comparisons(part)
    elif isinstance(node, Compare):
        yield node


def count_near_limits(
    snapshot: Path, results: Path, compiled: CompiledPolicy, *, memory_limit: str = MEMORY_LIMIT
) -> list[NearLimit]:
    """How many eligible households sit on each limit of a policy; figures known only as a band do not count."""
    limits = limits_of(compiled)
    if not limits:
        return []
    counts = ", ".join(f"count(*) FILTER ({condition})" for limit in limits for condition in _near(limit))
    query = (
        f"SELECT {counts} FROM read_parquet({sql_literal(snapshot)}) s JOIN read_parquet({sql_literal(results)}) r"
        f" ON r.uscc = s.uscc WHERE r.type <> {HouseholdType.INELIGIBLE.value}"
    )
    with connect(memory_limit=memory_limit, temp_directory=results.parent) as con:
        (row,) = con.execute(query).fetchall()
    return [NearLimit(limit, *row[place * 3 : place * 3 + 3]) for place, limit in enumerate(limits)]


def _near(limit: Limit) -> tuple[str, str, str]:
    """SQL of the three places: below, at and above the limit."""
    first, last = f"s.{limit.fact.columns[0]}", f"s.{limit.fact.columns[-1]}"
    known = f"{first} = {last}" + (f" AND s.{limit.fact.guard}" if limit.fact.guard else "")
    step, value = ONE_STEP[limit.fact.kind], limit.value
    return (
        f"{known} AND {first} >= {value - step} AND {first} < {value}",
        f"{known} AND {first} = {value}",
        f"{known} AND {first} > {value} AND {first} <= {value + step}",
    )


@dataclass(frozen=True)
class SampledHousehold:
    """A household of the sample: its result, and its row of the snapshot."""

    type: HouseholdType
    clauses: tuple[str, ...]
    unknown: tuple[str, ...]
    facts: Mapping[str, Any]


def draw_households(
    snapshot: Path, results: Path, compiled: CompiledPolicy, seed: str, most: int, *, memory_limit: str = MEMORY_LIMIT
) -> list[SampledHousehold]:
    """At most so many households, of every type as equally many as there are: the same for the same seed and files.

    Within a type they are in the order of MD5(seed, code), which nobody can steer and everybody can reckon again.
    """
    drawn = "md5(? || ' ' || uscc)"
    query = (
        f"SELECT s.*, r.type, r.true_mask, r.unknown_mask FROM (SELECT *, row_number() OVER"
        f" (PARTITION BY type ORDER BY {drawn}) AS place FROM read_parquet({sql_literal(results)})"
        f" QUALIFY place <= {most}) r JOIN read_parquet({sql_literal(snapshot)}) s ON s.uscc = r.uscc"
        f" ORDER BY r.place, r.type LIMIT {most}"
    )
    with connect(memory_limit=memory_limit, temp_directory=results.parent) as con:
        con.execute(query, [seed])
        names = [column[0] for column in con.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in con.fetchall()]
    return [
        SampledHousehold(
            HouseholdType(row.pop("type")),
            compiled.names(row.pop("true_mask")),
            compiled.names(row.pop("unknown_mask")),
            row,
        )
        for row in rows
    ]


def count_moves(
    snapshot: Path, versions: PooledPolicies, *, memory_limit: str = MEMORY_LIMIT
) -> list[dict[tuple[HouseholdType, HouseholdType], int]]:
    """For every version after the first the households that go from one type to another, all in one pass."""
    typed = versions.query(("uscc",), f"read_parquet({sql_literal(snapshot)})")
    query = f"SELECT {', '.join(versions.type_columns)}, count(*) FROM ({typed}) GROUP BY ALL"
    with connect(memory_limit=memory_limit, temp_directory=snapshot.parent) as con:
        rows = con.execute(query).fetchall()
    moves: list[Counter[tuple[HouseholdType, HouseholdType]]] = [Counter() for _ in versions.type_columns[1:]]
    for before, *others, households in rows:
        for place, after in enumerate(others):
            if after != before:
                moves[place][HouseholdType(before), HouseholdType(after)] += households
    return [dict(sorted(one.items())) for one in moves]
