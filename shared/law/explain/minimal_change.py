"""Changes to a household's facts, and the smallest that make an expression hold.

`assume` sets one fact together with what follows from it in the same feed: a feed without a row of the household
means no to its flags, 0 for its figures and nothing for guarded ones; a figure, or a flag that holds, means that
there is a row. Facts of different feeds are independent of one another.

In a minimal change a figure moves to the nearest sufficient value, a flag or choice to another one, and a period of
years is waited for (a date of establishment cannot change). For an unknown fact no change is offered, since its
distance cannot be measured: `missing_data` covers that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, islice, product
from types import MappingProxyType
from typing import Any, NamedTuple

from shared.law.compiler.evaluator import Facts, evaluate
from shared.law.explain.as_of_view import AsOfView, anniversary
from shared.law.language.facts import FACTS, RECORD_FLAGS, Fact, FactKind
from shared.law.language.nodes import And, Compare, Flag, IsUnknown, Leaf, Never, Node, Or, YearsAgo, leaves

PRESENCE_FLAGS: Mapping[str, str] = MappingProxyType(
    {
        **RECORD_FLAGS,
        "credit": "credit_recorded",
        "annual_report": "reported",
        "tax_registration": "tax_registered",
    }
)
"""By feed, the flag that says whether it has a row of the household."""


def assume(facts: Facts, name: str, value: object) -> dict[str, Any]:
    """The facts with fact `name` at `value`, exact where it was a band."""
    fact = FACTS[name]
    presence = PRESENCE_FLAGS.get(fact.feed)
    supposed = {**facts, **dict.fromkeys(fact.columns, value)}
    if name == presence:
        return supposed if value else {**supposed, **_ABSENT_ROW[fact.feed]}
    if presence is not None and (fact.guard or value):
        supposed[presence] = True
    return supposed


def is_settled(name: str, facts: Facts) -> bool:
    """Whether a fact is known exactly, or known not to exist."""
    fact = FACTS[name]
    first, last = facts[fact.columns[0]], facts[fact.columns[-1]]
    return (first is not None and first == last) or (fact.guard is not None and facts[fact.guard] is False)


def _absent_value(fact: Fact) -> object:
    if fact.guard:
        return None
    return False if fact.kind is FactKind.FLAG else 0


_ABSENT_ROW: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        feed: {column: _absent_value(fact) for fact in FACTS.values() if fact.feed == feed for column in fact.columns}
        for feed in PRESENCE_FLAGS
    }
)


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact at another value; `beyond` is the limit that it must exceed, where reaching the limit is not enough."""

    fact: str
    value: Any
    beyond: Any = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Waiting until `day`, when a date is `years` years ago for the first time."""

    fact: str
    years: int
    day: date


Change = FactChange | Wait


class Situation(NamedTuple):
    """A household's facts on a day."""

    facts: Facts
    day: date

    def after(self, changes: Iterable[Change]) -> "Situation":
        """The situation after these changes and waits."""
        facts, day = self
        for change in changes:
            if isinstance(change, Wait):
                day = max(day, change.day)
            else:
                facts = assume(facts, change.fact, change.value)
        return Situation(facts, day)


def distance(fact: Fact, value: int, facts: Facts) -> int:
    """The distance of a figure from a value; of a band, from its nearer end; without a figure, from 0."""
    low, high = facts[fact.columns[0]] or 0, facts[fact.columns[-1]]
    high = low if high is None and not fact.interval else high
    return int(low - value if value < low else value - high if high is not None and value > high else 0)


MAX_DISJUNCTS = 64


@lru_cache(maxsize=4096)
def disjuncts(node: Node) -> tuple[tuple[Leaf, ...], ...]:
    """The ways in which an expression can hold, each a set of leaves that must all hold; at most the first 64."""
    match node:
        case And(parts):
            combinations = product(*(disjuncts(part) for part in parts))
            return tuple(tuple(chain(*combined)) for combined in islice(combinations, MAX_DISJUNCTS))
        case Or(parts):
            return tuple(islice(chain(*(disjuncts(part) for part in parts)), MAX_DISJUNCTS))
        case _:
            return (leaves(node),) if leaves(node) else ()


def minimal_change(view: AsOfView, node: Node, now: Situation) -> tuple[Change, ...] | None:
    """The fewest changes, then the shortest wait, then the least distance; None where nothing can be offered."""
    if isinstance(view.bound(node), Never):
        return None
    offered = [_changes_for_all(view, disjunct, now) for disjunct in disjuncts(node)]
    possible = [changes for changes in offered if changes is not None]
    if len(possible) < 2:
        return possible[0] if possible else None
    return min(possible, key=lambda changes: _cost(changes, now))


def _cost(changes: tuple[Change, ...], now: Situation) -> tuple[int, int, int]:
    waiting = max(((change.day - now.day).days for change in changes if isinstance(change, Wait)), default=0)
    moved = [change for change in changes if isinstance(change, FactChange) and FACTS[change.fact].confidential]
    return len(changes), waiting, sum(distance(FACTS[change.fact], change.value, now.facts) for change in moved)


def _changes_for_all(view: AsOfView, needed: Sequence[Leaf], now: Situation) -> tuple[Change, ...] | None:
    """The changes that make all leaves hold, or None."""
    total: list[Change] = []
    for name in dict.fromkeys(leaf.fact for leaf in needed):
        changes = _changes_of_fact(view, FACTS[name], [leaf for leaf in needed if leaf.fact == name], now)
        if changes is None:
            return None
        total += [change for change in changes if change not in total]
    return tuple(total)


def _changes_of_fact(view: AsOfView, fact: Fact, needed: list[Leaf], now: Situation) -> list[Change] | None:
    verdicts = {leaf: evaluate(view.bound(leaf), now.facts) for leaf in needed}
    if all(verdicts.values()):
        return []
    if None in verdicts.values() or any(isinstance(leaf, IsUnknown) and not verdicts[leaf] for leaf in needed):
        return None
    missing: list[Change] = []
    if fact.guard is not None and now.facts[fact.guard] is False:
        missing.append(FactChange(fact.guard, True))
    failed = [leaf for leaf in needed if not verdicts[leaf]]
    if fact.kind is FactKind.DATE:
        moved = _wait_for_years(view, fact, failed, now)
    elif fact.kind is FactKind.FLAG:
        moved = _turn_flag(fact, needed)
    else:
        bound = [leaf for node in needed for leaf in leaves(view.bound(node)) if isinstance(leaf, Compare)]
        moved = _move_value(fact, bound, now.facts) if fact.kind is not FactKind.TEXT else None
    return None if moved is None else [*missing, *moved]


def _wait_for_years(view: AsOfView, fact: Fact, failed: list[Leaf], now: Situation) -> list[Change] | None:
    """Only waiting makes a date `years` years old; a date that does not exist yet can be today at the earliest."""
    if not all(isinstance(leaf, YearsAgo) and not leaf.negated for leaf in failed):
        return None
    years = max(view.years(leaf) for leaf in failed if isinstance(leaf, YearsAgo))
    since = now.facts[fact.columns[0]]
    begun: list[Change] = [] if since is not None else [FactChange(fact.name, now.day)]
    return [*begun, Wait(fact.name, years, anniversary(since or now.day, years))]


def _turn_flag(fact: Fact, needed: list[Leaf]) -> list[Change] | None:
    values = {not leaf.negated for leaf in needed if isinstance(leaf, Flag)}
    return [FactChange(fact.name, values.pop())] if len(values) == 1 else None


def _move_value(fact: Fact, comparisons: list[Compare], facts: Facts) -> list[Change] | None:
    """The nearest value at which all comparisons hold: it is one of their limits or next to one."""
    if fact.kind is FactKind.CHOICE:
        near: list[Any] = list(fact.choices)
    else:
        limits: list[Any] = [comparison.operand for comparison in comparisons]  # fen, or a count
        near = sorted({limit + step for limit in limits for step in (-1, 0, 1)})
        near = [value for value in near if value >= 0]
    sufficient = [value for value in near if all(_holds(comparison, fact, value) for comparison in comparisons)]
    if not sufficient:
        return None
    if fact.kind is FactKind.CHOICE:
        return [FactChange(fact.name, sufficient[0])]
    nearest = min(sufficient, key=lambda value: distance(fact, value, facts))
    passed = [
        comparison.operand
        for comparison in comparisons
        if comparison.operator in ("<", ">", "<>") and comparison.operand in (nearest - 1, nearest + 1)
    ]
    return [FactChange(fact.name, nearest, passed[0] if passed else None)]


def _holds(compare: Compare, fact: Fact, value: object) -> bool:
    return evaluate(compare, dict.fromkeys(fact.columns, value)) is True
