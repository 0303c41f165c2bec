"""Clauses that never hold, always hold, or never decide; types that nobody gets; numbers that are not set."""

from collections.abc import Iterator

import z3

from shared.policy.compiled import CompiledClause
from shared.policy.model import Role
from shared.policy.nodes import Never, parameters_in
from shared.policy.verifier.findings import Finding, Kind
from shared.policy.verifier.search import Search
from shared.policy.verifier.symbolic_policy import SymbolicPolicy


def unset(policy: SymbolicPolicy) -> Iterator[Finding]:
    """The numbers that the text leaves open, and the clauses that are false until they are set."""
    waiting = [clause for clause in policy.compiled.clauses if isinstance(clause.bound, Never)]
    for one in policy.compiled.policy.unset(policy.compiled.as_of, required=False):
        needed = [clause.id for clause in waiting if one.name in parameters_in(clause.clause.expression.root)]
        text = f"数额没有定：{one.name}（{one.title}，依据 {one.citation}）"
        yield Finding(
            Kind.UNSET,
            f"{text}；设定以前，规则 {'、'.join(needed)} 不成立。" if needed else f"{text}。",
            (one.name, *needed),
        )


def clauses(policy: SymbolicPolicy, search: Search) -> Iterator[Finding]:
    """What is wrong or idle about single clauses and types; of clauses whose number is unset, nothing."""
    for clause in policy.compiled.clauses:
        if not isinstance(clause.bound, Never):
            yield from _clause(policy, search, clause)
    for rule in policy.compiled.policy.types:
        if not search.exists(policy.typed(rule.type)):
            yield Finding(Kind.TYPE_NEVER_GIVEN, f"没有一户会判定为{rule.type.label}（已证明）。", (rule.type.slug,))


def _clause(policy: SymbolicPolicy, search: Search, clause: CompiledClause) -> Iterator[Finding]:
    named = f"规则 {clause.id}“{clause.title}”"
    known = (policy.eligible, z3.Not(policy.undecided))
    if not search.exists(policy.certain(clause.id)):
        yield Finding(Kind.NEVER_HOLDS, f"{named}永远不会成立（已证明）。", (clause.id,))
    elif clause.role is Role.DEFECT:
        return
    elif not search.exists(*known, z3.Not(policy.certain(clause.id))):
        yield Finding(Kind.ALWAYS_HOLDS, f"{named}：数据齐全、符合基础标准的户都成立（已证明）。", (clause.id,))
    elif clause.role is Role.CONDITION and not search.exists(*known, _alone(policy, clause)):
        text = f"{named}：数据齐全时，去掉这一条也不会改变任何一户的类型（已证明）；缺数据时才可能起作用。"
        yield Finding(Kind.NEVER_DECIDES, text, (clause.id,))


def _alone(policy: SymbolicPolicy, clause: CompiledClause) -> z3.BoolRef:
    """The household has its type because of this condition alone."""
    (rule,) = (rule for rule in policy.compiled.policy.types if rule.type is clause.type)
    others = [z3.Not(policy.certain(one.id)) for one in rule.any if one.id != clause.id]
    return z3.And(policy.typed(rule.type), policy.certain(clause.id), *others)
