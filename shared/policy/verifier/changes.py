"""Which types change between two policies, or between two readings of one: the smallest household of each change."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import z3

from shared.policy.outcome import HouseholdType
from shared.policy.verifier.search import Search
from shared.policy.verifier.symbolic_policy import SymbolicPolicy


class Change(NamedTuple):
    """A household that is of one type before and of another after."""

    before: HouseholdType
    after: HouseholdType
    facts: Mapping[str, Any]


def changes(before: SymbolicPolicy, after: SymbolicPolicy, search: Search) -> Iterator[Change]:
    """One for every ordered pair of types that occurs, the simplest household first; none: all are typed alike."""
    others = before.code != after.code
    while (facts := search.smallest(others)) is not None:
        change = Change(before.outcome(facts).type, after.outcome(facts).type, facts)
        yield change
        others = z3.And(others, z3.Not(z3.And(before.typed(change.before), after.typed(change.after))))
