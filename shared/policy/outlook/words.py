"""The words of the outlook: what an answer would be, what the household would then be."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from shared.policy.facts import FACTS, Fact, Kind
from shared.policy.outcome import HouseholdType
from shared.policy.outlook.answers import ORDERED, OTHER, Answer, Limit, before
from shared.policy.units import say_day, say_fen


def become(kind: HouseholdType, current: HouseholdType) -> str:
    """“则为成长型”, “则仍为成长型”."""
    still = "仍" if kind is current else ""
    return f"则{still}不符合分型条件" if kind is HouseholdType.INELIGIBLE else f"则{still}为{kind.label}"


def types(kinds: tuple[HouseholdType, ...]) -> str:
    """“成长型或发展型”."""
    return "、".join(kind.label for kind in kinds[:-1]) + ("或" if len(kinds) > 1 else "") + kinds[-1].label


def value(fact: Fact, one: object) -> str:
    """A value as a sentence says it."""
    if fact.kind is Kind.MONEY and isinstance(one, int):
        return say_fen(one)
    return say_day(one) if isinstance(one, date) else f"{fact.choices.get(str(one), one)}{fact.measure}"


def answer(name: str, group: list[Answer]) -> str:
    """Neighbouring answers, or the words of a choice, as one: “2人到3人”, “超过1万元”, “吊销、注销、撤销”."""
    fact = FACTS[name]
    if fact.kind is Kind.FLAG:
        return "或".join(fact.yes if one.sample else fact.no for one in group)
    if fact.kind not in ORDERED:
        return "、".join("另外的" if one.sample == OTHER else value(fact, one.sample) for one in group)
    return span(fact.kind, partial(value, fact), group)


def span(kind: Kind, say: Callable[[Any], str], group: list[Answer]) -> str:
    """Neighbouring spans as one; `say` says a value."""
    low, high = group[0].low, group[-1].high
    if low is None and high is None:
        return "无论是多少"
    if kind is Kind.COUNT:
        return _whole(say, low, high)
    later, earlier = ("晚于", "早于") if kind is Kind.DATE else ("超过", "不到")
    onwards, backwards = ("以后", "以前") if kind is Kind.DATE else ("以上", "以下")
    parts = []
    if low is not None:
        parts.append(f"{later}{say(low.value)}" if low.above else f"{say(low.value)}（含）{onwards}")
    if high is not None:
        parts.append(f"{say(high.value)}（含）{backwards}" if high.above else f"{earlier}{say(high.value)}")
    return "、".join(parts)


def _whole(say: Callable[[Any], str], low: Limit | None, high: Limit | None) -> str:
    """Whole numbers, both ends included."""
    first = 0 if low is None else low.first
    if high is None:
        return f"{say(first)}（含）以上"
    last = before(high.first)
    if first == last:
        return say(first)
    return f"{say(last)}（含）以下" if low is None else f"{say(first)}到{say(last)}"
