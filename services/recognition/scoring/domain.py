"""What a household's points are by a scoring sheet, line by line; all pure and exact.

Points are computed as fractions and rounded once, as a total, to the sheet's decimals, half up. A level that facts do
not decide asks for evidence: an officer's finding. What excludes a household (一票否决, a local bar) needs no points.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from shared.law.compiler.binding import bind
from shared.law.compiler.evaluator import evaluate
from shared.law.language.vocabulary import SCORING_FACTS, built_in_values
from shared.law.model.recognition import Category
from shared.law.model.scoring import EXCLUSION_LABELS, Indicator, IndicatorKind, ScoreLevel, ScoringSheet, Section

NO_LEVEL = 0
"""The finding that no level holds; levels are counted from 1."""
SHOWN_PLACES = 4
"""Decimal places of a line's points; a line that has more is marked as rounded."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one household. `facts` by column; `findings`: indicator → the level that an officer found;
    `scores`: assessor → indicator → points, of those that count.
    """

    facts: Mapping[str, object]
    findings: Mapping[str, int] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)


class LineKind(StrEnum):
    """What a line of an explanation is about."""

    INDICATOR = "indicator"
    SECTION = "section"
    DEDUCTION = "deduction"
    EXCLUSION = "exclusion"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line of the explanation. `points` None: not determined yet, or the line has none. `item`: the id in the
    sheet.
    """

    kind: LineKind
    item: str
    title: str
    points: Fraction | None
    words: str
    citation: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """A household's points. `total` None: something is missing. `excluded`: why it is not selected whatever its
    points. `parts`: the points of every section and indicator that counts.
    """

    total: Decimal | None
    excluded: tuple[str, ...]
    missing: tuple[str, ...]
    parts: Mapping[str, Fraction]
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What an indicator came to. `level`: of graded and computed ones; `missing`: the evidence that is still needed."""

    points: Fraction | None
    words: str
    level: int | None = None
    missing: str | None = None


def score_household(
    sheet: ScoringSheet, category: Category, evidence: Evidence, day: dt.date, *, lifted: bool = False
) -> ScoreResult:
    """The points of a household of a category by the evidence of a day. `lifted`: an upheld objection has put aside
    what excluded it, so that it is excluded by too few points only, and all of them are needed.
    """
    if not sheet.sections_of(category):
        return ScoreResult(None, (), (f"评分表没有“{category.label}”类的部分",), {}, ())
    measured = {one.id: measure(sheet, one, evidence, day) for one in sheet.indicators_of(category)}
    lines: list[ScoreLine] = []
    parts: dict[str, Fraction] = {}
    total = Fraction(0)
    for section in sheet.sections_of(category):
        total += _add_section(section, category, measured, lines, parts)
    total -= _add_deductions(sheet, category, measured, lines)
    excluded = _add_exclusions(sheet, category, measured, lines)
    if lifted:
        excluded = ()
    missing = () if excluded else tuple(one.missing for one in measured.values() if one.missing is not None)
    known = None if any(one.points is None for one in measured.values()) else rounded(max(total, Fraction(0)), sheet)
    lines.append(_total_line(known, sheet))
    needed = sheet.points_needed
    if known is not None and needed is not None and known < needed:
        excluded = (*excluded, f"总分 {known}，不到入选分数线 {needed}")
    return ScoreResult(known, excluded, missing, parts, tuple(lines))


def rounded(points: Fraction, sheet: ScoringSheet) -> Decimal:
    """Points to the sheet's decimals, half up: 0.125 → 0.13 with two."""
    scale = 10**sheet.decimals
    whole = (points * scale * 2 + 1) // 2  # the floor of x + 1/2, in whole numbers
    return Decimal(whole).scaleb(-sheet.decimals)


def shown(points: Fraction) -> str:
    """Points in words: 8、8.5; 约 8.6667 where the places do not suffice."""
    places = Decimal(1).scaleb(-SHOWN_PLACES)
    near = (Decimal(points.numerator) / Decimal(points.denominator)).quantize(places, ROUND_HALF_UP)
    text = f"{near.normalize():f}"
    return text if Fraction(near) == points else f"约 {text}"


def measure(sheet: ScoringSheet, indicator: Indicator, evidence: Evidence, day: dt.date) -> Measured:
    """What an indicator comes to for a household."""
    if indicator.kind is IndicatorKind.ASSESSED:
        return _assessed(sheet, indicator, evidence)
    computed = indicator.kind is IndicatorKind.COMPUTED
    level = computed_level(indicator, evidence.facts, day) if computed else None
    known_by = "据数据"
    if level is None:
        level, known_by = evidence.findings.get(indicator.id), "经查明"
        if level is not None and (against := contradiction(indicator, level, evidence.facts, day)) is not None:
            return Measured(None, against, missing=f"{against}，请重新查明")
    if level is None:
        return Measured(None, "还没有查明", missing=_what_is_missing(indicator, evidence.facts))
    if level == NO_LEVEL:
        return Measured(Fraction(0), f"{known_by}，没有这种情形或不属于任何一档", level)
    found = indicator.levels[level - 1]
    return Measured(Fraction(found.points), f"{known_by}，属于“{found.title}”", level)


def computed_level(indicator: Indicator, facts: Mapping[str, object], day: dt.date) -> int | None:
    """The level with the most points that holds, counted from 1; None while one that would give more, or the one that
    holds, is unknown.
    """
    best_first = sorted(enumerate(indicator.levels, 1), key=lambda numbered: -numbered[1].points)
    for number, level in best_first:
        holds = level_holds(level, facts, day)
        if holds is None:
            return None
        if holds:
            return number
    return NO_LEVEL


def contradiction(indicator: Indicator, found: int, facts: Mapping[str, object], day: dt.date) -> str | None:
    """Why a found level cannot be: the facts say that it does not hold, or that one with more points does. None: they
    do not speak against it.
    """
    if found != NO_LEVEL and level_holds(indicator.levels[found - 1], facts, day) is False:
        return f"“{indicator.title}”查明的与数据不符：据数据不属于“{indicator.levels[found - 1].title}”"
    points = indicator.levels[found - 1].points if found != NO_LEVEL else 0
    better = (one for one in indicator.levels if one.points > points and level_holds(one, facts, day))
    known = next(better, None)
    return None if known is None else f"“{indicator.title}”查明的与数据不符：据数据属于“{known.title}”"


def level_holds(level: ScoreLevel, facts: Mapping[str, object], day: dt.date) -> bool | None:
    """Whether the facts fulfil a level on a day; None: they do not say."""
    if level.when is None:
        return None
    return evaluate(bind(level.when.root, built_in_values(day), day), facts)


def mean_of(scores: Sequence[Decimal], without_extremes_from: int | None) -> Fraction:
    """The mean of scores, without one highest and one lowest where there are enough of them."""
    counted = sorted(scores)
    if without_extremes_from is not None and len(counted) >= without_extremes_from:
        counted = counted[1:-1]
    return Fraction(sum(counted, Decimal(0))) / len(counted)


def _assessed(sheet: ScoringSheet, indicator: Indicator, evidence: Evidence) -> Measured:
    rule = sheet.assessors
    if rule is None:
        raise LookupError(f"the sheet scores {indicator.id} by assessors and has no rule for them")
    scores = [given[indicator.id] for given in evidence.scores.values() if indicator.id in given]
    if len(scores) < rule.least:
        missing = f"“{indicator.title}”有 {len(scores)} 名评审员的有效打分，至少要 {rule.least} 名"
        return Measured(None, missing, missing=missing)
    mean = mean_of(scores, rule.without_extremes_from)
    trimmed = rule.without_extremes_from is not None and len(scores) >= rule.without_extremes_from
    how = "去掉一个最高分和一个最低分，平均" if trimmed else "平均"
    listed = "、".join(str(score) for score in sorted(scores))
    return Measured(mean, f"{len(scores)} 名评审员打分 {listed}，{how} {shown(mean)}")


def _what_is_missing(indicator: Indicator, facts: Mapping[str, object]) -> str:
    """What an officer has to establish, and who would know."""
    unknown = [
        SCORING_FACTS[name]
        for name in indicator.facts
        if any(facts.get(column) is None for column in SCORING_FACTS[name].columns)
    ]
    if not unknown:
        return f"“{indicator.title}”还没有查明"
    asked = "、".join(f"{fact.label}（{fact.bureau}）" for fact in unknown)
    return f"“{indicator.title}”数据不能判断，要有证明材料：{asked}"


def _add_section(
    section: Section,
    category: Category,
    measured: Mapping[str, Measured],
    lines: list[ScoreLine],
    parts: dict[str, Fraction],
) -> Fraction:
    """A section's lines and points; its weighted points, as far as they are known."""
    together = Fraction(0)
    for indicator in section.of(category):
        found = measured[indicator.id]
        points = found.points or Fraction(0)
        lines.append(_line(LineKind.INDICATOR, indicator, found.points, found.words))
        parts[indicator.id] = points
        together += points
    full = Fraction(section.full(category))
    counted = min(together, full)
    points = Fraction(section.weight) * counted / full
    parts[section.id] = points
    capped = f"，封顶 {shown(full)}" if together > full else ""
    words = f"各项合计 {shown(together)}{capped}；{shown(counted)} ÷ {shown(full)} × {section.weight} = {shown(points)}"
    lines.append(ScoreLine(LineKind.SECTION, section.id, section.title, points, words))
    return points


def _add_deductions(
    sheet: ScoringSheet, category: Category, measured: Mapping[str, Measured], lines: list[ScoreLine]
) -> Fraction:
    total = Fraction(0)
    for indicator in sheet.deductions:
        if not indicator.applies_to(category):
            continue
        found = measured[indicator.id]
        taken = found.points or Fraction(0)
        lines.append(_line(LineKind.DEDUCTION, indicator, None if found.points is None else -taken, found.words))
        total += taken
    return total


def _add_exclusions(
    sheet: ScoringSheet, category: Category, measured: Mapping[str, Measured], lines: list[ScoreLine]
) -> tuple[str, ...]:
    reasons = []
    for kind, indicator in sheet.exclusions:
        if not indicator.applies_to(category):
            continue
        found = measured[indicator.id]
        lines.append(_line(LineKind.EXCLUSION, indicator, None, found.words))
        if found.level:
            reasons.append(f"{EXCLUSION_LABELS[kind]}：{indicator.title}（依据：{indicator.citation}）")
    return tuple(reasons)


def _line(kind: LineKind, indicator: Indicator, points: Fraction | None, words: str) -> ScoreLine:
    return ScoreLine(kind, indicator.id, indicator.title, points, words, str(indicator.citation))


def _total_line(total: Decimal | None, sheet: ScoringSheet) -> ScoreLine:
    words = "还不能计算" if total is None else f"各部分之和减去扣分，四舍五入保留 {sheet.decimals} 位小数，不低于 0"
    return ScoreLine(LineKind.TOTAL, "total", "总分", None if total is None else Fraction(total), words)
