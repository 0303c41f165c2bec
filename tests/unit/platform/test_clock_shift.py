"""A demonstration's calendar: a service that is told so lives on other days than its machine."""

import datetime as dt
from pathlib import Path

from pydantic import SecretStr

from shared import clock
from shared.platform.settings import ServiceSettings, apply_clock_shift


def told(days: int) -> ServiceSettings:
    """Settings with a shift."""
    return ServiceSettings(
        service="x",
        database_url=SecretStr("postgresql+asyncpg://x"),
        bus_url=SecretStr("x"),
        issuer="x",
        jwks="x",
        data_dir=Path("data"),
        clock_shift_days=days,
    )


def test_the_calendar_goes_as_the_settings_say() -> None:
    today = dt.datetime.now(clock.CHINA).date()
    apply_clock_shift(told(-81))
    assert clock.today() in {today - dt.timedelta(days=81), today - dt.timedelta(days=80)}, "midnight may have passed"


def test_without_a_shift_a_travelling_clock_stays_where_it_is() -> None:
    with clock.travel(dt.date(2030, 1, 1)):
        apply_clock_shift(told(0))
        assert clock.today() == dt.date(2030, 1, 1)
