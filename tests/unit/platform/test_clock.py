"""Instants are UTC, days are China's, and a scenario can move both."""

from datetime import UTC, date, datetime

import pytest

from shared import clock


def test_the_day_is_chinas() -> None:
    with clock.travel(datetime(2025, 6, 30, 15, 59, 58, tzinfo=UTC)):
        assert clock.today() == date(2025, 6, 30)
    with clock.travel(datetime(2025, 6, 30, 16, 0, 1, tzinfo=UTC)):
        assert clock.today() == date(2025, 7, 1)


def test_a_bare_day_is_its_noon() -> None:
    with clock.travel(date(2025, 7, 1)):
        assert clock.today() == date(2025, 7, 1)
        assert clock.now().hour == 4


def test_the_clock_goes_on_and_comes_back() -> None:
    before = clock.now()
    with clock.travel(date(2030, 1, 1)):
        first = clock.now()
        assert clock.now() >= first
        with clock.travel(date(2031, 1, 1)):
            assert clock.today().year == 2031
        assert clock.today().year == 2030
    assert abs((clock.now() - before).total_seconds()) < 60


def test_it_comes_back_also_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), clock.travel(date(2030, 1, 1)):
        raise ZeroDivisionError
    assert clock.today() != date(2030, 1, 1)
