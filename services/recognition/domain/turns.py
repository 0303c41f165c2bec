"""Whose turn a step is, by the policy's data: bureaus of which level, from which day of the year, until which."""

import datetime as dt

from shared.policy.recognition.model import Level, Recognition, Step, StepKind
from shared.policy.units import month_day

DIGITS = {Level.COUNTY: 6, Level.CITY: 4, Level.PROVINCE: 2}
"""Digits of the region of a bureau by its level; a municipality under the central government is a province."""
LEVELS = {digits: level for level, digits in DIGITS.items()}
LABELS = {Level.COUNTY: "县（市、区）级", Level.CITY: "市（地）级", Level.PROVINCE: "省（自治区、直辖市）级"}


def level_of(region: str) -> Level | None:
    """The level of a region's bureau; None for the whole country, which no step names."""
    return LEVELS.get(len(region))


def acting_levels(step: Step, recommended_from: str | None) -> tuple[Level, ...]:
    """Bureaus of which levels do the step; with a recommendation only that of the department's level (同级)."""
    bureaus = tuple(level for level in step.by if level in LABELS)
    if recommended_from is None:
        return bureaus
    return tuple(level for level in bureaus if level is level_of(recommended_from))


def step_of(rules: Recognition, path: str, kind: StepKind) -> Step | None:
    """The policy's step of a path; None when the path has no such step."""
    return next((step for step in rules.paths[path].steps if step.kind is kind), None)


def day_of(rules: Recognition, parameter: str | None, year: int) -> dt.date | None:
    """The date of a day of the year in a season's year; None when the policy does not say."""
    value = rules.value(parameter, dt.date(year, 1, 1)) if parameter else None
    return None if value is None else month_day(value, year)
