"""The scoring sheet of a county's season (评分表): sections, indicators, deductions, vetoes, bars and rules for ties.

It says how the households that meet the law's criteria are compared (择优). All points are exact decimals. A section
gives its weight times the share of its full points that a household reaches; the weights that apply to a category make
100. What it asks is either known from facts, established by an officer's finding, or scored by several assessors.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shared.law.language.expressions import Expression
from shared.law.language.nodes import facts_in
from shared.law.model.clauses import Citation, Document
from shared.law.model.recognition import Category

FULL = Decimal(100)
"""The weights of the sections that apply to a category make so many points."""


class IndicatorKind(StrEnum):
    """How the points of an indicator come about."""

    GRADED = "graded"
    COMPUTED = "computed"
    ASSESSED = "assessed"


INDICATOR_KIND_LABELS = {
    IndicatorKind.GRADED: "分档",
    IndicatorKind.COMPUTED: "据数据计算",
    IndicatorKind.ASSESSED: "评审员打分",
}


class TieOrder(StrEnum):
    """Rules for equal points that name no part of the sheet; the others name a section or an indicator."""

    EARLIER_SUBMISSION = "earlier-submission"
    DRAW = "draw"


TIE_LABELS = {TieOrder.EARLIER_SUBMISSION: "申报在先的", TieOrder.DRAW: "按认定季公布的种子抽签"}


@dataclass(frozen=True, slots=True)
class ScoreLevel:
    """One level of what is graded or computed. `when`: the expression that decides it; None: an officer finds it."""

    title: str
    points: Decimal
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """What points are given for, taken off for, or what excludes: its levels, or the most that assessors may give.

    `categories`: those it applies to; empty: common to all.
    """

    id: str
    title: str
    kind: IndicatorKind
    citation: Citation
    levels: tuple[ScoreLevel, ...] = ()
    most: Decimal = Decimal(0)
    categories: tuple[Category, ...] = ()

    @property
    def maximum(self) -> Decimal:
        """The most points that it can give."""
        return max((level.points for level in self.levels), default=self.most)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that its expressions use, each once."""
        found = (name for level in self.levels if level.when is not None for name in facts_in(level.when.root))
        return tuple(dict.fromkeys(found))

    def applies_to(self, category: Category) -> bool:
        """Whether households of the category are measured by it."""
        return not self.categories or category in self.categories


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the sheet. `cap`: no more of its indicators' points count; None: all count."""

    id: str
    title: str
    weight: Decimal
    cap: Decimal | None
    indicators: tuple[Indicator, ...]
    categories: tuple[Category, ...] = ()

    def applies_to(self, category: Category) -> bool:
        """Whether it counts for households of the category."""
        return not self.categories or category in self.categories

    def of(self, category: Category) -> tuple[Indicator, ...]:
        """The indicators by which households of the category are measured."""
        return tuple(one for one in self.indicators if one.applies_to(category))

    def full(self, category: Category) -> Decimal:
        """The points that make the whole weight."""
        together = sum((one.maximum for one in self.of(category)), Decimal(0))
        return together if self.cap is None else self.cap


class ExclusionKind(StrEnum):
    """Why a household is excluded whatever its points: 一票否决, or a county's own condition for taking part."""

    VETO = "veto"
    BAR = "bar"


EXCLUSION_LABELS = {ExclusionKind.VETO: "一票否决", ExclusionKind.BAR: "本地限制条件"}


@dataclass(frozen=True, slots=True)
class AssessorRule:
    """`least`: an application needs so many scores; from `without_extremes_from` scores on the highest and the lowest
    are left out of the mean (None: never).
    """

    least: int
    without_extremes_from: int | None


@dataclass(frozen=True, slots=True)
class ScoringSheet:
    """A sheet as its document has it. `decimals`: places to which a total is rounded, half up, before comparison.

    `points_needed`: a household with fewer points is not selected. `ties`: a `TieOrder`, or the id of a section or
    indicator whose points decide.
    """

    title: str
    document: Document
    valid_from: date
    valid_until: date
    decimals: int
    points_needed: Decimal | None
    assessors: AssessorRule | None
    sections: tuple[Section, ...]
    deductions: tuple[Indicator, ...]
    exclusions: tuple[tuple[ExclusionKind, Indicator], ...]
    ties: tuple[str, ...]

    def sections_of(self, category: Category) -> tuple[Section, ...]:
        """The sections that count for a category."""
        return tuple(section for section in self.sections if section.applies_to(category))

    def indicators_of(self, category: Category) -> tuple[Indicator, ...]:
        """Everything that a household of a category is measured by, in the sheet's order."""
        scored = (one for section in self.sections_of(category) for one in section.of(category))
        others = (*self.deductions, *(one for _, one in self.exclusions))
        return (*scored, *(one for one in others if one.applies_to(category)))

    def assessed_in(self, category: Category) -> tuple[Indicator, ...]:
        """What assessors give points for."""
        return tuple(one for one in self.indicators_of(category) if one.kind is IndicatorKind.ASSESSED)
