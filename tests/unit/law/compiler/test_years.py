"""`at least N years ago` is exact to the day, Feb 29 included (民法典 第二百零一条、第二百零二条)."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given, strategies as st

from shared.law.compiler.binding import cutoff
from shared.reference.calendar import add_years

days = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@given(days, st.integers(0, 60))
@example(date(2026, 2, 28), 2)
@example(date(2024, 2, 29), 1)
@example(date(2100, 2, 28), 4)
def test_the_cutoff_is_the_last_birthday_that_has_come_round(as_of: date, years: int):
    last = cutoff(as_of, years)
    assert add_years(last, years) <= as_of
    assert add_years(last + timedelta(days=1), years) > as_of


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.integers(0, 60), st.integers(-2, 2))
def test_comparing_with_the_cutoff_is_adding_the_years(as_of: date, years: int, step: int):
    birthday = cutoff(as_of, years) + timedelta(days=step)
    assert (birthday <= cutoff(as_of, years)) is (add_years(birthday, years) <= as_of)


@pytest.mark.parametrize(
    ("born", "complete"),
    [
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2023, 2, 28), date(2025, 2, 28)),
        (date(2022, 3, 1), date(2024, 3, 1)),
    ],
)
def test_two_years_are_complete_on_the_same_day_or_the_months_last(born: date, complete: date):
    assert born <= cutoff(complete, 2)
    assert born > cutoff(complete - timedelta(days=1), 2)


def test_an_age_beyond_the_calendar_is_nobodys():
    assert cutoff(date(150, 1, 1), 200) == date.min
