"""The current time, for all code that depends on it; tests and demonstrations move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

_shift = timedelta(0)
_calendar: Path | None = None


def now() -> datetime:
    """The current instant, in UTC."""
    ahead = _shift if _calendar is None else timedelta(days=float(_calendar.read_text("ascii")))
    return datetime.now(UTC) + ahead


def today() -> date:
    """The current calendar day in China."""
    return now().astimezone(CHINA).date()


def shift(days: int) -> None:
    """Set the clock `days` days ahead of the machine's (below 0: behind it); it follows no calendar any longer."""
    global _shift, _calendar
    _shift, _calendar = timedelta(days=days), None


def follow(calendar: Path) -> None:
    """Shift the clock by the days that a file holds, also when they change: a demonstration's calendar, by which all
    its processes move together without being started again.
    """
    global _calendar
    _calendar = calendar


@contextmanager
def travel(to: datetime | date) -> Iterator[None]:
    """Inside the block the clock starts at `to` (a bare date: noon of that day in China) and goes on."""
    global _shift, _calendar
    if not isinstance(to, datetime):
        to = datetime(to.year, to.month, to.day, 12, tzinfo=CHINA)
    before = _shift, _calendar
    _shift, _calendar = to - datetime.now(UTC), None
    try:
        yield
    finally:
        _shift, _calendar = before
