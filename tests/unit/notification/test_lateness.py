"""How fast a system takes records, when it will be through, and whether that is too late: by China's clock."""

import datetime as dt

import pytest

from services.notification.publication.oversight.domain import (
    EndedBatch,
    Punctuality,
    end_of,
    expected_end,
    punctuality,
    rate_of,
)
from shared.clock import CHINA

NOON = dt.datetime(2026, 8, 9, 12, tzinfo=CHINA)
LAST = dt.date(2026, 8, 10)
WARNED = dt.timedelta(hours=72)


def batch(begins: float, ends: float, records: int = 1000) -> EndedBatch:
    return EndedBatch(NOON + dt.timedelta(seconds=begins), NOON + dt.timedelta(seconds=ends), records)


@pytest.mark.parametrize(
    ("batches", "rate"),
    [
        ([], None),
        ([batch(0, 10)], 100),
        ([batch(0, 10), batch(3600, 3610)], 100),
        ([batch(0, 10), batch(5, 15), batch(12, 20)], 150),
        ([batch(0, 20), batch(5, 10)], 100),
        ([batch(10, 20), batch(0, 10)], 100),
        ([batch(0, 0)], None),
        ([batch(5, 0)], None),
        ([batch(0, 10, 0)], None),
    ],
)
def test_the_rate_counts_only_time_in_which_something_was_under_way(
    batches: list[EndedBatch], rate: float | None
) -> None:
    assert rate_of(batches) == rate


def test_the_expected_end_is_what_is_left_at_that_rate() -> None:
    assert expected_end(36_000, 10.0, NOON) == NOON + dt.timedelta(hours=1)
    assert expected_end(0, 10.0, NOON) is None
    assert expected_end(5, None, NOON) is None
    assert expected_end(10**18, 1e-9, NOON) is None


def test_the_last_day_ends_at_midnight_in_china_wherever_the_machine_stands() -> None:
    assert end_of(LAST) == dt.datetime(2026, 8, 10, 16, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("left", "expected", "now", "stand"),
    [
        (0, None, NOON, Punctuality.DONE),
        (0, None, end_of(LAST) + dt.timedelta(days=3), Punctuality.DONE),
        (5, end_of(LAST) - dt.timedelta(seconds=1), NOON, Punctuality.IN_TIME),
        (5, end_of(LAST), NOON, Punctuality.LATE),
        (5, end_of(LAST) + dt.timedelta(days=2), NOON, Punctuality.LATE),
        (5, NOON, end_of(LAST), Punctuality.LATE),
        (5, None, NOON - dt.timedelta(days=9), Punctuality.UNKNOWN),
        (5, None, end_of(LAST) - WARNED, Punctuality.LATE),
        (5, None, end_of(LAST) - WARNED - dt.timedelta(seconds=1), Punctuality.UNKNOWN),
        (5, None, end_of(LAST) + dt.timedelta(days=1), Punctuality.LATE),
    ],
)
def test_late_is_what_ends_after_the_last_day_or_of_which_nobody_can_say_when_it_ends_shortly_before(
    left: int, expected: dt.datetime | None, now: dt.datetime, stand: Punctuality
) -> None:
    assert punctuality(left, expected, LAST, now, WARNED) is stand


def test_a_naive_midnight_in_utc_would_be_eight_hours_late() -> None:
    naive = dt.datetime.combine(LAST + dt.timedelta(days=1), dt.time(), dt.UTC)
    between = end_of(LAST) + dt.timedelta(hours=4)
    assert between < naive
    assert punctuality(5, None, LAST, between, dt.timedelta(0)) is Punctuality.LATE


def test_what_is_refused_is_never_done_and_late_when_time_is_short() -> None:
    soon, later = end_of(LAST) - WARNED, end_of(LAST)
    assert punctuality(0, None, LAST, soon - dt.timedelta(days=9), WARNED, rejected=1) is Punctuality.UNKNOWN
    assert punctuality(0, None, LAST, soon, WARNED, rejected=1) is Punctuality.LATE
    assert punctuality(0, None, LAST, later, WARNED, rejected=1) is Punctuality.LATE
