"""Working days of the official calendar and periods of years, as the Civil Code counts them.

The State Council announces each year's holidays and make-up working days around November of the year before; they are
data: shared/reference/data/holidays.csv (source in SOURCES.md), and over it the schedules that `announce` is given,
which processes load from their database (shared/platform/announced_calendar.py). For a year that is not announced,
weekends and the statutory holidays with a fixed date are used, and every result that depends on it is marked as
provisional: it is computed again once the year is announced. The last three days of December belong to the schedule of
the year that follows (2007-12-31 was off, 2007-12-29 was worked).

Articles 201 to 203 of the Civil Code (民法典): the day on which a period begins is not counted, a period of
years ends on the same calendar day or the month's last, a period that ends on a day off ends on the next
working day.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

HOLIDAYS_CSV: Final = Path(__file__).parent / "data" / "holidays.csv"
# 全国年节及纪念日放假办法 (2024 revision) article 2: New Year, Labour Day, National Day
FIXED_HOLIDAYS: Final = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)

Exceptions = Mapping[date, str]
"""The days that differ from Monday to Friday: `off` or `working`."""
_announced: dict[int, dict[date, str]] = {}


@dataclass(frozen=True, slots=True)
class WorkingDeadline:
    """A due day. `provisional`: a day in between belongs to a year whose holidays are not announced."""

    due: date
    provisional: bool


def is_working_day(day: date) -> bool:
    """Whether a day is a working day, as far as announced; `is_announced` tells whether the answer is final."""
    exception = _exceptions().get(day)
    if exception is not None:
        return exception == "working"
    if day.weekday() >= _SATURDAY:
        return False
    return day.year in announced_years() or (day.month, day.day) not in FIXED_HOLIDAYS


def is_announced(day: date) -> bool:
    """Whether the schedule that contains this day is announced."""
    return day.year in announced_years() and schedule_year(day) in announced_years()


def schedule_year(day: date) -> int:
    """The year whose schedule a day belongs to."""
    return (day + 3 * _DAY).year


def announce(schedules: Mapping[int, Exceptions]) -> bool:
    """Takes these schedules, year → exceptions, as the announced ones in this process: each replaces what the data file
    has of its year. Whether anything is different from before.
    """
    given = {year: dict(exceptions) for year, exceptions in schedules.items()}
    if given == _announced:
        return False
    _announced.clear()
    _announced.update(given)
    announced_years.cache_clear()
    _exceptions.cache_clear()
    return True


def packaged_schedule(year: int) -> Exceptions:
    """A year's schedule in the data file; empty when it has none."""
    return {day: kind for day, kind in _packaged().items() if schedule_year(day) == year}


def add_working_days(start: date, n: int) -> WorkingDeadline:
    """The n-th working day after `start`; for 0, `start` itself or the next working day. `n` must not be negative."""
    if n < 0:
        raise ValueError("a deadline lies n >= 0 working days ahead")
    day, left, provisional = start, n, False
    if n == 0:
        day, left = start - _DAY, 1
    while left:
        day += _DAY
        left -= is_working_day(day)
        provisional = provisional or not is_announced(day)
    return WorkingDeadline(day, provisional)


def add_days(start: date, n: int) -> WorkingDeadline:
    """The n-th calendar day after `start`, or the next working day if that one is off. `n` must not be negative."""
    if n < 0:
        raise ValueError("a deadline lies n >= 0 days ahead")
    return add_working_days(start + n * _DAY, 0)


def working_days_before(day: date, n: int) -> WorkingDeadline:
    """The n-th working day before a day; for 0, the day itself."""
    left, provisional = n, False
    while left:
        day -= _DAY
        left -= is_working_day(day)
        provisional = provisional or not is_announced(day)
    return WorkingDeadline(day, provisional)


def add_years(day: date, n: int) -> date:
    """The same calendar day n years later; 29 February becomes 28 February where the year has none."""
    try:
        return day.replace(year=day.year + n)
    except ValueError:
        if (day.month, day.day) != (2, 29):
            raise
        return day.replace(year=day.year + n, day=28)


@cache
def announced_years() -> frozenset[int]:
    """The years whose holidays are announced and known here."""
    return frozenset({*_announced, *map(schedule_year, _packaged())})


@cache
def _exceptions() -> dict[date, str]:
    kept = {day: kind for day, kind in _packaged().items() if schedule_year(day) not in _announced}
    return kept | {day: kind for exceptions in _announced.values() for day, kind in exceptions.items()}


@cache
def _packaged() -> dict[date, str]:
    with HOLIDAYS_CSV.open(encoding="utf-8", newline="") as file:
        return {date.fromisoformat(row["day"]): row["kind"] for row in csv.DictReader(file)}
