"""Asks z3 whether there is a household like this, and for the smallest one.

Smallest: the fewest facts that are unknown or odd, then the fewest that are not as usual, then each of those at
the first value that can be (the least amount, the youngest household). Every step adds one assumption.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import z3

from shared.policy.compiled import CompiledPolicy
from shared.policy.verifier.ordinary import Ordinary
from shared.policy.verifier.possible import possible
from shared.policy.verifier.symbols import Symbols
from shared.policy.verifier.z3_compiler import Z3Compiler

_MOST_COUNTED = 8


class NotDecided(RuntimeError):
    """z3 gave up on a question: nothing is proved."""


class Search:
    """Questions about the households of `symbols` that are `possible`."""

    def __init__(self, symbols: Symbols, possible: z3.BoolRef, ordinary: Ordinary) -> None:
        self.symbols = symbols
        self.compiler = Z3Compiler(symbols)
        self.possible = possible
        self._wishes = ordinary.wishes
        self._solver = z3.SimpleSolver()
        self._solver.add(possible)
        self._doubtful = self._counted("doubtful", [ordinary.odd, *(z3.Not(wish.known) for wish in self._wishes)])
        self._unusual = self._counted("unusual", [z3.Not(wish.usual) for wish in self._wishes])
        self._model = z3.Model()

    @classmethod
    def over(cls, policies: Sequence[CompiledPolicy]) -> "Search":
        """The search for the households that some policies, all of one day, may type."""
        first = policies[0]
        nodes = [clause.bound for policy in policies for clause in policy.clauses]
        symbols = Symbols(nodes, first.policy.regions)
        return cls(symbols, possible(symbols, first.as_of), Ordinary(symbols, nodes, first.as_of))

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
            for wish in self._wishes:
                pins.append(self._first([wish.usual, *wish.options], pins))
            return self.symbols.facts_in(self._model)

    def _counted(self, name: str, bad: Sequence[z3.BoolRef]) -> list[z3.BoolRef]:
        """Literals that stand for: at most so many of the bad things are so; the last one for any number."""
        limits = [z3.Bool(f"at most {number} {name}") for number in range(_MOST_COUNTED + 1)]
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
        """The first option that can be together with what is pinned."""
        for option in options:
            # the last household found often meets it already: then z3 need not be asked
            if z3.is_true(self._model.eval(option)) or self._check([*pins, option]):
                return option
        raise NotDecided("no option fits")

    def _check(self, assumptions: Sequence[z3.BoolRef]) -> bool:
        answer = self._solver.check(*assumptions)
        if answer == z3.unknown:
            raise NotDecided(self._solver.reason_unknown())
        if answer == z3.sat:
            self._model = self._solver.model()
        return bool(answer == z3.sat)
