"""The demonstration's calendar: whatever the day, the sample season is in the middle of its applications."""

import datetime as dt

import pytest

from deploy.local.sample_season import clock_shift_for

CLOSED_ON = dt.date(2026, 6, 30)


@pytest.mark.parametrize(
    "today", [dt.date(2026, 7, 1), dt.date(2026, 9, 30), dt.date(2026, 11, 25), dt.date(2027, 5, 31)]
)
def test_another_day_is_shifted_into_the_application_window(today: dt.date) -> None:
    shown = today + dt.timedelta(days=clock_shift_for("4101", CLOSED_ON, today))
    assert dt.date(2026, 8, 11) < shown < dt.date(2026, 9, 30)


def test_a_day_inside_the_window_stays() -> None:
    assert clock_shift_for("4101", CLOSED_ON, dt.date(2026, 8, 20)) == 0


def test_where_no_policy_has_recognition_nothing_is_shifted() -> None:
    assert clock_shift_for("5001", CLOSED_ON, dt.date(2026, 11, 25)) == 0
