"""The possible answers to a missing fact, grouped by what the rules distinguish.

The thresholds in the rules cut the values of an ordered fact into spans (`…1万元（含）以下`, `超过1万元`); within a
span every clause gives the same result. So one sample value represents each span.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.compiler.evaluator import Facts
from shared.law.language.facts import FACTS, Fact, FactKind
from shared.law.language.nodes import Compare, leaves

ORDERED_KINDS = (FactKind.MONEY, FactKind.COUNT, FactKind.DATE)
OTHER_WORD = "其他"
Ordinal = Any
"""An amount in fen, a count or a day: the values of one fact are of one kind, ordered, each with a successor."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Threshold:
    """A value at which the rules' result may change: at the value itself, or just above it."""

    value: Ordinal
    above: bool

    @property
    def first(self) -> Ordinal:
        """The smallest value past the threshold."""
        return next_value(self.value) if self.above else self.value


@dataclass(frozen=True, slots=True)
class Answer:
    """A sample value and, for an ordered fact, the span that it represents (None: unbounded on that side)."""

    sample: Any
    low: Threshold | None = None
    high: Threshold | None = None


def next_value(value: Ordinal) -> Ordinal:
    """The successor: one fen, one unit or one day more."""
    return value + (_DAY if isinstance(value, date) else 1)


def previous_value(value: Ordinal) -> Ordinal:
    """The predecessor: one fen, one unit or one day less."""
    return value - (_DAY if isinstance(value, date) else 1)


def value_spans(limits: Iterable[Threshold], least: Ordinal = None, most: Ordinal = None) -> tuple[Answer, ...]:
    """The spans between limits, from `least` to `most` (None: unbounded; dates have no least)."""
    apart = [limit for limit in sorted(set(limits)) if _within(limit, least, most)]
    ends: list[Threshold | None] = [None, *apart, None]
    spans = []
    for low, high in pairwise(ends):
        start = least if low is None else low.first
        sample = start if start is not None else most if high is None else previous_value(high.first)
        spans.append(Answer(sample, low, high))
    return tuple(spans)


@lru_cache(maxsize=64)
def possible_answers(compiled: CompiledPolicy) -> dict[str, tuple[Answer, ...]]:
    """The answers to every fact the policy looks at."""
    looked = [leaf for clause in compiled.clauses for leaf in leaves(clause.bound)]
    names = dict.fromkeys(leaf.fact for leaf in looked)
    compared = {name: [leaf for leaf in looked if isinstance(leaf, Compare) and leaf.fact == name] for name in names}
    return {name: _answers(FACTS[name], compared[name], compiled.as_of) for name in names}


def answers_within_band(answers: Sequence[Answer], name: str, facts: Facts) -> list[Answer]:
    """The answers that are possible within a band, each with a sample inside it."""
    fact = FACTS[name]
    if not fact.interval:
        return list(answers)
    least, most = facts[fact.columns[0]] or 0, facts[fact.columns[-1]]
    cut = [Answer(max(answer.sample, least), answer.low, answer.high) for answer in answers]
    return [
        answer
        for answer in cut
        if (answer.high is None or answer.sample < answer.high.first) and not _past(answer, most)
    ]


def _past(answer: Answer, most: int | None) -> bool:
    return most is not None and bool(answer.sample > most)


def _within(limit: Threshold, least: Ordinal, most: Ordinal) -> bool:
    return (least is None or limit.first > least) and (most is None or limit.first <= most)


def _answers(fact: Fact, compared: list[Compare], as_of: date) -> tuple[Answer, ...]:
    if fact.kind is FactKind.FLAG:
        return (Answer(True), Answer(False))
    if fact.kind in ORDERED_KINDS:
        limits = [limit for comparison in compared for limit in _thresholds(comparison)]
        return value_spans(limits, most=as_of) if fact.kind is FactKind.DATE else value_spans(limits, least=0)
    named = tuple(fact.choices) or (*dict.fromkeys(str(comparison.operand) for comparison in compared), OTHER_WORD)
    return tuple(Answer(word) for word in named)


def _thresholds(compare: Compare) -> list[Threshold]:
    at, above = Threshold(compare.operand, above=False), Threshold(compare.operand, above=True)
    return {"<": [at], ">=": [at], "<=": [above], ">": [above]}.get(compare.operator, [at, above])
