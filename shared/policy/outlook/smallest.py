"""The smallest change of a household's own data by which one expression would hold.

A figure moves to the nearest value that will do, a flag or choice to the other one, and a period of years is
waited for: nobody's date of establishment changes. Where a fact is unknown there is nothing to measure from, and
no change is offered: that is what `prospects` speaks of.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, islice, product
from typing import Any

from shared.policy.facts import FACTS, Fact, Kind
from shared.policy.kleene import Facts, evaluate
from shared.policy.nodes import Compare, Either, Every, Flag, IsUnknown, Leaf, Never, Node, YearsAgo, leaves
from shared.policy.outlook.changes import Change, Otherwise, Situation, Wait, distance
from shared.policy.outlook.moments import Moment, reached

MOST_ALTERNATIVES = 64


@lru_cache(maxsize=4096)
def alternatives(node: Node) -> tuple[tuple[Leaf, ...], ...]:
    """The ways in which an expression can hold, each a set of leaves that must; the first 64 in its own order."""
    match node:
        case Every(parts):
            every = product(*(alternatives(part) for part in parts))
            return tuple(tuple(chain(*one)) for one in islice(every, MOST_ALTERNATIVES))
        case Either(parts):
            return tuple(islice(chain(*(alternatives(part) for part in parts)), MOST_ALTERNATIVES))
        case _:
            return (leaves(node),) if leaves(node) else ()


def smallest(moment: Moment, node: Node, now: Situation) -> tuple[Change, ...] | None:
    """The fewest changes, then the shortest wait, then the least distance; None where nothing can be offered."""
    if isinstance(moment.bound(node), Never):
        return None
    offered = [_all(moment, one, now) for one in alternatives(node)]
    possible = [changes for changes in offered if changes is not None]
    if len(possible) < 2:
        return possible[0] if possible else None
    return min(possible, key=lambda changes: _cost(changes, now))


def _cost(changes: tuple[Change, ...], now: Situation) -> tuple[int, int, int]:
    waiting = max(((change.day - now.day).days for change in changes if isinstance(change, Wait)), default=0)
    moved = [one for one in changes if isinstance(one, Otherwise) and FACTS[one.fact].confidential]
    return len(changes), waiting, sum(distance(FACTS[one.fact], one.value, now.facts) for one in moved)


def _all(moment: Moment, wanted: Sequence[Leaf], now: Situation) -> tuple[Change, ...] | None:
    """What makes all leaves hold, or None."""
    found: list[Change] = []
    for name in dict.fromkeys(leaf.fact for leaf in wanted):
        changes = _of_fact(moment, FACTS[name], [leaf for leaf in wanted if leaf.fact == name], now)
        if changes is None:
            return None
        found += [change for change in changes if change not in found]
    return tuple(found)


def _of_fact(moment: Moment, fact: Fact, wanted: list[Leaf], now: Situation) -> list[Change] | None:
    verdicts = {leaf: evaluate(moment.bound(leaf), now.facts) for leaf in wanted}
    if all(verdicts.values()):
        return []
    if None in verdicts.values() or any(isinstance(leaf, IsUnknown) and not verdicts[leaf] for leaf in wanted):
        return None
    missing: list[Change] = []
    if fact.guard is not None and now.facts[fact.guard] is False:
        missing.append(Otherwise(fact.guard, True))
    failed = [leaf for leaf in wanted if not verdicts[leaf]]
    if fact.kind is Kind.DATE:
        moved = _waited(moment, fact, failed, now)
    elif fact.kind is Kind.FLAG:
        moved = _turned(fact, wanted)
    else:
        bound = [leaf for one in wanted for leaf in leaves(moment.bound(one)) if isinstance(leaf, Compare)]
        moved = _moved(fact, bound, now.facts) if fact.kind is not Kind.TEXT else None
    return None if moved is None else [*missing, *moved]


def _waited(moment: Moment, fact: Fact, failed: list[Leaf], now: Situation) -> list[Change] | None:
    """Only time makes a date so many years old; a date that does not exist yet can be today's at the earliest."""
    if not all(isinstance(leaf, YearsAgo) and not leaf.negated for leaf in failed):
        return None
    years = max(moment.years(leaf) for leaf in failed if isinstance(leaf, YearsAgo))
    since = now.facts[fact.columns[0]]
    begun: list[Change] = [] if since is not None else [Otherwise(fact.name, now.day)]
    return [*begun, Wait(fact.name, years, reached(since or now.day, years))]


def _turned(fact: Fact, wanted: list[Leaf]) -> list[Change] | None:
    values = {not leaf.negated for leaf in wanted if isinstance(leaf, Flag)}
    return [Otherwise(fact.name, values.pop())] if len(values) == 1 else None


def _moved(fact: Fact, wanted: list[Compare], facts: Facts) -> list[Change] | None:
    """The nearest value at which all comparisons hold: it lies at one of their limits or just beside it."""
    if fact.kind is Kind.CHOICE:
        near: list[Any] = list(fact.choices)
    else:
        near = sorted({one.operand + step for one in wanted for step in (-1, 0, 1)})  # type: ignore[operator]  # fen or heads
        near = [value for value in near if value >= 0]
    will_do = [value for value in near if all(_holds(one, fact, value) for one in wanted)]
    if not will_do:
        return None
    if fact.kind is Kind.CHOICE:
        return [Otherwise(fact.name, will_do[0])]
    value = min(will_do, key=lambda one: distance(fact, one, facts))
    passed = [
        one.operand for one in wanted if one.operator in ("<", ">", "<>") and one.operand in (value - 1, value + 1)
    ]
    return [Otherwise(fact.name, value, passed[0] if passed else None)]


def _holds(compare: Compare, fact: Fact, value: object) -> bool:
    return evaluate(compare, dict.fromkeys(fact.columns, value)) is True
