"""Working days as announced, and honest about years that are not."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from chinese_calendar.constants import holidays as packaged
from hypothesis import given, settings, strategies as st

from shared.reference.calendar import (
    WorkingDeadline,
    add_working_days,
    add_years,
    announced_years,
    is_announced,
    is_working_day,
)

announced_days = st.dates(date(2004, 1, 1), date(2026, 12, 28))
any_day = st.dates(date(2004, 1, 1), date(2040, 12, 31))


def test_every_day_of_every_announced_year_agrees_with_the_official_calendar():
    day = date(2004, 1, 1)
    last = max(day.year for day in packaged)
    while day.year <= min(last, 2026):
        assert is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("n", "due"),
    [(5, date(2026, 10, 9)), (7, date(2026, 10, 12)), (15, date(2026, 10, 22)), (20, date(2026, 10, 29))],
)
def test_deadlines_across_the_national_holidays_of_2026(n: int, due: date):
    assert add_working_days(date(2026, 9, 24), n) == WorkingDeadline(due, provisional=False)


@pytest.mark.parametrize(
    "day",
    [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)],
)
def test_make_up_days_of_2026_are_working_days(day: tuple[int, int]):
    weekend = date(2026, *day)
    assert weekend.weekday() >= 5
    assert is_working_day(weekend)


def test_a_year_that_is_not_announced_knows_weekends_and_fixed_holidays_only():
    assert 2027 not in announced_years()
    assert not is_working_day(date(2027, 1, 1))
    assert not is_working_day(date(2027, 10, 1))
    assert not is_working_day(date(2027, 3, 6))
    assert is_working_day(date(2027, 3, 8))


def test_a_deadline_that_touches_such_a_year_is_provisional():
    assert add_working_days(date(2026, 12, 25), 10) == WorkingDeadline(date(2027, 1, 11), provisional=True)
    assert add_working_days(date(2026, 12, 21), 4) == WorkingDeadline(date(2026, 12, 25), provisional=False)
    assert add_working_days(date(2027, 2, 1), 3).provisional


def test_the_last_days_of_december_wait_for_the_next_year_s_schedule():
    """2007-12-31 became a day off only with the schedule of 2008."""
    assert not is_working_day(date(2007, 12, 31))
    assert is_announced(date(2026, 12, 28))
    assert not is_announced(date(2026, 12, 29))
    assert add_working_days(date(2026, 12, 28), 1).provisional


def test_a_naive_monday_to_friday_count_would_be_wrong():
    """The planted naive variant: it misses the holidays by more than a week."""
    day, left = date(2026, 9, 24), 5
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    assert day == date(2026, 10, 1)
    assert add_working_days(date(2026, 9, 24), 5).due != day


@settings(deadline=None)
@given(announced_days, st.integers(1, 60))
def test_exactly_n_working_days_lie_after_the_start_up_to_the_deadline(start: date, n: int):
    due = add_working_days(start, n).due
    between = [start + timedelta(days=k) for k in range(1, (due - start).days + 1)]
    assert sum(map(is_working_day, between)) == n
    assert is_working_day(due)


@settings(deadline=None)
@given(any_day, st.integers(0, 30), st.integers(0, 30))
def test_deadlines_add_up_and_never_go_back(start: date, first: int, second: int):
    here = add_working_days(start, first).due
    if first:
        assert add_working_days(here, second).due == add_working_days(start, first + second).due
    assert here >= start


@settings(deadline=None)
@given(any_day)
def test_no_working_days_end_today_or_on_the_next_working_day(start: date):
    due = add_working_days(start, 0).due
    assert due == start if is_working_day(start) else due == add_working_days(start, 1).due


def test_a_deadline_does_not_lie_in_the_past():
    with pytest.raises(ValueError, match="n >= 0"):
        add_working_days(date(2026, 9, 24), -1)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2023, 2, 28), 1, date(2024, 2, 28)),
        (date(2016, 7, 5), 10, date(2026, 7, 5)),
        (date(2024, 2, 29), -1, date(2023, 2, 28)),
        (date(2026, 7, 5), 0, date(2026, 7, 5)),
    ],
)
def test_a_period_of_years_ends_on_the_same_day_or_the_month_s_last(day: date, n: int, expected: date):
    assert add_years(day, n) == expected


@settings(deadline=None)
@given(any_day, any_day, st.integers(0, 40))
def test_adding_years_keeps_the_order_of_days(one: date, other: date, n: int):
    earlier, later = sorted((one, other))
    assert add_years(earlier, n) <= add_years(later, n)


def test_years_beyond_the_calendar_are_refused():
    with pytest.raises(ValueError, match="year"):
        add_years(date(2026, 7, 5), 8000)
