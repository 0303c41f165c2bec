"""A policy compiled for one as-of date: the clauses by bit, and both ways to type.

The DuckDB statement and the Python function come from the same bound tree and agree on every household
(tests/unit/law/compiler checks it on random and boundary ones). Typing is a pure function of facts, policy content
and as-of date.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from shared.law.compiler.binding import bind
from shared.law.compiler.duckdb_compiler import DuckDBCompiler
from shared.law.compiler.python_compiler import MaskFunction, compile_python
from shared.law.language.errors import PolicyError, PolicyUnset
from shared.law.language.nodes import Node
from shared.law.language.units import Values
from shared.law.model.clauses import Citation, Clause, ClauseRole, TypeRule, fill_title, values_on
from shared.law.model.outcome import HouseholdType, Outcome, TypeDecision, TypeTest
from shared.law.model.policy import Policy

MAX_CLAUSES = 64


@dataclass(frozen=True, slots=True)
class CompiledClause:
    """A clause with its bit in the masks; `title` has the parameters' values of the day filled in."""

    id: str
    bit: int
    role: ClauseRole
    type: HouseholdType
    title: str
    citation: Citation
    expression_text: str
    clause: Clause
    bound: Node


class CompiledPolicy:
    """A policy with its clauses bound to `as_of`. `values`: every parameter's value on `as_of` (None: unset), built-in
    ones included.
    """

    def __init__(self, policy: Policy, as_of: date, clauses: Sequence[CompiledClause], values: Values) -> None:
        self.policy = policy
        self.as_of = as_of
        self.clauses = tuple(clauses)
        self.values = values
        self.decision = _decision(policy, {clause.id: clause.bit for clause in clauses})

    def duckdb_select(self, nullable: Collection[str] | None = None) -> str:
        """A SELECT list over a relation of snapshot columns: true_mask UBIGINT, unknown_mask UBIGINT, type TINYINT.

        `nullable` are the columns in which some household's fact is unknown (a guarded one only where its
        guard does not say that there is none); None stands for all of them.
        """
        return self._duckdb(nullable).select_list()

    def duckdb_query(
        self,
        nullable: Collection[str] | None = None,
        *,
        columns: Sequence[str] = ("uscc", "region_code"),
        relation: str = "snapshot",
    ) -> str:
        """A whole query: `columns`, then type, true_mask, unknown_mask. A little faster than the SELECT list."""
        return self._duckdb(nullable).query(columns, relation)

    def type_one(self, facts: Mapping[str, Any]) -> Outcome:
        """The outcome of one household; facts by snapshot column, None = unknown, all columns present."""
        true, unknown = self._masks(facts)
        return Outcome(self.decision.type_of(true, unknown), true, unknown)

    def names(self, mask: int) -> tuple[str, ...]:
        """The ids of the clauses in a mask, in bit order."""
        return tuple(clause.id for clause in self.clauses if mask >> clause.bit & 1)

    def mask(self, ids: Iterable[str]) -> int:
        """The mask of clause ids; KeyError for an unknown one."""
        bits = {clause.id: clause.bit for clause in self.clauses}
        return sum(1 << bits[name] for name in set(ids))

    @cached_property
    def _masks(self) -> MaskFunction:
        return compile_python([clause.bound for clause in self.clauses])

    def _duckdb(self, nullable: Collection[str] | None) -> DuckDBCompiler:
        return DuckDBCompiler([clause.bound for clause in self.clauses], self.decision, nullable)


def compile_policy(policy: Policy, as_of: date) -> CompiledPolicy:
    """Bind a policy to a date. Errors: PolicyUnset when a required parameter has no value."""
    missing = policy.unset(as_of, required=True)
    if missing:
        lines = tuple(f"{parameter.name}（{parameter.title}，依据 {parameter.citation}）" for parameter in missing)
        raise PolicyUnset(policy.id, tuple(parameter.name for parameter in missing), lines)
    values = values_on(policy.parameters, as_of)
    clauses = policy.clauses()
    if len(clauses) > MAX_CLAUSES:
        raise PolicyError(f"政策 {policy.id} 有 {len(clauses)} 条规则，上限是 {MAX_CLAUSES} 条")
    compiled = [_compile_clause(clause, bit, policy, values, as_of) for bit, clause in enumerate(clauses)]
    return CompiledPolicy(policy, as_of, compiled, values)


def _compile_clause(clause: Clause, bit: int, policy: Policy, values: Values, as_of: date) -> CompiledClause:
    return CompiledClause(
        id=clause.id,
        bit=bit,
        role=clause.role,
        type=clause.type,
        title=fill_title(clause.title, policy.parameters, values),
        citation=clause.citation,
        expression_text=clause.expression.text,
        clause=clause,
        bound=bind(clause.expression.root, values, as_of),
    )


def _decision(policy: Policy, bits: Mapping[str, int]) -> TypeDecision:
    def mask(clauses: Iterable[Clause]) -> int:
        return sum(1 << bits[clause.id] for clause in clauses)

    def test(rule: TypeRule) -> TypeTest:
        return TypeTest(rule.type, mask(rule.requires), mask(rule.any), rule.residual)

    return TypeDecision(mask(policy.eligibility), tuple(test(rule) for rule in policy.types))
