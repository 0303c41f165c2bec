"""Chinese phrases for explanations: a fact of a household, a span of answers, the resulting type.

Figures (money, counts) are shown only to those who may read them; others read which bureau's data decided.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from shared.law.compiler.evaluator import Facts
from shared.law.explain.answers import ORDERED_KINDS, OTHER_WORD, Answer, Threshold, previous_value
from shared.law.language.facts import FACTS, RECORD_FLAGS, Fact, FactKind
from shared.law.language.units import format_day, format_fen
from shared.law.model.outcome import HouseholdType


def fact_phrase(name: str, facts: Facts, *, with_figures: bool) -> str:
    """What is known of a fact (“成立日期是2020年3月1日”), or which bureau has not delivered it."""
    fact = FACTS[name]
    if fact.guard is not None and facts[fact.guard] is not True:
        return fact_phrase(fact.guard, facts, with_figures=with_figures)
    if is_unknown(fact, facts):
        return f"{fact.bureau}还没有提供{fact.label}"
    if fact.kind is FactKind.FLAG:
        return fact.yes if facts[name] else fact.no
    if fact.confidential and not with_figures:
        return f"{fact.bureau}只提供了{fact.label}的范围" if _banded(fact, facts) else _judged_by(fact)
    if _absent(fact, facts):
        return f"{fact.bureau}没有这一户的记录，{fact.label}按零计"
    qualifier = f"{fact.bureau}只提供了范围，" if _banded(fact, facts) else ""
    return f"{qualifier}{fact.label}{_value(fact, facts)}"


def figure_phrase(fact: Fact, facts: Facts) -> str:
    """A known figure with where it comes from: “申报的是557,000元”, “税务部门提供的是8,000元”."""
    if _absent(fact, facts):
        return f"{fact.bureau}没有这一户的记录，按零计"
    if _banded(fact, facts):
        return f"{fact.bureau}只提供了范围，{_value(fact, facts)}"
    given = "申报的" if fact.feed == "annual_report" else f"{fact.bureau}提供的"
    return f"{given}{_value(fact, facts)}"


def fact_to_supply(name: str, facts: Facts) -> Fact:
    """The fact whose bureau would know: a guard that is itself unknown comes before the figure it guards."""
    fact = FACTS[name]
    if fact.guard is not None and facts[fact.guard] is None:
        return FACTS[fact.guard]
    return fact


def is_unknown(fact: Fact, facts: Facts) -> bool:
    """Whether a fact has neither a value nor a bound."""
    return all(facts[column] is None for column in fact.columns)


def _judged_by(fact: Fact) -> str:
    return f"根据{fact.bureau}提供的{fact.label}判断"


def _banded(fact: Fact, facts: Facts) -> bool:
    return fact.interval and facts[fact.columns[0]] != facts[fact.columns[1]]


def _absent(fact: Fact, facts: Facts) -> bool:
    """Whether a figure is 0 because a delivered feed has no row of the household."""
    recorded = RECORD_FLAGS.get(fact.feed)
    return recorded is not None and facts[recorded] is False and facts[fact.columns[0]] == 0


def _value(fact: Fact, facts: Facts) -> str:
    low, high = facts[fact.columns[0]], facts[fact.columns[-1]]
    if _banded(fact, facts):
        return _band(low, high)
    if fact.kind is FactKind.MONEY:
        return f"是{format_fen(low)}"
    if fact.kind is FactKind.DATE:
        return f"是{format_day(low)}"
    return f"是{fact.choices.get(str(low), low)}{fact.measure}"


def _band(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return f"在{format_fen(high)}以下" if low is None and high is not None else f"在{format_fen(low or 0)}以上"
    return f"在{format_fen(low)}到{format_fen(high)}之间"


def becomes(kind: HouseholdType, current: HouseholdType) -> str:
    """“则为成长型”, “则仍为成长型”."""
    still = "仍" if kind is current else ""
    return f"则{still}不符合分型条件" if kind is HouseholdType.INELIGIBLE else f"则{still}为{kind.label}"


def types_phrase(kinds: tuple[HouseholdType, ...]) -> str:
    """“成长型或发展型”."""
    return "、".join(kind.label for kind in kinds[:-1]) + ("或" if len(kinds) > 1 else "") + kinds[-1].label


def value_phrase(fact: Fact, value: object) -> str:
    """A value in words."""
    if fact.kind is FactKind.MONEY and isinstance(value, int):
        return format_fen(value)
    return format_day(value) if isinstance(value, date) else f"{fact.choices.get(str(value), value)}{fact.measure}"


def answer_phrase(name: str, group: list[Answer]) -> str:
    """Adjacent answers, or several values of a choice, as one phrase: “2人到3人”, “超过1万元”, “吊销、注销、撤销”."""
    fact = FACTS[name]
    if fact.kind is FactKind.FLAG:
        return "或".join(fact.yes if answer.sample else fact.no for answer in group)
    if fact.kind not in ORDERED_KINDS:
        return "、".join(
            "另外的" if answer.sample == OTHER_WORD else value_phrase(fact, answer.sample) for answer in group
        )
    return span_phrase(fact.kind, partial(value_phrase, fact), group)


def span_phrase(kind: FactKind, say: Callable[[Any], str], group: list[Answer]) -> str:
    """Adjacent spans as one phrase; `say` turns a value into words."""
    low, high = group[0].low, group[-1].high
    if low is None and high is None:
        return "无论是多少"
    if kind is FactKind.COUNT:
        return _whole_number_span(say, low, high)
    later, earlier = ("晚于", "早于") if kind is FactKind.DATE else ("超过", "不到")
    onwards, backwards = ("以后", "以前") if kind is FactKind.DATE else ("以上", "以下")
    parts = []
    if low is not None:
        parts.append(f"{later}{say(low.value)}" if low.above else f"{say(low.value)}（含）{onwards}")
    if high is not None:
        parts.append(f"{say(high.value)}（含）{backwards}" if high.above else f"{earlier}{say(high.value)}")
    return "、".join(parts)


def _whole_number_span(say: Callable[[Any], str], low: Threshold | None, high: Threshold | None) -> str:
    """The phrase for a span of whole numbers, both ends included."""
    first = 0 if low is None else low.first
    if high is None:
        return f"{say(first)}（含）以上"
    last = previous_value(high.first)
    if first == last:
        return say(first)
    return f"{say(last)}（含）以下" if low is None else f"{say(first)}到{say(last)}"
