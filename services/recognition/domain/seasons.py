"""The life of a county's season: prepared, open for applications and steps, closed when its last decision day is over.

The policy gives days of the year; `season_dates` makes dates of them.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services.recognition.domain.transitions import require
from shared.policy.recognition.model import Recognition, StepKind
from shared.policy.units import month_day


class SeasonState(StrEnum):
    """Where a season stands."""

    PREPARING = "preparing"
    OPEN = "open"
    CLOSED = "closed"


LABELS = {SeasonState.PREPARING: "准备中", SeasonState.OPEN: "进行中", SeasonState.CLOSED: "已结束"}
TRANSITIONS = {
    SeasonState.PREPARING: frozenset({SeasonState.OPEN}),
    SeasonState.OPEN: frozenset({SeasonState.CLOSED}),
    SeasonState.CLOSED: frozenset[SeasonState](),
}


def require_transition(current: SeasonState, target: SeasonState) -> None:
    """IllegalTransition unless the step is allowed."""
    require("认定季", current, target, TRANSITIONS, LABELS)


@dataclass(frozen=True, slots=True)
class SeasonDates:
    """First day, last day for applications, last day for decisions, first day of benefits (in the next year)."""

    opens_on: dt.date
    applications_until: dt.date
    decisions_until: dt.date
    benefits_from: dt.date


class UnsetDate(ValueError):
    """The policy leaves a date of the season open, and nobody has set it; the message names it."""


def season_dates(rules: Recognition, year: int, applications_until: dt.date | None) -> SeasonDates:
    """The year's dates by the policy; `applications_until` is the county's own where the policy names none."""
    begin = dt.date(year, 1, 1)

    def on(parameter: str, in_year: int) -> dt.date:
        value = rules.value(parameter, begin)
        if value is None:
            raise UnsetDate(rules.parameters[parameter].title)
        return month_day(value, in_year)

    step = next(step for step in rules.paths["application"].steps if step.kind is StepKind.APPLICATION)
    until = on(step.until, year) if step.until and rules.value(step.until, begin) is not None else applications_until
    if until is None:
        raise UnsetDate("申报截止日期")
    return SeasonDates(
        opens_on=on(rules.season.opens, year),
        applications_until=until,
        decisions_until=on(rules.season.until, year),
        benefits_from=on(rules.season.benefits_from, year + 1),
    )
