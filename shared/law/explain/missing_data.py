"""What each missing fact would change, and which types are still possible once all are known.

`missing_data` asks one fact at a time, the others unchanged: the type under every answer that its bureau could give.
`possible_types` searches the combined answers to all unknown facts and prunes where no further type is reachable: the
decision gives an upper bound from two masks, so the search usually ends after a few steps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.compiler.evaluator import Facts, deciding_leaves
from shared.law.explain.answers import ORDERED_KINDS, Answer, answers_within_band, possible_answers
from shared.law.explain.minimal_change import assume, is_settled
from shared.law.explain.phrases import answer_phrase, becomes, types_phrase
from shared.law.language.facts import FACTS
from shared.law.language.nodes import facts_in
from shared.law.model.outcome import HouseholdType, Outcome, TypeDecision


class Reach(NamedTuple):
    """The types that no certain clause excludes, and the undecided clauses that choose between them."""

    types: frozenset[HouseholdType]
    open_mask: int


def reachable_types(decision: TypeDecision, outcome: Outcome) -> Reach:
    """An upper bound: every undecided clause is taken to be independent of the others."""
    _, true, unknown = outcome
    if true & decision.defects:
        return Reach(frozenset({HouseholdType.INELIGIBLE}), 0)
    types = {HouseholdType.INELIGIBLE} if unknown & decision.defects else set()
    concerned, maybe = decision.defects, true | unknown
    for test in decision.tests:
        if true & test.requires == test.requires and (test.residual or true & test.any):
            return Reach(frozenset(types | {test.type}), unknown & concerned)
        if maybe & test.requires == test.requires and (test.residual or maybe & test.any):
            types.add(test.type)
            concerned |= test.requires | test.any
    return Reach(frozenset(types | {HouseholdType.GAP}), unknown & concerned)


def possible_types(compiled: CompiledPolicy, facts: Facts, outcome: Outcome) -> tuple[HouseholdType, ...]:
    """The types, best first, that are possible once all unknown facts are known; only one when the type is settled."""
    types: set[HouseholdType] = set()
    _search(compiled, facts, outcome, types)
    order = [*(test.type for test in compiled.decision.tests), HouseholdType.GAP, HouseholdType.INELIGIBLE]
    return tuple(kind for kind in order if kind in types)


def _search(compiled: CompiledPolicy, facts: Facts, outcome: Outcome, reached: set[HouseholdType]) -> None:
    bound = reachable_types(compiled.decision, outcome)
    if bound.types <= reached:
        return
    if len(bound.types) == 1:
        reached |= bound.types
        return
    name = _next_unknown_fact(compiled, facts, bound.open_mask)
    for answer in answers_within_band(possible_answers(compiled)[name], name, facts):
        supposed = assume(facts, name, answer.sample)
        _search(compiled, supposed, compiled.type_one(supposed), reached)


def _next_unknown_fact(compiled: CompiledPolicy, facts: Facts, open_mask: int) -> str:
    """An unknown fact of the first undecided clause; a guard before the figure that it guards."""
    undecided = (clause for clause in compiled.clauses if open_mask >> clause.bit & 1)
    return next(name for clause in undecided for name in facts_in(clause.bound) if not is_settled(name, facts))


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """Answers that lead to the same type, with a sample (`fact` at `sample`)."""

    when: str
    type: HouseholdType
    fact: str
    sample: object


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A missing fact: the bureau that would know it, and the type that each answer would give."""

    fact: str
    bureau: str
    cases: tuple[AnswerCase, ...]
    text: str


@dataclass(frozen=True, slots=True)
class MissingData:
    """The missing facts, one by one; the types that are possible once all are known; and these as a sentence."""

    facts: tuple[MissingFact, ...]
    possible: tuple[HouseholdType, ...]
    together: str


def missing_data(compiled: CompiledPolicy, facts: Facts, outcome: Outcome) -> MissingData:
    """The missing data of one household; no facts when none of them could change the type."""
    possible = possible_types(compiled, facts, outcome)
    missing = tuple(_missing_fact(compiled, facts, outcome.type, name) for name in _missing(compiled, facts, outcome))
    return MissingData(missing, possible, _together(missing, possible, outcome))


def _missing(compiled: CompiledPolicy, facts: Facts, outcome: Outcome) -> Iterable[str]:
    """The unknown facts that decide between the possible types; a guard is asked together with the figure that it
    guards.
    """
    mask = reachable_types(compiled.decision, outcome).open_mask
    undecided = [clause for clause in compiled.clauses if mask >> clause.bit & 1]
    names = dict.fromkeys(leaf.fact for clause in undecided for leaf in deciding_leaves(clause.bound, facts))
    guards = {FACTS[name].guard for name in names}
    return [name for name in names if name not in guards]


def _missing_fact(compiled: CompiledPolicy, facts: Facts, current: HouseholdType, name: str) -> MissingFact:
    fact = FACTS[name]
    cases: list[AnswerCase] = []
    if fact.guard is not None and facts[fact.guard] is None:
        none = assume(facts, fact.guard, False)
        cases.append(AnswerCase(FACTS[fact.guard].no, compiled.type_one(none).type, fact.guard, False))
    cases += _cases(compiled, facts, name)
    return MissingFact(name, fact.bureau, tuple(cases), _sentence(name, cases, current))


def _cases(compiled: CompiledPolicy, facts: Facts, name: str) -> Iterable[AnswerCase]:
    """Adjacent spans that lead to one type become one case; so do the values of a choice, in any order."""
    outcomes = [
        (compiled.type_one(assume(facts, name, answer.sample)).type, answer)
        for answer in answers_within_band(possible_answers(compiled)[name], name, facts)
    ]
    if FACTS[name].kind not in ORDERED_KINDS:
        outcomes.sort(key=lambda pair: pair[0])
    guard = FACTS[name].guard
    given = FACTS[guard].yes + "、" if guard is not None and facts[guard] is None else ""
    for kind, pairs in groupby(outcomes, key=lambda pair: pair[0]):
        group: list[Answer] = [answer for _, answer in pairs]
        yield AnswerCase(given + answer_phrase(name, group), kind, name, group[0].sample)


def _sentence(name: str, cases: list[AnswerCase], current: HouseholdType) -> str:
    fact = FACTS[name]
    kinds = {case.type for case in cases}
    if len(kinds) == 1:
        return f"{fact.bureau}若提供{fact.label}：无论结果如何，单凭这一项，{becomes(cases[0].type, current)[1:]}。"
    consequences = "；".join(f"{case.when}，{becomes(case.type, current)}" for case in cases)
    return f"{fact.bureau}若提供{fact.label}：{consequences}。"


def _together(missing: tuple[MissingFact, ...], possible: tuple[HouseholdType, ...], outcome: Outcome) -> str:
    if not outcome.unknown_mask:
        return ""
    if len(possible) == 1:
        still = "仍" if possible[0] is outcome.type else ""
        return f"所缺的数据补齐以后，无论结果如何，都{still}是{possible[0].label}。"
    alone = {case.type for fact in missing for case in fact.cases}
    mixed = "几项数据互相影响，要合起来看：" if HouseholdType.UNDETERMINED in alone or alone < set(possible) else ""
    return f"{mixed}所缺的数据补齐以后，可能是{types_phrase(possible)}。"
