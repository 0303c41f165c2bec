"""The rules of recognition in a region and year, with the quota's arithmetic."""

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from services.typing.directory.presenters import citation_view
from services.typing.standards.rules_view import clause_views
from services.typing.standards.schemas import (
    CategoryStandardView,
    CriterionView,
    LifeView,
    OperatorKindView,
    PathView,
    QuotaView,
    RecognitionStandardView,
    StepView,
)
from shared.law.language.facts import one_prover, prover_label
from shared.law.language.units import format_value, month_day
from shared.law.model.clauses import Parameter, fill_title, values_on
from shared.law.model.outcome import HouseholdType
from shared.law.model.recognition import LEVEL_DIGITS, CategoryRule, Counting, Level, PathStep, RecognitionRules

LEVELS: Mapping[Level, str] = MappingProxyType(
    {
        Level.OPERATOR: "经营者",
        Level.DEPARTMENT: "其他部门",
        Level.COUNTY: "县级市场监管部门",
        Level.CITY: "市级市场监管部门",
        Level.PROVINCE: "省（自治区、直辖市）级市场监管部门",
    }
)
_PATHS: Mapping[str, str] = MappingProxyType({"application": "自主申报", "recommendation": "部门推荐"})
_COUNTED: Mapping[Counting, str] = MappingProxyType(
    {Counting.STOCK: "有效的认定都占名额", Counting.FLOW: "只有当年新认定的占名额"}
)


def recognition_view(
    rules: RecognitionRules, region: str, day: dt.date, counts: Mapping[str, int]
) -> RecognitionStandardView:
    """The rules on a day; dates are those of its year."""
    on = _OnDay(rules, day)
    return RecognitionStandardView(
        recognised_by=level_names(rules.recognised_by),
        sources=clause_views(rules.sources, rules.parameters, day),
        operator_kinds=[
            OperatorKindView(
                id=kind.id,
                title=kind.title,
                evidence=list(kind.evidence),
                proven_by=kind.proven_by.label if kind.proven_by else None,
            )
            for kind in rules.operator_kinds.kinds
        ],
        disqualifiers=clause_views(rules.disqualifiers, rules.parameters, day),
        criteria_set_by=level_names(rules.criteria.set_by),
        criteria_filed_with=LEVELS[rules.criteria.filed_with] if rules.criteria.filed_with else None,
        categories=[category_view(rule, rules.parameters, day) for rule in rules.categories.values()],
        quota=quota_view(rules, region, day, counts),
        opens_on=on.date(rules.season.opens),
        recognised_until=on.date(rules.season.until),
        benefits_from=on.date(rules.season.benefits_from, years_later=1),
        paths=[
            PathView(path=path.id, path_label=_PATHS[path.id], steps=[on.step(step) for step in path.steps])
            for path in rules.paths.values()
        ],
        life=life_view(rules, on, day),
    )


def level_names(levels: Iterable[Level]) -> list[str]:
    """The levels in words."""
    return [LEVELS[level] for level in levels]


def category_view(rule: CategoryRule, parameters: Mapping[str, Parameter], day: dt.date) -> CategoryStandardView:
    """A category with the reference conditions that the policy itself gives."""
    numbers = values_on(parameters, day)
    return CategoryStandardView(
        category=rule.category,
        category_label=rule.category.label,
        points_needed=rule.points_needed,
        criteria=[
            CriterionView(
                id=one.id,
                title=fill_title(one.title, parameters, numbers),
                evidence=list(one.evidence),
                proven_by=prover_label(prover) if (prover := one_prover(one.proven_by)) else None,
                otherwise=list(one.otherwise),
                besides=list(one.besides),
                points=one.points,
                citation=citation_view(one.citation),
            )
            for one in rule.criteria
        ],
        citation=citation_view(rule.citation),
    )


def quota_view(rules: RecognitionRules, region: str, day: dt.date, counts: Mapping[str, int]) -> QuotaView:
    """The share of the base, rounded as the interpretation in force says."""
    quota = rules.quota
    parameter, percent = rules.parameters[quota.share], rules.value(quota.share, day)
    labels = "＋".join(HouseholdType.from_slug(kind).label for kind in quota.types)
    share = format_value(percent, parameter.unit)
    base = sum(counts.get(kind, 0) for kind in quota.types) if counts else None
    return QuotaView(
        share=share,
        scope=LEVELS[quota.scope].removesuffix("市场监管部门"),
        scope_region=scope_region(rules, region),
        apportioned_by=LEVELS[quota.apportioned_by] if quota.apportioned_by else None,
        may_apportion=LEVELS[quota.may_apportion] if quota.may_apportion else None,
        arithmetic=f"{share} ×（{labels}的户数），{quota.rounding.label}；{_COUNTED[quota.counting]}",
        year=day.year,
        base=base,
        places=quota.rounding.places(base, percent) if base is not None and isinstance(percent, int) else None,
        citation=citation_view(quota.citation),
    )


def scope_region(rules: RecognitionRules, region: str) -> str | None:
    """The region over which the quota of a place is reckoned; None for a region larger than that."""
    digits = LEVEL_DIGITS[rules.quota.scope]
    return region[:digits] if len(region) >= digits else None


def life_view(rules: RecognitionRules, on: "_OnDay", day: dt.date) -> LifeView:
    """What follows from recognition."""
    life = rules.lifecycle
    return LifeView(
        valid_years=on.text(life.validity),
        information_report_until=on.date(life.report_until),
        confirmation=clause_views(life.confirmation, rules.parameters, day),
        extension=clause_views(life.extension, rules.parameters, day),
        extension_years=on.text(life.extension_years),
        ban_years=on.text(life.ban_years),
        recognised_from=list(life.mutual_with),
    )


class _OnDay:
    """The numbers of the rules on a day."""

    def __init__(self, rules: RecognitionRules, day: dt.date) -> None:
        self._rules, self._day = rules, day

    def date(self, name: str | None, *, years_later: int = 0) -> dt.date | None:
        """A day of the year; None where it is not written or unset."""
        value = None if name is None else self._rules.value(name, self._day)
        return None if value is None else month_day(value, self._day.year + years_later)

    def text(self, name: str | None) -> str | None:
        """A number in words; None where it is not written or unset."""
        value = None if name is None else self._rules.value(name, self._day)
        return None if name is None or value is None else format_value(value, self._rules.parameters[name].unit)

    def step(self, step: PathStep) -> StepView:
        """One step with its days."""
        return StepView(
            step=step.kind,
            by=level_names(step.by),
            opens_on=self.date(step.opens),
            until=self.date(step.until),
            days=self.text(step.days),
            verified=step.verified,
            citation=citation_view(step.citation),
        )
