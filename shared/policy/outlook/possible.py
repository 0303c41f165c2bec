"""Which types a household could still turn out to be: exactly those that some answer to what is unknown gives.

A search over the answers, cut short where nothing new can come: the decision itself bounds what is reachable
from two masks, so the search mostly ends after a few steps.
"""

from typing import NamedTuple

from shared.policy.compiled import CompiledPolicy
from shared.policy.decision import Decision
from shared.policy.kleene import Facts
from shared.policy.nodes import facts_in
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.outlook.answers import answers_of, within_band
from shared.policy.outlook.supposing import settled, suppose


class Reach(NamedTuple):
    """The types that no certain clause excludes, and the undecided clauses on which it depends which it is."""

    types: frozenset[HouseholdType]
    open_mask: int


def reach(decision: Decision, outcome: Outcome) -> Reach:
    """An upper bound: every undecided clause may go either way, whatever the others do."""
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
    """The types, best first, that remain possible once everything unknown is known; one when it is settled."""
    found: set[HouseholdType] = set()
    _search(compiled, facts, outcome, found)
    order = [*(test.type for test in compiled.decision.tests), HouseholdType.GAP, HouseholdType.INELIGIBLE]
    return tuple(kind for kind in order if kind in found)


def _search(compiled: CompiledPolicy, facts: Facts, outcome: Outcome, found: set[HouseholdType]) -> None:
    bound = reach(compiled.decision, outcome)
    if bound.types <= found:
        return
    if len(bound.types) == 1:
        found |= bound.types
        return
    name = _question(compiled, facts, bound.open_mask)
    for answer in within_band(answers_of(compiled)[name], name, facts):
        supposed = suppose(facts, name, answer.sample)
        _search(compiled, supposed, compiled.type_one(supposed), found)


def _question(compiled: CompiledPolicy, facts: Facts, open_mask: int) -> str:
    """An unknown fact of the first undecided clause; a guard stands before the figure it guards."""
    undecided = (clause for clause in compiled.clauses if open_mask >> clause.bit & 1)
    return next(name for clause in undecided for name in facts_in(clause.bound) if not settled(name, facts))
