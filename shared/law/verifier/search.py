"""Asks z3 whether a household with some properties exists, and for the one closest to the baseline household.

The baseline is an ordinary household: three years old, registered, reported, recorded by every bureau, with nothing
paid, no insured staff and no sales. Closest means: the fewest facts that are unknown or implausible, then the fewest
that differ from the baseline, then for each of those the first possible value (the least amount, the youngest
household). Every step adds one assumption to the solver.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import z3

from shared.law.compiler.binding import cutoff
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.language.facts import FACTS, Fact, FactKind
from shared.law.language.nodes import Compare, Node, ParameterRef, leaves
from shared.law.verifier.symbolic_household import SymbolicHousehold, domain_constraints
from shared.law.verifier.z3_compiler import Z3Compiler

_YES = frozenset({"credit_recorded", "reported", "tax_recorded", "tax_registered", "insured_recorded", "ip_recorded"})
_YEARS_OLD = 3
_REPORTED = (5, 6)


@dataclass(frozen=True, slots=True)
class Preference:
    """How a fact should be: certain and usual; otherwise the first possible one of `options`."""

    fact: Fact
    known: z3.BoolRef
    usual: z3.BoolRef
    options: tuple[z3.BoolRef, ...]


class Baseline:
    """The preferences for the household of `symbols`; the options are the values around those that a clause names."""

    def __init__(self, symbols: SymbolicHousehold, clauses: Iterable[Node], as_of: date) -> None:
        self._symbols = symbols
        self._as_of = as_of
        self._named = _values_at_limits(symbols, clauses)
        self.preferences = [self._preference(fact) for fact in FACTS.values()]

    @property
    def implausible(self) -> z3.BoolRef:
        """Formulas of rows that data may hold but an example should not: a report about a year before the household was
        founded.
        """
        reported, founded = self._symbols.cells["reported"], self._symbols.cells["established_on"]
        this_year = founded.value >= date(self._as_of.year, 1, 1).toordinal()
        return z3.And(z3.Or(z3.Not(reported.known), reported.value), this_year)

    def _preference(self, fact: Fact) -> Preference:
        cells = [self._symbols.cells[column] for column in fact.columns]
        none = z3.BoolVal(False)
        if fact.guard is not None:
            guard = self._symbols.cells[fact.guard]
            none = z3.And(guard.known, z3.Not(guard.value))
        certain = z3.And([cell.known for cell in cells] + [cells[0].value == cells[-1].value])
        usual = z3.And(certain, cells[0].value == self._usual(fact))
        options = [z3.And(certain, cells[0].value == value) for value in self._values(fact)]
        unknown = z3.Not(z3.Or([cell.known for cell in cells]))
        bands = self._bands(fact) if fact.interval else []
        return Preference(fact, z3.Or(none, certain), z3.Or(none, usual), (*options, unknown, *bands))

    def _usual(self, fact: Fact) -> z3.ExprRef | int | bool:
        match fact.kind:
            case FactKind.FLAG:
                return fact.name in _YES
            case FactKind.CHOICE:
                return 0
            case FactKind.TEXT:
                return len(self._symbols.words(fact)) - 1
            case FactKind.DATE:
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
        """The plausible values of a fact, the least first; of days, the latest first."""
        if fact.kind is FactKind.FLAG:
            return [False, True]
        if fact.kind in (FactKind.CHOICE, FactKind.TEXT):
            return list(range(len(self._symbols.words(fact))))
        return sorted(self._named.get(fact.name, ()), reverse=fact.kind is FactKind.DATE)

    def _bands(self, fact: Fact) -> list[z3.BoolRef]:
        """Bands between the values, then bands that are open at one end."""
        low, high = (self._symbols.cells[column] for column in fact.columns)
        values = self._values(fact)
        closed = [(low.value == least, high.value == most) for least, most in combinations(values, 2)]
        bands = [z3.And(low.known, high.known, *ends) for ends in closed]
        bands += [z3.And(low.known, z3.Not(high.known), low.value == value) for value in values]
        return [*bands, *(z3.And(z3.Not(low.known), high.known, high.value == value) for value in values)]


def _values_at_limits(symbols: SymbolicHousehold, clauses: Iterable[Node]) -> dict[str, set[int]]:
    """The values at the limits of the clauses, by fact: on each side of a limit there is one of them."""
    named: dict[str, set[int]] = {}
    for leaf in (leaf for node in clauses for leaf in leaves(node)):
        if isinstance(leaf, Compare) and not isinstance(leaf.operand, str | ParameterRef):
            limit = symbols.encode(FACTS[leaf.fact], leaf.operand)
            named.setdefault(leaf.fact, {0} if FACTS[leaf.fact].kind is not FactKind.DATE else set())
            named[leaf.fact].update((limit - 1, limit, limit + 1))
    return named


_MAX_COUNTED = 8


class SolverGaveUp(RuntimeError):
    """z3 answered "unknown": nothing is proved."""


class Search:
    """Questions about the households of `symbols` that are `possible`."""

    def __init__(self, symbols: SymbolicHousehold, possible: z3.BoolRef, baseline: Baseline) -> None:
        self.symbols = symbols
        self.compiler = Z3Compiler(symbols)
        self.possible = possible
        self._preferences = baseline.preferences
        self._solver = z3.SimpleSolver()
        self._solver.add(possible)
        self._doubtful = self._counted(
            "doubtful", [baseline.implausible, *(z3.Not(preference.known) for preference in self._preferences)]
        )
        self._unusual = self._counted("unusual", [z3.Not(preference.usual) for preference in self._preferences])
        self._model = z3.Model()

    @classmethod
    def over(cls, policies: Sequence[CompiledPolicy]) -> "Search":
        """A search over the households that some policies, all for one day, may type."""
        first = policies[0]
        nodes = [clause.bound for policy in policies for clause in policy.clauses]
        symbols = SymbolicHousehold(nodes, first.policy.regions)
        return cls(symbols, domain_constraints(symbols, first.as_of), Baseline(symbols, nodes, first.as_of))

    def exists(self, *conditions: z3.BoolRef) -> bool:
        """Whether some possible household meets all conditions."""
        with self._asking(conditions):
            return self._check([])

    def smallest(self, *conditions: z3.BoolRef) -> dict[str, Any] | None:
        """The smallest household that meets all conditions, by snapshot column; None when there is none."""
        with self._asking(conditions):
            if not self._check([]):
                return None
            pins = [self._first(self._doubtful, [])]
            pins.append(self._first(self._unusual, pins))
            for preference in self._preferences:
                pins.append(self._first([preference.usual, *preference.options], pins))
            return self.symbols.facts_in(self._model)

    def _counted(self, name: str, bad: Sequence[z3.BoolRef]) -> list[z3.BoolRef]:
        """Literals for "at most n of the formulas are true", n counting from 0; the last one stands for any number."""
        limits = [z3.Bool(f"at most {number} {name}") for number in range(_MAX_COUNTED + 1)]
        for number, limit in enumerate(limits):
            self._solver.add(z3.Implies(limit, z3.AtMost(*bad, number)))
        return [*limits, z3.BoolVal(True)]

    @contextmanager
    def _asking(self, conditions: Sequence[z3.BoolRef]) -> Iterator[None]:
        self._solver.push()
        self._solver.add(*conditions)
        try:
            yield
        finally:
            self._solver.pop()

    def _first(self, options: Sequence[z3.BoolRef], pins: Sequence[z3.BoolRef]) -> z3.BoolRef:
        """The first option that is possible together with the assumptions so far."""
        for option in options:
            # the last household found often meets the option already, which saves a call of z3
            if z3.is_true(self._model.eval(option)) or self._check([*pins, option]):
                return option
        raise SolverGaveUp("no option fits")

    def _check(self, assumptions: Sequence[z3.BoolRef]) -> bool:
        answer = self._solver.check(*assumptions)
        if answer == z3.unknown:
            raise SolverGaveUp(self._solver.reason_unknown())
        if answer == z3.sat:
            self._model = self._solver.model()
        return bool(answer == z3.sat)
