"""Recourse: the nearest way to each better type from the household's own data, one for each of the type's conditions.

It includes all requirements, the end of a lower type that would be found first, and waiting for a defect that ends by
itself (a household that is no longer new must have filed its report). A residual type is reached by ending the lower
types tested before it. A recourse is offered only when the policy, evaluated again with the changes made and on the day
they need, gives that type.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from shared.law.compiler.compiled_policy import CompiledClause, CompiledPolicy
from shared.law.compiler.evaluator import Facts
from shared.law.explain.as_of_view import AsOfView, AsOfViews, as_of_views
from shared.law.explain.expiries import expiry_day
from shared.law.explain.minimal_change import Change, FactChange, Situation, Wait, distance, minimal_change
from shared.law.explain.missing_data import possible_types
from shared.law.explain.phrases import figure_phrase, types_phrase, value_phrase
from shared.law.language.facts import FACTS, Fact, FactKind
from shared.law.language.nodes import facts_in, negate
from shared.law.language.units import format_day
from shared.law.model.clauses import Citation, ClauseRole
from shared.law.model.outcome import HouseholdType, Outcome, TypeTest

MAX_ROUNDS = 3
"""A step can undo another (its day is too late for the other one): after this many rounds the way is given up."""


@dataclass(frozen=True, slots=True)
class RecourseStep:
    """One clause that must come to hold (a defect: to end), by the smallest change."""

    clause: str
    changes: tuple[Change, ...]
    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Recourse:
    """The way to a type by one of its conditions; to a residual one, by a clause of a lower type that no longer holds.
    `clause` is empty when only defects have to end.

    `day`: the first day on which the type can be reached, if waiting is needed; `until`: the day on which it ends again
    by itself.
    """

    type: HouseholdType
    clause: str
    steps: tuple[RecourseStep, ...]
    day: date | None
    until: date | None
    text: str
    situation: Situation


def recourse(compiled: CompiledPolicy, facts: Facts, outcome: Outcome) -> tuple[Recourse, ...]:
    """The ways of one household, the nearest type first; for an ineligible one, what ends its defects."""
    finder = _Finder(as_of_views(compiled), Situation(facts, compiled.as_of))
    if outcome.type is HouseholdType.INELIGIBLE:
        return tuple(finder.cure())
    return tuple(way for test in _better(compiled, outcome.type) for way in finder.to(test, outcome))


def _better(compiled: CompiledPolicy, current: HouseholdType) -> list[TypeTest]:
    """The types above the household's own, the lowest first, wherever they are tested; every type is above a gap and
    above what is undetermined.
    """
    own = current if any(test.type is current for test in compiled.decision.tests) else HouseholdType.INELIGIBLE
    return sorted((test for test in compiled.decision.tests if test.type > own), key=lambda test: test.type)


class _Path(NamedTuple):
    """The steps so far, and the situation after them."""

    situation: Situation
    steps: tuple[RecourseStep, ...] = ()


class _Finder:
    """Finds the ways that start from one situation."""

    def __init__(self, views: AsOfViews, now: Situation) -> None:
        self._views = views
        self._now = now
        self._decision = views.compiled.decision
        self._defects = self._decision.defects

    def to(self, test: TypeTest, outcome: Outcome) -> Iterable[Recourse]:
        """The ways to a type: by a condition that holds already, otherwise one per condition; each with every way to
        end the lower type that would be found first.
        """
        requires, met = self._those(test.requires), outcome.true_mask & test.any
        start = self._walk(requires, _Path(self._now))
        conditions = [[clause] for clause in self._those(met & -met if met else test.any)]
        for condition in conditions or [[]]:
            for ending in self._endings(test, outcome):
                path = self._end(ending, self._walk(condition, start))
                reached_by = (*condition, *ending, *requires)
                if not reached_by:
                    continue
                way = self._arrive([*requires, *condition], path, reached_by[0].id)
                if way is not None and way.type is test.type and way.steps:
                    yield way

    def _endings(self, test: TypeTest, outcome: Outcome) -> list[list[CompiledClause]]:
        """The sets of clauses each of which, gone, ends the lower type that the household meets, or may meet, and that
        is tested before `test`: one of its requirements, or all of its conditions; nothing where there is none.
        """
        possible = outcome.true_mask | outcome.unknown_mask
        lower = next((other for other in self._decision.lower_before(test) if other.met_by(possible)), None)
        if lower is None:
            return [[]]
        requirements = [[clause] for clause in self._those(lower.requires)]
        conditions = self._those(lower.any & possible)
        return [*requirements, conditions] if conditions else requirements

    def cure(self) -> Iterable[Recourse]:
        """The way that ends all defects, and the type afterwards."""
        way = self._arrive([], _Path(self._now), "")
        if way is not None:
            yield way

    def _those(self, mask: int) -> list[CompiledClause]:
        return [clause for clause in self._views.compiled.clauses if mask >> clause.bit & 1]

    def _arrive(self, needed: list[CompiledClause], path: _Path | None, clause: str) -> Recourse | None:
        """The way, once everything needed holds and no defect does."""
        for _ in range(MAX_ROUNDS):
            if path is None:
                return None
            view = self._views.on(path.situation.day)
            outcome = view.outcome(path.situation.facts)
            unmet = [target for target in needed if not outcome.true_mask >> target.bit & 1]
            defects = self._those(outcome.true_mask & self._defects)
            if not defects and not unmet:
                return self._way(view, outcome, needed, path, clause)
            path = self._walk([*defects, *unmet], path)
        return None

    def _walk(self, clauses: Iterable[CompiledClause], path: _Path | None) -> _Path | None:
        """One step for each clause that does not yet have the value needed."""
        for clause in clauses:
            if path is None:
                return None
            (facts, day), root = path.situation, clause.clause.expression.root
            view, goal = self._views.on(day), negate(root) if clause.role is ClauseRole.DEFECT else root
            changes = minimal_change(view, goal, path.situation)
            if changes is None:
                return None
            if changes:
                step = RecourseStep(clause.id, changes, step_text(view, clause, changes, facts), clause.citation)
                path = _Path(path.situation.after(changes), (*path.steps, step))
        return path

    def _end(self, clauses: Iterable[CompiledClause], path: _Path | None) -> _Path | None:
        """One step for each clause that must no longer hold."""
        for clause in clauses:
            if path is None:
                return None
            view, facts = self._views.on(path.situation.day), path.situation.facts
            changes = minimal_change(view, negate(clause.clause.expression.root), path.situation)
            if changes is None:
                return None
            if changes:
                text = f"不再是{step_text(view, clause, changes, facts)}"
                step = RecourseStep(clause.id, changes, text, clause.citation)
                path = _Path(path.situation.after(changes), (*path.steps, step))
        return path

    def _way(
        self, view: AsOfView, outcome: Outcome, needed: list[CompiledClause], path: _Path, clause: str
    ) -> Recourse:
        (facts, day), steps = path
        stops = [stop for node in needed if (stop := expiry_day(view, node, facts)) is not None]
        until = min(stops, default=None)
        text = route_text(tuple(step.text for step in steps), until) if clause else cure_text(view, outcome, facts)
        return Recourse(outcome.type, clause, steps, None if day == self._now.day else day, until, text, path.situation)


def step_text(view: AsOfView, clause: CompiledClause, changes: Sequence[Change], facts: Facts) -> str:
    """One step: ““成立2年（含）以上”：自2028年5月4日起满2年”; a clause about several facts names the one concerned."""
    if clause.role is ClauseRole.DEFECT:
        restore = clause.clause.restore
        how = f"{restore}以后，就没有这种情形" if restore else "文件没有写怎样恢复"
        return f"“{view.title(clause)}”：{how}"
    named = len({FACTS[name].label for name in facts_in(clause.clause.expression.root)}) > 1
    return (
        f"“{view.title(clause)}”：{'；'.join(_change_text(change, changes, facts, named=named) for change in changes)}"
    )


def route_text(steps: Sequence[str], until: date | None) -> str:
    """All steps of a way, and when time ends it again."""
    end = f"；到{format_day(until)}为止，自那天起不再符合" if until else ""
    return f"{'；'.join(steps)}{end}。"


def cure_text(view: AsOfView, outcome: Outcome, facts: Facts) -> str:
    """The sentence about the type after the defects have ended, from the known facts and the possible answers to the
    unknown ones.
    """
    possible = possible_types(view.compiled, facts, outcome)
    more = f"；还缺的数据补齐以后，可能是{types_phrase(possible)}" if len(possible) > 1 else ""
    return f"这些情形都没有了以后，按现有数据是{outcome.type.label}{more}。"


def _change_text(change: Change, together: Sequence[Change], facts: Facts, *, named: bool) -> str:
    fact = FACTS[change.fact]
    name = fact.label if named else ""
    if isinstance(change, Wait):
        new = any(isinstance(other, FactChange) and other.fact == change.fact for other in together)
        return f"{name}{'最早' if new else ''}自{format_day(change.day)}起满{change.years}年"
    if fact.kind is FactKind.FLAG:
        return f"须{fact.yes if change.value else fact.no}，现在{_flag_text(fact, facts)}"
    if fact.kind is FactKind.DATE:
        return f"{fact.label}从判定日{format_day(change.value)}算起"
    if fact.kind is FactKind.CHOICE:
        return f"{fact.label}须是{value_phrase(fact, change.value)}，现在是{value_phrase(fact, facts[fact.name])}"
    return f"{name}{'：' if named else ''}{_figure_text(fact, change, facts)}"


def _flag_text(fact: Fact, facts: Facts) -> str:
    return fact.yes if facts[fact.name] else fact.no


def _figure_text(fact: Fact, change: FactChange, facts: Facts) -> str:
    """How far a figure is from the nearest sufficient value; “超过” where reaching the limit is not enough."""
    limit = change.value if change.beyond is None or fact.kind is FactKind.COUNT else change.beyond
    past = "" if limit == change.value else "超过"
    if facts[fact.columns[0]] is None and facts[fact.columns[-1]] is None:
        return f"报送的数额须{past or '达到'}{value_phrase(fact, limit)}"
    gap = distance(fact, limit, facts)
    word = "还差" if change.value > (facts[fact.columns[-1]] or 0) else "多出"
    if gap == 0:
        return f"{figure_phrase(fact, facts)}，须{'超过' if word == '还差' else '少于'}{value_phrase(fact, limit)}"
    exactly = (
        f"（{'达到' if word == '还差' else '降到'}{value_phrase(fact, limit)}）" if fact.kind is FactKind.COUNT else ""
    )
    return f"{figure_phrase(fact, facts)}，{word}{past}{value_phrase(fact, gap)}{exactly}"
