"""The demonstration's calendar: whatever the day, the sample season is in the middle of its applications."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine

from deploy.local.data_directory import DataDirectory
from deploy.local.errors import CommandError, WrongUsageError
from deploy.local.sample_calendar import (
    demonstration_today,
    machine_now,
    machine_today,
    sample_days,
    turn_to,
    typing_today,
)
from deploy.local.turn import turn
from shared import clock

CLOSED_ON = dt.date(2026, 6, 30)


@pytest.mark.parametrize(
    "today",
    [dt.date(2026, 7, 1), dt.date(2026, 8, 20), dt.date(2026, 9, 30), dt.date(2026, 11, 25), dt.date(2027, 5, 31)],
)
def test_another_day_is_moved_into_the_application_window(today: dt.date) -> None:
    days = sample_days("4101", CLOSED_ON, today)
    assert days is not None
    assert dt.date(2026, 8, 11) < days.apply < days.examine < days.show < dt.date(2026, 9, 30)


def test_a_day_inside_the_window_stays() -> None:
    days = sample_days("4101", CLOSED_ON, dt.date(2026, 9, 10))
    assert days is not None
    assert days.show == dt.date(2026, 9, 10)


def test_where_no_policy_has_recognition_there_is_no_calendar() -> None:
    assert sample_days("5001", CLOSED_ON, dt.date(2026, 11, 25)) is None


@pytest.mark.parametrize("hour", [1, 15, 16, 23])
def test_the_demonstration_stands_on_the_day_that_the_services_count(hour: int) -> None:
    """Also in the evening of UTC, when it is tomorrow in China already."""
    with time_machine.travel(dt.datetime(2026, 11, 28, hour, tzinfo=dt.UTC), tick=False):
        assert machine_today() == clock.today()


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_the_demonstration_stands_on_its_day_by_daylight_whatever_the_hour(hour: int, tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    with time_machine.travel(dt.datetime(2026, 11, 28, hour, 20, tzinfo=clock.CHINA), tick=False):
        turn_to(data, dt.date(2026, 9, 5))
        assert demonstration_today(data) == dt.date(2026, 9, 5)
        stands = machine_now() + dt.timedelta(days=data.calendar_days())
    assert 8 < stands.hour < 20


def test_by_hand_everything_is_turned_to_a_later_day_typing_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = DataDirectory(tmp_path)
    with time_machine.travel(dt.datetime(2026, 11, 28, 23, 20, tzinfo=clock.CHINA), tick=False):
        turn_to(data, dt.date(2026, 9, 5))
        turn("2027-06-30", tmp_path)
        assert demonstration_today(data) == typing_today(data) == dt.date(2027, 6, 30)
        turn(data=tmp_path)
    assert capsys.readouterr().out.splitlines() == ["演示的日历：2027-06-30，分型服务：2027-06-30"] * 2


def test_typing_is_not_turned_back_where_the_others_are_behind_the_machine(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    with time_machine.travel(dt.datetime(2026, 11, 28, 12, tzinfo=clock.CHINA), tick=False):
        turn_to(data, dt.date(2026, 9, 5))
        turn("2026-10-10", tmp_path)
        assert demonstration_today(data) == dt.date(2026, 10, 10)
        assert typing_today(data) == dt.date(2026, 11, 28)


@pytest.mark.parametrize("day", ["2026-09-04", "tomorrow"])
def test_a_day_that_is_over_or_none_turns_nothing(tmp_path: Path, day: str) -> None:
    data = DataDirectory(tmp_path)
    turn_to(data, dt.date(2026, 9, 5))
    before = data.calendar.read_text()
    with pytest.raises(WrongUsageError):
        turn(day, tmp_path)
    assert data.calendar.read_text() == before
    assert not data.typing_calendar.exists()


def test_where_no_demonstration_was_started_there_is_no_calendar_to_turn(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="minglu up"):
        turn("2027-06-30", tmp_path)
