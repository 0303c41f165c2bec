"""Can a household meet the rules of two types? The one tested first wins; the text should mean that.

Two types may well be met by different things (a household pays much and employs three). A *collision* is narrower:
two conditions of different types on the same facts that both hold, where the text may want a limit between them.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from shared.policy.compiled import CompiledClause
from shared.policy.model import TypeRule
from shared.policy.nodes import Compare, leaves
from shared.policy.outcome import HouseholdType
from shared.policy.verifier.findings import Finding, Kind
from shared.policy.verifier.search import Search
from shared.policy.verifier.symbolic_policy import SymbolicPolicy

Household = Mapping[str, Any]
Types = tuple[HouseholdType, HouseholdType]
Clauses = tuple[str, str]


def overlaps(policy: SymbolicPolicy, search: Search) -> Iterator[Finding]:
    """Every pair of types that one household can meet, and every pair of conditions that collide."""
    for types, facts in overlapping(policy, search).items():
        witness = policy.witness(facts, met(policy, facts, types))
        about = tuple(kind.slug for kind in types)
        yield Finding(Kind.OVERLAP, f"{overlap_said(types)}。", about, (witness,))
    for pair, facts in colliding(policy, search).items():
        yield Finding(Kind.COLLISION, f"{collision_said(pair)}。", pair, (policy.witness(facts, pair),))


def overlap_said(types: Types) -> str:
    """Which types, and which of them wins."""
    first, second = types
    return f"{first.label}与{second.label}的条件可以同时符合，按判定顺序算{first.label}"


def collision_said(pair: Clauses) -> str:
    """Which clauses."""
    return f"规则 {pair[0]} 与 {pair[1]} 的界限重叠，一户可以两条都成立"


def overlapping(policy: SymbolicPolicy, search: Search) -> dict[Types, Household]:
    """Pairs of types, the winner first, with the smallest household that meets both; what is left over is no rule."""
    found: dict[Types, Household] = {}
    for first, second in combinations([rule for rule in policy.compiled.policy.types if not rule.residual], 2):
        facts = search.smallest(policy.meets(first), policy.meets(second))
        if facts is not None:
            found[first.type, second.type] = facts
    return found


def colliding(policy: SymbolicPolicy, search: Search) -> dict[Clauses, Household]:
    """Pairs of conditions of different types on the same facts, with the smallest household of which both hold."""
    found: dict[Clauses, Household] = {}
    for first, second in combinations(policy.compiled.policy.types, 2):
        both = (policy.eligible, policy.requirements(first), policy.requirements(second))
        for pair in _on_the_same(policy, first, second):
            facts = search.smallest(*both, *(policy.certain(clause) for clause in pair))
            if facts is not None:
                found[pair] = facts
    return found


def met(policy: SymbolicPolicy, facts: Household, types: Types) -> tuple[str, ...]:
    """The clauses of some types that hold of a household."""
    true = policy.compiled.names(policy.outcome(facts).true_mask)
    return tuple(one.id for one in policy.compiled.clauses if one.type in types and one.id in true)


def _on_the_same(policy: SymbolicPolicy, first: TypeRule, second: TypeRule) -> Iterator[Clauses]:
    compared = {clause.id: _compared(clause) for clause in policy.compiled.clauses}
    for one in first.any:
        for other in second.any:
            if compared[one.id] and compared[one.id] == compared[other.id]:
                yield one.id, other.id


def _compared(clause: CompiledClause) -> set[str]:
    return {leaf.fact for leaf in leaves(clause.bound) if isinstance(leaf, Compare)}
