"""Anomalies of one policy: gaps, unset numbers, clauses without effect, overlapping types and conflicting clauses.

A *gap* is an eligible household without a type. Two types *overlap* when one household can meet both; the one tested
first wins; the two may be met through different facts (a household pays much tax and employs three). A *conflict* is
narrower: two conditions of different types on the same facts that can both hold, where the text may need a limit
between them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import z3

from shared.law.compiler.compiled_policy import CompiledClause
from shared.law.language.nodes import Compare, Never, leaves, parameters_in
from shared.law.model.clauses import ClauseRole, TypeRule
from shared.law.model.outcome import HouseholdType
from shared.law.verifier.findings import Finding, FindingKind
from shared.law.verifier.search import Search
from shared.law.verifier.z3_compiler import SymbolicPolicy


def find_gaps(policy: SymbolicPolicy, search: Search) -> Iterator[Finding]:
    """The smallest household in a gap, or that there is none; then the smallest undetermined one, or that there is
    none.
    """
    facts = search.smallest(policy.typed(HouseholdType.GAP))
    if facts is None:
        yield Finding(FindingKind.NO_GAP, "没有规则空档：符合基础标准、不缺数据的户，都有一型（已证明）。")
    else:
        rules = tuple(clause.id for clause in policy.compiled.clauses if clause.role is not ClauseRole.DEFECT)
        text = "有规则空档：符合基础标准，也不缺数据，却哪一型都不是；最简单的一户如下。"
        yield Finding(FindingKind.GAP, text, (), (policy.witness(facts, rules),))
    facts = search.smallest(policy.typed(HouseholdType.UNDETERMINED))
    if facts is None:
        yield _never_undetermined(policy, search)
    else:
        witness = policy.witness(facts)
        yield Finding(FindingKind.UNDETERMINED, "缺数据时可能待核；缺得最少的一户如下。", witness.clauses, (witness,))


def _never_undetermined(policy: SymbolicPolicy, search: Search) -> Finding:
    """No household is undetermined; where that rests on a residual type, the one that lacks least and may be higher."""
    text = "不会待核：不论缺什么数据，符合基础标准的户都有一型（已证明）"
    rules = policy.compiled.policy.types
    residual = next((rule for rule in rules if rule.residual), None)
    if residual is not None:
        higher = [policy.may_meet(rule) for rule in rules if rule.type > residual.type]
        facts = search.smallest(policy.typed(residual.type), z3.Or(higher))
        if facts is not None:
            unknown = policy.compiled.names(policy.outcome(facts).unknown_mask)
            text += f"。缺数据的户先算{residual.type.label}，补齐以后可能更高；缺得最少的一户如下"
            return Finding(FindingKind.NEVER_UNDETERMINED, f"{text}。", (), (policy.witness(facts, unknown),))
    return Finding(FindingKind.NEVER_UNDETERMINED, f"{text}。")


def find_unset_parameters(policy: SymbolicPolicy) -> Iterator[Finding]:
    """The numbers that the text leaves open, and the clauses that are false until they are set."""
    waiting = [clause for clause in policy.compiled.clauses if isinstance(clause.bound, Never)]
    for parameter in policy.compiled.policy.unset(policy.compiled.as_of, required=False):
        needed = [clause.id for clause in waiting if parameter.name in parameters_in(clause.clause.expression.root)]
        text = f"数额没有定：{parameter.name}（{parameter.title}，依据 {parameter.citation}）"
        yield Finding(
            FindingKind.UNSET,
            f"{text}；设定以前，规则 {'、'.join(needed)} 不成立。" if needed else f"{text}。",
            (parameter.name, *needed),
        )


def find_idle_clauses(policy: SymbolicPolicy, search: Search) -> Iterator[Finding]:
    """Clauses and types that can never hold or never matter; clauses with an unset parameter are left out."""
    for clause in policy.compiled.clauses:
        if not isinstance(clause.bound, Never):
            why = f"政策文件的说明：{clause.clause.idle}。" if clause.clause.idle else ""
            yield from (replace(found, text=found.text + why) for found in _idle_clause(policy, search, clause))
    for rule in policy.compiled.policy.types:
        if not search.exists(policy.typed(rule.type)):
            yield Finding(
                FindingKind.TYPE_NEVER_GIVEN, f"没有一户会判定为{rule.type.label}（已证明）。", (rule.type.slug,)
            )


def _idle_clause(policy: SymbolicPolicy, search: Search, clause: CompiledClause) -> Iterator[Finding]:
    named = f"规则 {clause.id}“{clause.title}”"
    decided = (policy.eligible, z3.Not(policy.undecided))
    if not search.exists(policy.certain(clause.id)):
        yield Finding(FindingKind.NEVER_HOLDS, f"{named}永远不会成立（已证明）。", (clause.id,))
    elif clause.role is ClauseRole.DEFECT:
        yield from _idle_defect(policy, search, clause, named)
    elif not search.exists(*decided, z3.Not(policy.certain(clause.id))):
        yield Finding(FindingKind.ALWAYS_HOLDS, f"{named}：数据齐全、符合基础标准的户都成立（已证明）。", (clause.id,))
    elif clause.role is ClauseRole.CONDITION and not search.exists(*decided, _decides_alone(policy, clause)):
        text = f"{named}：数据齐全时，去掉这一条也不会改变任何一户的类型（已证明）；缺数据时才可能起作用。"
        yield Finding(FindingKind.NEVER_DECIDES, text, (clause.id,))
    elif clause.role is ClauseRole.REQUIREMENT and not search.exists(*decided, _keeps_out_alone(policy, clause)):
        text = f"{named}：数据齐全时，去掉这一项前提也不会改变任何一户的类型（已证明）。"
        yield Finding(FindingKind.NEVER_DECIDES, text, (clause.id,))


def _idle_defect(policy: SymbolicPolicy, search: Search, clause: CompiledClause, named: str) -> Iterator[Finding]:
    """A defect that excludes everybody, or nobody whom no other defect excludes."""
    others = [policy.certain(other.id) for other in policy.compiled.policy.eligibility if other.id != clause.id]
    if not search.exists(z3.Not(policy.certain(clause.id)), z3.Not(policy.undecided)):
        text = f"{named}：数据齐全的每一户都有这种情形，没有一户符合基础标准（已证明）。"
        yield Finding(FindingKind.NEVER_HOLDS, text, (clause.id,))
    elif not search.exists(policy.certain(clause.id), z3.Not(z3.Or(others)), z3.Not(policy.undecided)):
        text = f"{named}：有这种情形的户都另有别的情形，去掉这一条也不会改变任何一户（已证明）。"
        yield Finding(FindingKind.NEVER_DECIDES, text, (clause.id,))


def _keeps_out_alone(policy: SymbolicPolicy, clause: CompiledClause) -> z3.BoolRef:
    """The formula that the household is not of the type because of this requirement alone."""
    (rule,) = (rule for rule in policy.compiled.policy.types if rule.type is clause.type)
    others = [policy.certain(other.id) for other in rule.requires if other.id != clause.id]
    conditions = z3.BoolVal(True) if rule.residual else z3.Or([policy.certain(one.id) for one in rule.any])
    earlier = [z3.Not(policy.typed(other.type)) for other in policy.compiled.policy.rules_before(rule)]
    return z3.And(z3.Not(policy.certain(clause.id)), *others, conditions, *earlier)


def _decides_alone(policy: SymbolicPolicy, clause: CompiledClause) -> z3.BoolRef:
    """The formula that the household has its type because of this condition alone."""
    (rule,) = (rule for rule in policy.compiled.policy.types if rule.type is clause.type)
    others = [z3.Not(policy.certain(condition.id)) for condition in rule.any if condition.id != clause.id]
    return z3.And(policy.typed(rule.type), policy.certain(clause.id), *others)


Household = Mapping[str, Any]
TypePair = tuple[HouseholdType, HouseholdType]
ClausePair = tuple[str, str]


def find_overlaps(policy: SymbolicPolicy, search: Search) -> Iterator[Finding]:
    """Every pair of types that one household can meet, and every pair of conflicting conditions."""
    for types, facts in overlapping_types(policy, search).items():
        witness = policy.witness(facts, met_clauses(policy, facts, types))
        about = tuple(kind.slug for kind in types)
        yield Finding(FindingKind.OVERLAP, f"{overlap_text(types)}。", about, (witness,))
    for pair, facts in conflicting_clauses(policy, search).items():
        yield Finding(FindingKind.CONFLICT, f"{conflict_text(pair)}。", pair, (policy.witness(facts, pair),))


def overlap_text(types: TypePair) -> str:
    """The sentence about two overlapping types, and which of them wins."""
    first, second = types
    return f"{first.label}与{second.label}的条件可以同时符合，按判定顺序算{first.label}"


def conflict_text(pair: ClausePair) -> str:
    """The sentence about two conflicting clauses."""
    return f"规则 {pair[0]} 与 {pair[1]} 的界限重叠，一户可以两条都成立"


def overlapping_types(policy: SymbolicPolicy, search: Search) -> dict[TypePair, Household]:
    """Pairs of types, the winner first, with the smallest household that meets both; the residual type has no rule and
    overlaps with none.
    """
    examples: dict[TypePair, Household] = {}
    for first, second in combinations([rule for rule in policy.compiled.policy.types if not rule.residual], 2):
        facts = search.smallest(policy.meets(first), policy.meets(second))
        if facts is not None:
            examples[first.type, second.type] = facts
    return examples


def conflicting_clauses(policy: SymbolicPolicy, search: Search) -> dict[ClausePair, Household]:
    """Pairs of conditions of different types on the same facts, with the smallest household for which both hold."""
    examples: dict[ClausePair, Household] = {}
    for first, second in combinations(policy.compiled.policy.types, 2):
        both = (policy.eligible, policy.requirements(first), policy.requirements(second))
        for pair in _conditions_on_same_facts(policy, first, second):
            facts = search.smallest(*both, *(policy.certain(clause) for clause in pair))
            if facts is not None:
                examples[pair] = facts
    return examples


def met_clauses(policy: SymbolicPolicy, facts: Household, types: TypePair) -> tuple[str, ...]:
    """The clauses of some types that hold of a household."""
    true = policy.compiled.names(policy.outcome(facts).true_mask)
    return tuple(clause.id for clause in policy.compiled.clauses if clause.type in types and clause.id in true)


def _conditions_on_same_facts(policy: SymbolicPolicy, first: TypeRule, second: TypeRule) -> Iterator[ClausePair]:
    compared = {clause.id: _compared_facts(clause) for clause in policy.compiled.clauses}
    for condition in first.any:
        for other in second.any:
            if compared[condition.id] and compared[condition.id] == compared[other.id]:
                yield condition.id, other.id


def _compared_facts(clause: CompiledClause) -> set[str]:
    return {leaf.fact for leaf in leaves(clause.bound) if isinstance(leaf, Compare)}
