"""The household that nobody would look at twice, and what makes another one differ from it.

Three years old, registered, reported, in every bureau's books, with nothing paid, nobody insured and no sales.
A witness should differ from it as little as can be: first in what is unknown, then in anything at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import z3

from shared.policy.binding import cutoff
from shared.policy.facts import FACTS, Fact, Kind
from shared.policy.nodes import Compare, Node, ParameterRef, leaves
from shared.policy.verifier.symbols import Symbols

_YES = frozenset({"credit_recorded", "reported", "tax_recorded", "tax_registered", "insured_recorded", "ip_recorded"})
_YEARS_OLD = 3
_REPORTED = (5, 6)


@dataclass(frozen=True, slots=True)
class Wish:
    """How a fact should be: known for sure, and as usual; otherwise the first of `options` that can be."""

    fact: Fact
    known: z3.BoolRef
    usual: z3.BoolRef
    options: tuple[z3.BoolRef, ...]


class Ordinary:
    """The wishes for the household of `symbols`; options are the values beside those that a clause names."""

    def __init__(self, symbols: Symbols, clauses: Iterable[Node], as_of: date) -> None:
        self._symbols = symbols
        self._as_of = as_of
        self._named = _named(symbols, clauses)
        self.wishes = [self._wish(fact) for fact in FACTS.values()]

    @property
    def odd(self) -> z3.BoolRef:
        """What can stand in the data but should not in an example: a report about a year before it was founded."""
        reported, founded = self._symbols.cells["reported"], self._symbols.cells["established_on"]
        this_year = founded.value >= date(self._as_of.year, 1, 1).toordinal()
        return z3.And(z3.Or(z3.Not(reported.known), reported.value), this_year)

    def _wish(self, fact: Fact) -> Wish:
        cells = [self._symbols.cells[column] for column in fact.columns]
        none = z3.BoolVal(False)
        if fact.guard is not None:
            guard = self._symbols.cells[fact.guard]
            none = z3.And(guard.known, z3.Not(guard.value))
        known = z3.And([cell.known for cell in cells] + [cells[0].value == cells[-1].value])
        usual = z3.And(known, cells[0].value == self._usual(fact))
        options = [z3.And(known, cells[0].value == value) for value in self._values(fact)]
        unknown = z3.Not(z3.Or([cell.known for cell in cells]))
        bands = self._bands(fact) if fact.interval else []
        return Wish(fact, z3.Or(none, known), z3.Or(none, usual), (*options, unknown, *bands))

    def _usual(self, fact: Fact) -> z3.ExprRef | int | bool:
        match fact.kind:
            case Kind.FLAG:
                return fact.name in _YES
            case Kind.CHOICE:
                return 0
            case Kind.TEXT:
                return len(self._symbols.words(fact)) - 1
            case Kind.DATE:
                return self._usual_day(fact)
            case _:
                return 0

    def _usual_day(self, fact: Fact) -> z3.ExprRef | int:
        if fact.name == "reported_on":
            return min(date(self._as_of.year, *_REPORTED), self._as_of).toordinal()
        if fact.name == "tax_registered_on":
            return self._symbols.cells["established_on"].value
        return cutoff(self._as_of, _YEARS_OLD).toordinal()

    def _values(self, fact: Fact) -> list[int] | list[bool]:
        """What the fact may well be, the least first; of days the latest."""
        if fact.kind is Kind.FLAG:
            return [False, True]
        if fact.kind in (Kind.CHOICE, Kind.TEXT):
            return list(range(len(self._symbols.words(fact))))
        return sorted(self._named.get(fact.name, ()), reverse=fact.kind is Kind.DATE)

    def _bands(self, fact: Fact) -> list[z3.BoolRef]:
        """Bands between the values, then those that are open at one end."""
        low, high = (self._symbols.cells[column] for column in fact.columns)
        values = self._values(fact)
        closed = [(low.value == least, high.value == most) for least, most in combinations(values, 2)]
        bands = [z3.And(low.known, high.known, *ends) for ends in closed]
        bands += [z3.And(low.known, z3.Not(high.known), low.value == value) for value in values]
        return [*bands, *(z3.And(z3.Not(low.known), high.known, high.value == value) for value in values)]


def _named(symbols: Symbols, clauses: Iterable[Node]) -> dict[str, set[int]]:
    """The values at the limits of the clauses, by fact: where a condition turns, one of them lies on each side."""
    named: dict[str, set[int]] = {}
    for leaf in (leaf for node in clauses for leaf in leaves(node)):
        if isinstance(leaf, Compare) and not isinstance(leaf.operand, str | ParameterRef):
            limit = symbols.encode(FACTS[leaf.fact], leaf.operand)
            named.setdefault(leaf.fact, {0} if FACTS[leaf.fact].kind is not Kind.DATE else set())
            named[leaf.fact].update((limit - 1, limit, limit + 1))
    return named
