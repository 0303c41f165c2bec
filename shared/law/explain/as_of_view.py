"""The policy as of another day: the outcome it would give for the same facts, and when a period of years is complete.

A compiled policy is valid for one day. Only the clauses that depend on the day (years, dated numbers, the beginning
of the year) are bound again for another one; the rest is taken from the compiled masks.
"""

import calendar
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from shared.law.compiler.binding import bind
from shared.law.compiler.compiled_policy import CompiledClause, CompiledPolicy
from shared.law.compiler.evaluator import Facts, evaluate
from shared.law.language.nodes import Node, ParameterRef, YearsAgo, leaves, parameters_in
from shared.law.language.vocabulary import BUILT_IN_PARAMETERS
from shared.law.model.clauses import fill_title, values_on
from shared.law.model.outcome import Outcome
from shared.law.model.policy import Policy

MAX_CACHED_DAYS = 4096


def anniversary(since: date, years: int) -> date:
    """The first day on which `since` is at least `years` years ago: the same calendar day, or the month's last (民法典
    202).
    """
    year = since.year + years
    return date(year, since.month, min(since.day, calendar.monthrange(year, since.month)[1]))


def completed_years(since: date, day: date) -> int:
    """How many whole years are complete on a day."""
    years = day.year - since.year
    return years if anniversary(since, years) <= day else years - 1


class AsOfView:
    """A compiled policy on one day."""

    def __init__(self, compiled: CompiledPolicy, day: date, moving: Sequence[CompiledClause]) -> None:
        self.compiled = compiled
        self.values = values_on(compiled.policy.parameters, day)
        self._day = day
        self._moved = [(1 << clause.bit, bind(clause.clause.expression.root, self.values, day)) for clause in moving]
        self._bound: dict[Node, Node] = {}
        self._titles: dict[str, str] = {}

    def outcome(self, facts: Facts) -> Outcome:
        """The outcome on the day, if nothing else changed."""
        _, true, unknown = self.compiled.type_one(facts)
        for bit, node in self._moved:
            verdict = evaluate(node, facts)
            true = true | bit if verdict else true & ~bit
            unknown = unknown | bit if verdict is None else unknown & ~bit
        return Outcome(self.compiled.decision.type_of(true, unknown), true, unknown)

    def bound(self, node: Node) -> Node:
        """An expression bound to the day."""
        if node not in self._bound:
            self._bound[node] = bind(node, self.values, self._day)
        return self._bound[node]

    def title(self, clause: CompiledClause) -> str:
        """A clause's title with the day's numbers."""
        if clause.id not in self._titles:
            self._titles[clause.id] = fill_title(clause.clause.title, self.compiled.policy.parameters, self.values)
        return self._titles[clause.id]

    def years(self, leaf: YearsAgo) -> int:
        """The years of a leaf, by the day's numbers."""
        years = self.values[leaf.years.name] if isinstance(leaf.years, ParameterRef) else leaf.years
        if not isinstance(years, int):
            raise TypeError(f"years of {leaf.fact} are not a number: {years!r}")
        return years


class AsOfViews:
    """A compiled policy over time: its own day, and later ones. The views used last are cached."""

    def __init__(self, compiled: CompiledPolicy) -> None:
        moving = [clause for clause in compiled.clauses if _depends_on_day(clause, compiled.policy)]
        self.compiled = compiled
        self.now = AsOfView(compiled, compiled.as_of, ())
        self._later = lru_cache(maxsize=MAX_CACHED_DAYS)(lambda day: AsOfView(compiled, day, moving))

    def on(self, day: date) -> AsOfView:
        """The policy on a day."""
        return self.now if day == self.compiled.as_of else self._later(day)


@lru_cache(maxsize=64)
def as_of_views(compiled: CompiledPolicy) -> AsOfViews:
    """The views of a compiled policy, created once."""
    return AsOfViews(compiled)


def _depends_on_day(clause: CompiledClause, policy: Policy) -> bool:
    root = clause.clause.expression.root
    dated = (name in BUILT_IN_PARAMETERS or len(policy.parameters[name].values) > 1 for name in parameters_in(root))
    return any(isinstance(leaf, YearsAgo) for leaf in leaves(root)) or any(dated)
