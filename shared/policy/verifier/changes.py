"""Which types change between two policies, or between two readings of one: the smallest household of each change."""

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Any, NamedTuple

from shared.policy.outcome import HouseholdType
from shared.policy.verifier.search import Search
from shared.policy.verifier.symbolic_policy import SymbolicPolicy


class Change(NamedTuple):
    """A household that is of one type before and of another after."""

    before: HouseholdType
    after: HouseholdType
    facts: Mapping[str, Any]


def changes(before: SymbolicPolicy, after: SymbolicPolicy, search: Search) -> Iterator[Change]:
    """One for every ordered pair of types that occurs; none at all: everybody is proved to be typed alike."""
    if not search.exists(before.code != after.code):
        return
    for one, other in permutations(HouseholdType, 2):
        facts = search.smallest(before.typed(one), after.typed(other))
        if facts is not None:
            yield Change(one, other, facts)
