"""Levels of bureaus and dates of steps by the policy, and what an order may add to its policy.

An order may set a number that the policy leaves unset, with the document that sets it, and choose a reading, if its
bureau is of the level that the interpretation names. A season follows the policy of its quota.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from shared.law.explain.interpretations import open_points
from shared.law.language.units import format_value, month_day, suggestion
from shared.law.model.clauses import Interpretation, Parameter
from shared.law.model.operator_kinds import OperatorKind
from shared.law.model.policy import Policy
from shared.law.model.recognition import LEVEL_LABELS, Level, PathStep, RecognitionRules, StepKind, level_of


class PathKind(StrEnum):
    """How a household applies for recognition: 自主申报 or 部门推荐. The policy's paths have these names."""

    APPLICATION = "application"
    RECOMMENDATION = "recommendation"


def competent_levels(step: PathStep, recommended_from: str | None) -> tuple[Level, ...]:
    """The levels of bureaus that do the step; for a recommendation only that of the department's level (同级)."""
    bureaus = tuple(level for level in step.by if level in LEVEL_LABELS)
    if recommended_from is None:
        return bureaus
    return tuple(level for level in bureaus if level is level_of(recommended_from))


def find_step(rules: RecognitionRules, path: PathKind, kind: StepKind) -> PathStep | None:
    """The policy's step of a path; None when the path has no such step."""
    return next((step for step in rules.paths[path].steps if step.kind is kind), None)


def parameter_date(rules: RecognitionRules, parameter: str | None, year: int) -> dt.date | None:
    """The date of a parameter that is a day of the year; None when the policy does not say."""
    value = rules.value(parameter, dt.date(year, 1, 1)) if parameter else None
    return None if value is None else month_day(value, year)


def setting_errors(
    rules: RecognitionRules, settings: Mapping[str, str], document: str | None, day: dt.date
) -> Iterator[str]:
    """Why numbers cannot be set, each as a Chinese sentence."""
    unset = [name for name, parameter in rules.parameters.items() if not parameter.values]
    for name in settings:
        parameter = rules.parameters.get(name)
        if parameter is None:
            yield f"认定规则里没有名为“{name}”的数额{suggestion(name, unset)}"
        elif parameter.values:
            yield f"“{parameter.title}”（{name}）已定为{parameter_text(parameter, day)}，不能另设"
    if settings and document is None:
        yield "设定数额要在 document 中写明由哪份文件定的"


def kind_errors(kinds: Sequence[OperatorKind], document: str | None) -> Iterator[str]:
    """Why kinds of operators cannot be added to those that the policy names, each as a Chinese sentence."""
    if kinds and document is None:
        yield "增列经营者身份要在 document 中写明由哪份文件定的"


def parameter_text(parameter: Parameter, day: dt.date) -> str:
    """A number that is set, with its source."""
    document = parameter.setting and parameter.setting.document
    return f"{format_value(parameter.on(day), parameter.unit)}（{document or parameter.citation}）"


def open_readings(policy: Policy, rules: RecognitionRules, day: dt.date) -> Mapping[str, Interpretation]:
    """The interpretations that an order may choose: those of the recognition part."""
    return {point.interpretation.id: point.interpretation for point in open_points(policy, rules, day)}


def reading_errors(interpretations: Mapping[str, Interpretation], readings: Mapping[str, str]) -> Iterator[str]:
    """Why readings cannot be chosen by anybody, each as a Chinese sentence."""
    for name, choice in readings.items():
        if name not in interpretations:
            yield f"认定规则里没有名为“{name}”的解释{suggestion(name, interpretations)}"
        elif choice not in interpretations[name].readings:
            yield f"解释“{name}”没有读法“{choice}”{suggestion(choice, interpretations[name].readings)}"
        elif choice != interpretations[name].chosen and interpretations[name].level is None:
            point = interpretations[name]
            yield f"“{point.question}”只能由{point.decides}改政策文件，不能在办理时另选读法"


def readings_of_other_levels(
    interpretations: Mapping[str, Interpretation], readings: Mapping[str, str], region: str
) -> list[Interpretation]:
    """The interpretations that the order would change and that bureaus of another level decide."""
    chosen = [interpretations[name] for name, choice in readings.items() if choice != interpretations[name].chosen]
    return [interpretation for interpretation in chosen if interpretation.level != level_of(region)]


def policy_differences(quota: Policy, season: Policy) -> list[str]:
    """Where a season's policy differs from its quota's. The season may set what the quota left unset."""
    if quota.id != season.id:
        return [f"名额按政策 {quota.id} 核定，认定季用的是 {season.id}"]
    if quota.recognition is None or season.recognition is None:
        raise LookupError(f"policy {quota.id} has no recognition rules")
    day = season.since
    taken = {one.interpretation.id: one for one in open_points(season, season.recognition, day)}
    differences = []
    for point in open_points(quota, quota.recognition, day):
        own = taken.get(point.interpretation.id)
        if own is None or own.interpretation.chosen != point.interpretation.chosen:
            reading = own.reading if own is not None else "政策里还没有的读法"
            differences.append(f"{point.interpretation.question}核定名额时采用“{point.reading}”，认定季采用“{reading}”")
    differences += [
        f"经营者身份“{kind.title}”核定名额时列入，认定季没有"
        for kind in quota.recognition.operator_kinds.kinds
        if season.recognition.operator_kinds.find(kind.id) is None
    ]
    here = season.recognition.parameters
    return differences + [
        f"“{parameter.title}”与核定名额时不同"
        for name, parameter in quota.recognition.parameters.items()
        if parameter.values and (name not in here or parameter_values(here[name]) != parameter_values(parameter))
    ]


def parameter_values(parameter: Parameter) -> list[object]:
    """A parameter's values, whatever document set them."""
    return [(dated.since, dated.value) for dated in parameter.values]
