"""Says one fact of a household in Chinese, for its explanation.

Figures (money, counts) are said only to those who may read them; others read which bureau's data decided.
"""

from shared.policy.facts import FACTS, RECORDED, Fact, Kind
from shared.policy.kleene import Facts
from shared.policy.units import say_day, say_fen


def phrase(name: str, facts: Facts, *, with_figures: bool) -> str:
    """What is known of a fact: “成立日期是2020年3月1日”, or which bureau does not say."""
    fact = FACTS[name]
    if fact.guard is not None and facts[fact.guard] is not True:
        return phrase(fact.guard, facts, with_figures=with_figures)
    if unknown(fact, facts):
        return f"{fact.bureau}还没有提供{fact.label}"
    if fact.kind is Kind.FLAG:
        return fact.yes if facts[name] else fact.no
    if fact.confidential and not with_figures:
        return f"{fact.bureau}只提供了{fact.label}的范围" if _banded(fact, facts) else _judged_by(fact)
    if _absent(fact, facts):
        return f"{fact.bureau}没有这一户的记录，{fact.label}按零计"
    known = f"{fact.bureau}只提供了范围，" if _banded(fact, facts) else ""
    return f"{known}{fact.label}{_value(fact, facts)}"


def held(fact: Fact, facts: Facts) -> str:
    """A known figure with where it comes from: “申报的是557,000元”, “税务部门提供的是8,000元”."""
    if _absent(fact, facts):
        return f"{fact.bureau}没有这一户的记录，按零计"
    if _banded(fact, facts):
        return f"{fact.bureau}只提供了范围，{_value(fact, facts)}"
    given = "申报的" if fact.feed == "annual_report" else f"{fact.bureau}提供的"
    return f"{given}{_value(fact, facts)}"


def source(name: str, facts: Facts) -> Fact:
    """The fact whose bureau would know: a guard that is itself unknown comes before the figure it guards."""
    fact = FACTS[name]
    if fact.guard is not None and facts[fact.guard] is None:
        return FACTS[fact.guard]
    return fact


def unknown(fact: Fact, facts: Facts) -> bool:
    """Whether nothing at all is known of a fact."""
    return all(facts[column] is None for column in fact.columns)


def _judged_by(fact: Fact) -> str:
    return f"根据{fact.bureau}提供的{fact.label}判断"


def _banded(fact: Fact, facts: Facts) -> bool:
    return fact.interval and facts[fact.columns[0]] != facts[fact.columns[1]]


def _absent(fact: Fact, facts: Facts) -> bool:
    """Whether a figure is 0 because a delivered feed has no row of the household."""
    recorded = RECORDED.get(fact.feed)
    return recorded is not None and facts[recorded] is False and facts[fact.columns[0]] == 0


def _value(fact: Fact, facts: Facts) -> str:
    low, high = facts[fact.columns[0]], facts[fact.columns[-1]]
    if _banded(fact, facts):
        return _band(low, high)
    if fact.kind is Kind.MONEY:
        return f"是{say_fen(low)}"
    if fact.kind is Kind.DATE:
        return f"是{say_day(low)}"
    return f"是{fact.choices.get(str(low), low)}{fact.measure}"


def _band(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return f"在{say_fen(high)}以下" if low is None and high is not None else f"在{say_fen(low or 0)}以上"
    return f"在{say_fen(low)}到{say_fen(high)}之间"
