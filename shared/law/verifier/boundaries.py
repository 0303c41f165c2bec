"""For every limit in a clause, one household with each of the two adjacent values: with the clause true, and with it
false.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import z3

from shared.law.compiler.compiled_policy import CompiledClause
from shared.law.explain.phrases import fact_phrase
from shared.law.language.facts import FACTS, Fact
from shared.law.language.nodes import Compare, Operator, ParameterRef, leaves
from shared.law.model.clauses import ClauseRole
from shared.law.verifier.findings import Finding, FindingKind
from shared.law.verifier.search import Search
from shared.law.verifier.z3_compiler import SymbolicPolicy

_STEPS: Mapping[Operator, tuple[int, int]] = MappingProxyType(
    {"<": (-1, 0), "<=": (0, 1), ">": (1, 0), ">=": (0, -1), "=": (0, 1), "<>": (1, 0)}
)
"""From the limit to the nearest value that meets the comparison, and to the nearest that does not."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Two adjacent values of a fact, encoded for z3; only the first meets the comparison."""

    name: str
    met: int
    missed: int

    @property
    def fact(self) -> Fact:
        """The fact that is limited."""
        return FACTS[self.name]


def find_boundaries(policy: SymbolicPolicy, search: Search) -> Iterator[Finding]:
    """A finding for every limit of every clause, with both households; or that the limit never matters."""
    for clause in policy.compiled.clauses:
        for limit in _boundaries_of(clause, search):
            yield _boundary_finding(policy, search, clause, limit)


def _boundaries_of(clause: CompiledClause, search: Search) -> dict[Boundary, None]:
    """The limits of a clause, each once, from left to right; choices and texts have none."""
    boundaries: dict[Boundary, None] = {}
    for leaf in leaves(clause.bound):
        if isinstance(leaf, Compare) and not isinstance(leaf.operand, str | ParameterRef):
            at = search.symbols.encode(FACTS[leaf.fact], leaf.operand)
            met, missed = _STEPS[leaf.operator]
            boundaries[Boundary(leaf.fact, at + met, at + missed)] = None
    return boundaries


def _boundary_finding(policy: SymbolicPolicy, search: Search, clause: CompiledClause, limit: Boundary) -> Finding:
    named = f"规则 {clause.id}“{clause.title}”"
    pair = _neighbours(policy, search, clause, limit)
    if pair is None:
        text = f"{named}：{limit.fact.label}的一处界限对任何一户都不起作用（已证明）。"
        return Finding(FindingKind.LIMIT_WITHOUT_EFFECT, text, (clause.id,))
    sides = zip(pair, ("成立", "不成立"), strict=True)
    witnesses = tuple(policy.witness(facts, (clause.id,), side=side) for facts, side in sides)
    lines = (
        f"{fact_phrase(limit.name, witness.facts, with_figures=True)}，{witness.side}（{witness.outcome.type.label}）"
        for witness in witnesses
    )
    return Finding(FindingKind.BOUNDARY, f"{named}：{'；'.join(lines)}。", (clause.id,), witnesses)


def _neighbours(
    policy: SymbolicPolicy, search: Search, clause: CompiledClause, limit: Boundary
) -> tuple[dict[str, object], dict[str, object]] | None:
    """The household on both sides of a limit: if possible one whose type changes, otherwise one for which the clause
    matters.
    """
    cells = [search.symbols.cells[column] for column in limit.fact.columns]

    def beyond(test: z3.BoolRef) -> z3.BoolRef:
        return z3.substitute(test, *((cell.value, z3.IntVal(limit.missed)) for cell in cells))

    turns = [
        *(z3.And(cell.known, cell.value == limit.met) for cell in cells),
        policy.certain(clause.id),
        beyond(z3.Not(policy.possible(clause.id))),
        beyond(search.possible),
    ]
    deciding, counting = policy.code != beyond(policy.code), beyond(_relevant(policy, clause))
    tries = (search.smallest(*turns, *more) for more in ([deciding], [counting], []))
    facts = next((found for found in tries if found is not None), None)
    if facts is None:
        return None
    return facts, {**facts, **dict.fromkeys(limit.fact.columns, search.symbols.decode(limit.fact, limit.missed))}


def _relevant(policy: SymbolicPolicy, clause: CompiledClause) -> z3.BoolRef:
    """The formula that the rest of the base standard and of the type's requirements is met, so that the
    clause matters.
    """
    if clause.role is not ClauseRole.CONDITION:
        return policy.eligible
    (rule,) = (rule for rule in policy.compiled.policy.types if rule.type is clause.type)
    return z3.And(policy.eligible, policy.requirements(rule))
