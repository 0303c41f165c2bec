"""What a policy wants reported (报送): by whom, how often, until when. It decides nothing about a household."""

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.law.model.clauses import Citation

MONTHS_OF_QUARTER = 3


class Rhythm(StrEnum):
    """How often it is reported."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ONCE = "once"


class ReportedBy(StrEnum):
    """Who reports: every department that takes part, or the market supervision of every county."""

    DEPARTMENTS = "departments"
    COUNTIES = "counties"


@dataclass(frozen=True, slots=True)
class Period:
    """What one report is about: its name (`2026-02`, `2026Q1`, `2026`), its first day and the last day for it."""

    name: str
    begins_on: date
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReportDuty:
    """One duty to report. `last_day`: of the month, at most its last one; `on`: the day of a single one. `unverified`:
    the parts that no text gives.
    """

    policy: str
    name: str
    region: str
    title: str
    by: ReportedBy
    rhythm: Rhythm
    last_day: int | None
    on: date | None
    citation: Citation
    unverified: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Policy and name."""
        return f"{self.policy}/{self.name}"

    def period(self, day: date) -> Period | None:
        """The period in which a day lies; None after the day of a single one: what was over is not asked for anew."""
        if self.on is not None:
            begins = date(self.on.year, 1, 1)
            return Period(str(self.on.year), begins, self.on) if begins <= day <= self.on else None
        months = MONTHS_OF_QUARTER if self.rhythm is Rhythm.QUARTERLY else 1
        last_month = (day.month + months - 1) // months * months
        begins = date(day.year, last_month - months + 1, 1)
        length = calendar.monthrange(day.year, last_month)[1]
        quarterly = self.rhythm is Rhythm.QUARTERLY
        name = f"{day.year}Q{last_month // months}" if quarterly else f"{day.year}-{day.month:02d}"
        return Period(name, begins, date(day.year, last_month, min(self.last_day or length, length)))
