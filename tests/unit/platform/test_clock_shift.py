"""A demonstration's calendar: a service that is told so lives on other days than its machine."""

import datetime as dt
from pathlib import Path

from pydantic import SecretStr

from shared import clock
from shared.platform.settings import ServiceSettings, apply_clock_shift


def told(days: int, calendar: Path | None = None) -> ServiceSettings:
    """Settings with a shift, or with a calendar to follow."""
    return ServiceSettings(
        service="x",
        database_url=SecretStr("postgresql+asyncpg://x:x@127.0.0.1/x"),
        bus_url=SecretStr("kafka://127.0.0.1:9092"),
        issuer="x",
        jwks="x",
        data_dir=Path("data"),
        clock_shift_days=days,
        clock_shift_file=calendar,
    )


def test_the_calendar_goes_as_the_settings_say() -> None:
    today = dt.datetime.now(clock.CHINA).date()
    apply_clock_shift(told(-81))
    assert clock.today() in {today - dt.timedelta(days=81), today - dt.timedelta(days=80)}, "midnight may have passed"


def test_without_a_shift_a_travelling_clock_stays_where_it_is() -> None:
    with clock.travel(dt.date(2030, 1, 1)):
        apply_clock_shift(told(0))
        assert clock.today() == dt.date(2030, 1, 1)


def test_a_calendar_that_is_turned_while_the_service_runs_is_followed(tmp_path: Path) -> None:
    calendar, noon = tmp_path / "calendar", dt.datetime.now(clock.CHINA)
    calendar.write_text("-81", "ascii")
    apply_clock_shift(told(0, calendar))
    assert abs(clock.now() - (noon - dt.timedelta(days=81))) < dt.timedelta(minutes=5)
    calendar.write_text("-70", "ascii")
    assert abs(clock.now() - (noon - dt.timedelta(days=70))) < dt.timedelta(minutes=5)
    with clock.travel(dt.date(2030, 1, 1)):
        assert clock.today() == dt.date(2030, 1, 1)
    assert abs(clock.now() - (noon - dt.timedelta(days=70))) < dt.timedelta(minutes=5)
    clock.shift(0)
    assert abs(clock.now() - noon) < dt.timedelta(minutes=5)
