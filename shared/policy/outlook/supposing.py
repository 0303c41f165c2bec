"""A household with one fact otherwise, and what follows from it in the same feed.

A feed that has no row of a household says no to its flags, 0 to its figures and nothing to guarded ones; a
figure, or a flag that holds, means that there is a row. Facts of different feeds are independent of one another.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from shared.policy.facts import FACTS, RECORDED, Fact, Kind
from shared.policy.kleene import Facts

PRESENCE: Mapping[str, str] = MappingProxyType(
    {
        **RECORDED,
        "credit": "credit_recorded",
        "annual_report": "reported",
        "tax_registration": "tax_registered",
    }
)
"""The flag that says whether a feed has the household at all."""


def suppose(facts: Facts, name: str, value: object) -> dict[str, Any]:
    """The facts with fact `name` at `value`, exact where it was a band."""
    fact = FACTS[name]
    presence = PRESENCE.get(fact.feed)
    supposed = {**facts, **dict.fromkeys(fact.columns, value)}
    if name == presence:
        return supposed if value else {**supposed, **_NOTHING[fact.feed]}
    if presence is not None and (fact.guard or value):
        supposed[presence] = True
    return supposed


def settled(name: str, facts: Facts) -> bool:
    """Whether a fact is known exactly, or known not to exist."""
    fact = FACTS[name]
    first, last = facts[fact.columns[0]], facts[fact.columns[-1]]
    return (first is not None and first == last) or (fact.guard is not None and facts[fact.guard] is False)


def _nothing(fact: Fact) -> object:
    if fact.guard:
        return None
    return False if fact.kind is Kind.FLAG else 0


_NOTHING: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        feed: {column: _nothing(fact) for fact in FACTS.values() if fact.feed == feed for column in fact.columns}
        for feed in PRESENCE
    }
)
