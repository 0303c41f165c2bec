"""The nearest way to each better type, by the household's own data: one way for each of the type's conditions.

All requirements are part of a way, and so is the end of a defect that time itself brings (a household that is no
longer new must have filed its report). A way is offered only when the policy, evaluated again with the changes
made and on the day they need, gives that type.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from shared.policy.compiled import CompiledClause, CompiledPolicy
from shared.policy.decision import TypeTest
from shared.policy.kleene import Facts
from shared.policy.model import Citation, Role
from shared.policy.nodes import negation
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.outlook.changes import Change, Situation
from shared.policy.outlook.endings import ends
from shared.policy.outlook.moments import Moment, Moments, moments_of
from shared.policy.outlook.smallest import smallest
from shared.policy.outlook.step_words import cured, route, said

ROUNDS = 3
"""A step can undo another (the day of one is too late for the other): such a way is given up after so many rounds."""


@dataclass(frozen=True, slots=True)
class Step:
    """One clause that must come to hold (a defect: to end), by the smallest change."""

    clause: str
    changes: tuple[Change, ...]
    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Way:
    """What leads to a type by one of its conditions; `clause` is empty when only defects are in the way.

    `day`: the first day on which it can lead there, when it has to be waited for; `until`: the day from which
    time alone ends it again.
    """

    type: HouseholdType
    clause: str
    steps: tuple[Step, ...]
    day: date | None
    until: date | None
    text: str
    situation: Situation


def ways(compiled: CompiledPolicy, facts: Facts, outcome: Outcome) -> tuple[Way, ...]:
    """The ways of one household, the next type first; of an ineligible one, what ends its defects."""
    finder = _Finder(moments_of(compiled), Situation(facts, compiled.as_of))
    if outcome.type is HouseholdType.INELIGIBLE:
        return tuple(finder.cure())
    return tuple(way for test in _better(compiled, outcome.type) for way in finder.to(test, outcome))


def _better(compiled: CompiledPolicy, current: HouseholdType) -> list[TypeTest]:
    """The types tested before the household's own, nearest first; a gap has every type before it."""
    tests = list(compiled.decision.tests)
    own = next((number for number, test in enumerate(tests) if test.type is current), len(tests))
    return [test for test in reversed(tests[:own]) if not test.residual]


class _Path(NamedTuple):
    """Steps taken so far, and the household after them."""

    situation: Situation
    steps: tuple[Step, ...] = ()


class _Finder:
    """Finds ways from one situation."""

    def __init__(self, moments: Moments, now: Situation) -> None:
        self._moments = moments
        self._now = now
        self._defects = moments.compiled.decision.defects

    def to(self, test: TypeTest, outcome: Outcome) -> Iterable[Way]:
        """The ways to a type: by a condition that holds already, else by each of them."""
        requires, met = self._those(test.requires), outcome.true_mask & test.any
        start = self._walk(requires, _Path(self._now))
        if start is None:
            return
        for clause in self._those(met & -met if met else test.any):
            way = self._arrive([*requires, clause], self._walk([clause], start), clause.id)
            if way is not None and way.type is test.type:
                yield way

    def cure(self) -> Iterable[Way]:
        """What ends all defects, and the type the household then has."""
        way = self._arrive([], _Path(self._now), "")
        if way is not None:
            yield way

    def _those(self, mask: int) -> list[CompiledClause]:
        return [clause for clause in self._moments.compiled.clauses if mask >> clause.bit & 1]

    def _arrive(self, needed: list[CompiledClause], path: _Path | None, clause: str) -> Way | None:
        """The way once all that is needed holds and no defect does."""
        for _ in range(ROUNDS):
            if path is None:
                return None
            moment = self._moments.on(path.situation.day)
            outcome = moment.outcome(path.situation.facts)
            unmet = [one for one in needed if not outcome.true_mask >> one.bit & 1]
            defects = self._those(outcome.true_mask & self._defects)
            if not defects and not unmet:
                return self._way(moment, outcome, needed, path, clause)
            path = self._walk([*defects, *unmet], path)
        return None

    def _walk(self, clauses: Iterable[CompiledClause], path: _Path) -> _Path | None:
        """One step for each clause that is not as it should be."""
        for clause in clauses:
            (facts, day), root = path.situation, clause.clause.expression.root
            moment, wanted = self._moments.on(day), negation(root) if clause.role is Role.DEFECT else root
            changes = smallest(moment, wanted, path.situation)
            if changes is None:
                return None
            if changes:
                step = Step(clause.id, changes, said(moment, clause, changes, facts), clause.citation)
                path = _Path(path.situation.after(changes), (*path.steps, step))
        return path

    def _way(self, moment: Moment, outcome: Outcome, needed: list[CompiledClause], path: _Path, clause: str) -> Way:
        (facts, day), steps = path
        stops = [stop for one in needed if (stop := ends(moment, one, facts)) is not None]
        until = min(stops, default=None)
        told = route(tuple(step.text for step in steps), until) if clause else cured(moment, outcome, facts)
        return Way(outcome.type, clause, steps, None if day == self._now.day else day, until, told, path.situation)
