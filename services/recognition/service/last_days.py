"""Last days that an officer sets by hand: for a report that goes back, for what a superior demands."""

import datetime as dt

from shared.calendar import add_years
from shared.service import clock
from shared.service.problems import Problem


def check_last_day(day: dt.date) -> None:
    """422 unless the day is today at the earliest and a year ahead at the latest."""
    today = clock.today()
    latest = add_years(today, 1)
    if not today <= day <= latest:
        said = f"截止日期应在今天（{today}）和一年后（{latest}）之间，写的是 {day}"
        raise Problem(422, "last-day-out-of-range", "日期不对", said)
