"""A question's results as bars beside the table: shares of the whole region, and the rate of each place in the order of
codes. What the service does not give has no bar.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.surveys.questionnaire import NO_RATE
from services.portal.upstream.analyses import QuestionResultAnswer, ResultRowAnswer
from shared.reference.regions import region_name

WHOLE = "合计"
NOT_GIVEN = "不给"


@dataclass(frozen=True)
class Bar:
    """A bar of so many percent of the full width; `said`: the number beside it, in words."""

    label: str
    said: str
    percent: int | None


@dataclass(frozen=True)
class Figure:
    """Bars under a heading."""

    title: str
    bars: Sequence[Bar]


def figures_of(result: QuestionResultAnswer) -> list[Figure]:
    """None where too few answered."""
    if result.total is None:
        return []
    found = [Figure("各选项有几户选", [_share(result.total, one.label, one.answers) for one in result.total.options])]
    if result.question.measures != NO_RATE:
        bars = [_rate(one) for one in (*result.rows, result.total)]
        found.append(Figure(f"{result.question.measures_label}，按区划代码排列", bars))
    return found


def hides_something(result: QuestionResultAnswer) -> bool:
    """Whether a number of the table is not given."""
    rows = [*result.rows, *([result.total] if result.total else [])]
    return any(one.answers is None for row in rows for one in row.options)


def place(row: ResultRowAnswer) -> str:
    """The counties of a row."""
    return "、".join(region_name(one) or "未知地区" for one in row.counties) or WHOLE


def _share(total: ResultRowAnswer, label: str, answers: int | None) -> Bar:
    if answers is None:
        return Bar(label, NOT_GIVEN, None)
    percent = round(100 * answers / total.answered) if total.answered else 0
    return Bar(label, f"{answers:,} 户，占百分之 {percent}", percent)


def _rate(row: ResultRowAnswer) -> Bar:
    return Bar(place(row), NOT_GIVEN if row.rate is None else f"百分之 {row.rate}", row.rate)
