"""The recognition rules of a policy: sources, disqualifiers, categories, quota, season, paths, and what follows.

Where the text has a number, the model holds a parameter's name; `RecognitionRules.value` gives its value on a day.
Rules hold expressions over the recognition facts; several clauses in one list are alternatives (any of them).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.law.language.units import Value
from shared.law.model.clauses import Citation, Parameter, Rule
from shared.law.model.operator_kinds import EARLIER_KINDS, OperatorKinds
from shared.reference.penalties import EVER_FINE_OR_WORSE


class Level(StrEnum):
    """The actor of a step: a bureau of some level, another department, or the operator."""

    OPERATOR = "operator"
    DEPARTMENT = "department"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


LEVEL_DIGITS = {Level.COUNTY: 6, Level.CITY: 4, Level.PROVINCE: 2}
"""Digits of the region of a bureau by its level; a municipality under the central government is a province."""
LEVEL_BY_DIGITS = {digits: level for level, digits in LEVEL_DIGITS.items()}
LEVEL_LABELS = {Level.COUNTY: "县（市、区）级", Level.CITY: "市（地）级", Level.PROVINCE: "省（自治区、直辖市）级"}


def level_of(region: str) -> Level | None:
    """The level of a region's bureau; None for the whole country, which no policy names."""
    return LEVEL_BY_DIGITS.get(len(region))


class StepKind(StrEnum):
    """The steps a path may have."""

    CONSENT = "consent"
    RECOMMENDATION = "recommendation"
    APPLICATION = "application"
    REVIEW = "review"
    SELECTION = "selection"
    SITE_VISIT = "site-visit"
    CONSULTATION = "consultation"
    PUBLIC_NOTICE = "public-notice"
    DECISION = "decision"
    REPORT = "report"


class Category(StrEnum):
    """名 特 优 新."""

    RENOWNED = "renowned"
    DISTINCTIVE = "distinctive"
    QUALITY = "quality"
    EMERGING = "emerging"

    @property
    def label(self) -> str:
        """The Chinese name."""
        return {"renowned": "知名", "distinctive": "特色", "quality": "优质", "emerging": "新兴"}[self]


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step of a path. `opens`, `until` (days of the year) and `days` name parameters, `supplement` that
    of the days for completing what the step returned. Not `verified`: it rests on a document whose text is not at hand.
    """

    kind: StepKind
    by: tuple[Level, ...]
    citation: Citation
    opens: str | None = None
    until: str | None = None
    days: str | None = None
    supplement: str | None = None
    verified: bool = True


class NoticeReading(StrEnum):
    """Whether a path has a public notice, where the text does not name it among the path's steps."""

    WITH_NOTICE = "with-notice"
    WITHOUT_NOTICE = "without-notice"


@dataclass(frozen=True, slots=True)
class RecognitionPath:
    """自主申报 or 部门推荐: its steps in the policy's order, those left out by the reading in force excepted.

    `readings`: the interpretations that decide on a step, each with the step's passage.
    """

    id: str
    steps: tuple[PathStep, ...]
    citation: Citation
    readings: tuple[tuple[str, Citation], ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One local standard of a category. `evidence`: the documents needed, unless others prove the criterion;
    `proven_by`: who does, one or several where its alternatives are known to different ones; `otherwise`: documents of
    an alternative that none of them knows, for whoever rests on it; `besides`: those needed in any case. `over_years`
    names the number of years that it asks for more than: the day on which they are full is not enough (民法典 1259).
    """

    id: str
    title: str
    evidence: tuple[str, ...]
    proven_by: tuple[str, ...]
    besides: tuple[str, ...]
    points: int | None
    citation: Citation
    over_years: str | None = None
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """A category: one criterion is enough or, where criteria are scored, `points_needed` points are."""

    category: Category
    criteria: tuple[Criterion, ...]
    points_needed: int | None
    citation: Citation


class Counting(StrEnum):
    """Which recognitions use a place of the quota: all valid ones (stock), or only those granted in the year (flow)."""

    STOCK = "stock"
    FLOW = "flow"


class Rounding(StrEnum):
    """How the share of the base is rounded to a whole number."""

    FLOOR = "floor"
    HALF_UP = "half-up"
    CEILING = "ceiling"

    def places(self, base: int, percent: int) -> int:
        """`percent` of the base as a whole number."""
        added = {Rounding.FLOOR: 0, Rounding.HALF_UP: 50, Rounding.CEILING: 99}[self]
        return (base * percent + added) // 100

    @property
    def label(self) -> str:
        """The rounding in words."""
        return {"floor": "舍去小数", "half-up": "四舍五入", "ceiling": "有小数就进一"}[self]


@dataclass(frozen=True, slots=True)
class QuotaRule:
    """数量比例: at most `share` percent of the `types` of the published July run over `scope`; who apportions it, or
    may if it chooses.

    The text leaves open the scope, what is counted and how it is rounded; `interpretations` decided the last two, and
    an order may read them otherwise.
    """

    share: str
    types: tuple[str, ...]
    scope: Level
    apportioned_by: Level | None
    counting: Counting
    rounding: Rounding
    interpretations: tuple[str, ...]
    citation: Citation
    may_apportion: Level | None = None


@dataclass(frozen=True, slots=True)
class CriteriaRule:
    """Who sets the criteria, and with whom they are filed; they are published before any application."""

    set_by: tuple[Level, ...]
    filed_with: Level | None
    citation: Citation


@dataclass(frozen=True, slots=True)
class SeasonRule:
    """The year's dates, each a parameter: when recognition opens, must be done, and benefits begin (the next year)."""

    opens: str
    until: str
    benefits_from: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class SupervisionRule:
    """Supervision by the superior: the share of applications drawn for spot checks, and what may be demanded.

    Two powers: `by` must draw the `share` (any share, where the text names none); `may` are the levels that may check
    as they see fit, with the passage that lets them.
    """

    by: Level
    share: str | None
    filed_with: Level | None
    citation: Citation
    may: tuple[Level, ...] = ()
    may_citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class LifecycleRules:
    """What happens after recognition; years and days name parameters."""

    validity: str
    validity_citation: Citation
    report_until: str
    report_reminder: str | None
    report_citation: Citation
    operator_change: Citation
    confirmation: tuple[Rule, ...]
    cancellation: Citation
    extension_years: str
    extension: tuple[Rule, ...]
    extension_citation: Citation
    ban_years: str
    revocation: Citation
    mutual_with: tuple[str, ...]
    mutual_citation: Citation | None


@dataclass(frozen=True, slots=True)
class ProcedureRule:
    """Periods of procedure, each a parameter: a late application after an upheld objection, the statement before a
    cancellation or revocation, administrative review (行政复议) and suit (行政诉讼) after it.
    """

    late_application: str
    defence: str
    review: str
    suit: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """Which kinds of penalties are 罚款及以上, by the reading in force of `interpretation`."""

    barring: frozenset[str]
    interpretation: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class RecognitionRules:
    """All rules of recognition. A household must meet one of `sources`, none of `disqualifiers`, and one category."""

    parameters: Mapping[str, Parameter]
    recognised_by: tuple[Level, ...]
    citation: Citation
    sources: tuple[Rule, ...]
    disqualifiers: tuple[Rule, ...]
    criteria: CriteriaRule
    categories: Mapping[Category, CategoryRule]
    one_category: Citation
    one_per_person: Citation
    quota: QuotaRule
    season: SeasonRule
    paths: Mapping[str, RecognitionPath]
    supervision: SupervisionRule
    lifecycle: LifecycleRules
    procedure: ProcedureRule | None = None
    penalties: PenaltyRule | None = None
    operator_kinds: OperatorKinds = EARLIER_KINDS

    @property
    def barring_penalties(self) -> frozenset[str]:
        """罚款及以上: the kinds of penalties that the facts about penalties count."""
        return EVER_FINE_OR_WORSE if self.penalties is None else self.penalties.barring

    def value(self, parameter: str, day: date) -> Value | None:
        """A parameter's value on a day; None when it is unset."""
        return self.parameters[parameter].on(day)

    def rules(self) -> tuple[Rule, ...]:
        """Every rule with an expression."""
        return (*self.sources, *self.disqualifiers, *self.lifecycle.confirmation, *self.lifecycle.extension)
