"""The current time, for all code that depends on it; tests and demonstrations move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

_shift = timedelta(0)


def now() -> datetime:
    """The current instant, in UTC."""
    return datetime.now(UTC) + _shift


def today() -> date:
    """The current calendar day in China."""
    return now().astimezone(CHINA).date()


def shift(days: int) -> None:
    """Set the clock `days` days ahead of the machine's (below 0: behind it)."""
    global _shift
    _shift = timedelta(days=days)


@contextmanager
def travel(to: datetime | date) -> Iterator[None]:
    """Inside the block the clock starts at `to` (a bare date: noon of that day in China) and goes on."""
    global _shift
    if not isinstance(to, datetime):
        to = datetime(to.year, to.month, to.day, 12, tzinfo=CHINA)
    before, _shift = _shift, to - datetime.now(UTC)
    try:
        yield
    finally:
        _shift = before
