"""How fast a system takes records, when it will be through, and whether that is too late. Pure arithmetic."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.clock import CHINA


@dataclass(frozen=True, slots=True)
class EndedBatch:
    """A batch that is over: from its seal to its end, and how many records it had."""

    sealed_at: dt.datetime
    ended_at: dt.datetime
    records: int


def rate_of(batches: Iterable[EndedBatch]) -> float | None:
    """Records a second over the time in which at least one of the batches was under way: batches may overlap, and
    pauses in which there was nothing to send do not count. None without a batch that took time.
    """
    ordered = sorted(batches, key=lambda one: one.sealed_at)
    busy, until = dt.timedelta(0), None
    for one in ordered:
        begin = one.sealed_at if until is None else max(one.sealed_at, until)
        busy += max(one.ended_at - begin, dt.timedelta(0))
        until = one.ended_at if until is None else max(until, one.ended_at)
    records = sum(one.records for one in ordered)
    return records / busy.total_seconds() if busy and records else None


def expected_end(left: int, rate: float | None, now: dt.datetime) -> dt.datetime | None:
    """When everything that is left will have been taken; None where nothing is left, or nobody can say."""
    if not left or rate is None:
        return None
    try:
        return now + dt.timedelta(seconds=left / rate)
    except OverflowError:
        return None


def end_of(day: dt.date) -> dt.datetime:
    """The first moment after a day, by China's clock."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), CHINA)


class Punctuality(StrEnum):
    """Whether a year's types will stand in the national directory in time."""

    DONE = "done"
    IN_TIME = "in-time"
    UNKNOWN = "unknown"
    LATE = "late"

    @property
    def label(self) -> str:
        """In Chinese."""
        return PUNCTUALITY_LABELS[self]


PUNCTUALITY_LABELS = {
    Punctuality.DONE: "已全部上报",
    Punctuality.IN_TIME: "预计按期完成",
    Punctuality.UNKNOWN: "尚无法估计",
    Punctuality.LATE: "预计逾期或已逾期",
}


def punctuality(
    left: int,
    expected: dt.datetime | None,
    until: dt.date,
    now: dt.datetime,
    warned_before: dt.timedelta,
    rejected: int = 0,
) -> Punctuality:
    """`left`, `rejected`: of the region's records. Late: the last day is over, or will be before the expected end.
    Where nobody can say when it will end (nothing was taken so far, or the system refuses some), that is late, too,
    once so little time is left.
    """
    if not left and not rejected:
        return Punctuality.DONE
    deadline = end_of(until)
    if now >= deadline or (expected is not None and expected >= deadline):
        return Punctuality.LATE
    if expected is not None and not rejected:
        return Punctuality.IN_TIME
    return Punctuality.LATE if now >= deadline - warned_before else Punctuality.UNKNOWN
