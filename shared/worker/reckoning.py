"""Deadlines that are so many days after a day: how each was reckoned is kept beside it, shown, and reckoned again when
the calendar changes.

    reckoning = reckon(rule.on(ObjectionPeriod.ACCEPT, day), start=filed_on)
    if reckoning:
        last = await schedule_reckoned(session, kind="accept", subject=str(objection.id), reckoning=reckoning)

A period whose number is unset gives no reckoning: it has no last day. A deadline fires when its last day is over. A
reminder is reckoned as its deadline is, and so many working days `before` it; it fires when that day begins. An
extension is reckoned from the same day with both numbers together.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Protocol

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import CHINA
from shared.database.direct import SentStatement
from shared.law.language.units import Unit, format_day, format_value
from shared.reference.calendar import WorkingDeadline, add_days, add_working_days, working_days_before
from shared.worker.deadlines import end_of_day, schedule_rows, scheduling

RECKONED = text(
    """
    SELECT * FROM deadline
    WHERE reckoned_from IS NOT NULL AND kind = ANY(:kinds) AND subject = ANY(:subjects)
    ORDER BY due_at, kind, subject
    """
)
OPEN_RECKONINGS = text(
    """
    SELECT DISTINCT reckoned_from, reckoned_days, reckoned_unit, reckoned_before, due_at, provisional FROM deadline
    WHERE fired_at IS NULL AND reckoned_from IS NOT NULL
    """
)
MOVE = text(
    """
    UPDATE deadline SET due_at = :now_due, provisional = :now_provisional,
      try_at = CASE WHEN due_at = :now_due THEN try_at ELSE :now_due END,
      failures = CASE WHEN due_at = :now_due THEN failures ELSE 0 END
    WHERE fired_at IS NULL AND reckoned_from = :reckoned_from AND reckoned_days = :reckoned_days
      AND reckoned_unit = :reckoned_unit AND reckoned_before = :reckoned_before AND due_at = :due_at
      AND provisional = :provisional
    RETURNING kind, subject
    """
)


class Period(Protocol):
    """A number of days that the law names, as it stands on a day (`PeriodOnDay` is one)."""

    @property
    def parameter(self) -> str:
        """The parameter's name."""
        ...

    @property
    def days(self) -> int | None:
        """The number; None when it is unset."""
        ...

    @property
    def unit(self) -> Unit:
        """Working days or days."""
        ...

    @property
    def verified(self) -> bool:
        """Whether a text at hand gives the number."""
        ...


@dataclass(frozen=True)
class Reckoning:
    """How a last day follows: `days` of a unit after `start`, which is not counted; or so many working days `before`
    that. `parameter` names the number; `unverified`: no text at hand gives it.
    """

    start: date
    days: int
    unit: Unit
    parameter: str
    unverified: bool
    before: int = 0

    @property
    def due_at(self) -> datetime:
        """When it fires."""
        return end_of_day(self.last.due - timedelta(days=1) if self.before else self.last.due)

    @cached_property
    def last(self) -> WorkingDeadline:
        """The last day, or the day of the reminder, by the calendar as it is known, and whether it may still move."""
        after = add_days if self.unit is Unit.DAYS else add_working_days
        due = after(self.start, self.days)
        if not self.before:
            return due
        earlier = working_days_before(due.due, self.before)
        return WorkingDeadline(earlier.due, due.provisional or earlier.provisional)

    def reminder(self, period: Period | None) -> "Reckoning | None":
        """The reckoning of a reminder before this last day; None when the period is unset or would lie before the
        start.
        """
        if period is None or period.days is None:
            return None
        earlier = replace(self, before=period.days)
        return earlier if earlier.last.due > self.start else None

    def extended(self, period: Period) -> "Reckoning":
        """The reckoning with a further period behind it."""
        return replace(
            self,
            days=self.days + (period.days or 0),
            parameter=f"{self.parameter}+{period.parameter}",
            unverified=self.unverified or not period.verified,
        )

    @property
    def sentence(self) -> str:
        """How the last day was reckoned, in words, for everybody concerned."""
        words = f"自{format_day(self.start)}的次日起{format_value(self.days, self.unit)}"
        if self.before:
            words = f"{words}，提前{self.before}个工作日"
        remarks = ["期限没有文件原文可以核对"] if self.unverified else []
        if self.last.provisional:
            remarks.append("其间有年份的放假安排尚未公布，最后一天可能调整")
        return f"{words}（{'；'.join(remarks)}）" if remarks else words


def reckon(period: Period | None, start: date) -> Reckoning | None:
    """The reckoning of a period that begins on the day after `start`; None when the policy sets no number."""
    if period is None or period.days is None:
        return None
    return Reckoning(start, period.days, period.unit, period.parameter, not period.verified)


@dataclass(frozen=True, slots=True)
class ReckonedDeadline:
    """A deadline with its reckoning, to be shown; `due_on` is its last day."""

    kind: str
    subject: str
    due_on: date
    provisional: bool
    fired: bool
    reckoning: Reckoning


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """A last day that became another because the calendar changed, or that is the same and no longer provisional."""

    kind: str
    subject: str
    due_on: date
    previously_due_on: date
    provisional: bool


OnMoved = Callable[[AsyncSession, Sequence[MovedDeadline]], Awaitable[None]]
TOLD_AT_ONCE = 500


async def schedule_reckoned(session: AsyncSession, *, kind: str, subject: str, reckoning: Reckoning) -> WorkingDeadline:
    """Sets or moves a deadline for the end of the reckoning's last day, which is returned."""
    await schedule_all_reckoned(session, {kind: {subject: reckoning}})
    return reckoning.last


async def schedule_all_reckoned(session: AsyncSession, due: Mapping[str, Mapping[str, Reckoning]]) -> None:
    """Sets or moves many, kind → subject → reckoning, in one round trip."""
    await schedule_rows(session, _rows(due))


def scheduling_reckoned(due: Mapping[str, Mapping[str, Reckoning]]) -> SentStatement | None:
    """The same as a statement, for who sends it together with more; None where all lie too long ago."""
    return scheduling(_rows(due))


async def reckoned_deadlines(
    session: AsyncSession, kinds: Sequence[str], subjects: Sequence[str]
) -> list[ReckonedDeadline]:
    """The deadlines of these kinds and subjects that were reckoned, fired ones included, the earliest first."""
    rows = await session.execute(RECKONED, {"kinds": list(kinds), "subjects": list(subjects)})
    return [
        ReckonedDeadline(
            kind=row["kind"],
            subject=row["subject"],
            due_on=_day(row),
            provisional=row["provisional"],
            fired=row["fired_at"] is not None,
            reckoning=_reckoning(row),
        )
        for row in rows.mappings()
    ]


async def move_deadlines(session: AsyncSession, on_moved: OnMoved | None = None) -> list[MovedDeadline]:
    """Reckons every open deadline again by the calendar as it is known now; moves those whose last day is another, and
    tells `on_moved`, many at once, in the same transaction. Nothing is done where nothing is different.
    """
    moved: list[MovedDeadline] = []
    for row in (await session.execute(OPEN_RECKONINGS)).mappings().all():
        reckoning = _reckoning(row)
        last, due_at = reckoning.last, reckoning.due_at
        if due_at == row["due_at"] and last.provisional is row["provisional"]:
            continue
        found = await session.execute(MOVE, {**row, "now_due": due_at, "now_provisional": last.provisional})
        moved += [MovedDeadline(one.kind, one.subject, last.due, _day(row), last.provisional) for one in found]
    if on_moved is not None:
        for first in range(0, len(moved), TOLD_AT_ONCE):
            await on_moved(session, moved[first : first + TOLD_AT_ONCE])
    return moved


def _rows(due: Mapping[str, Mapping[str, Reckoning]]) -> list[dict[str, object]]:
    return [_row(kind, subject, reckoning) for kind, ones in due.items() for subject, reckoning in ones.items()]


def _row(kind: str, subject: str, reckoning: Reckoning) -> dict[str, object]:
    """As `schedule_rows` takes it."""
    return {
        "kind": kind,
        "subject": subject,
        "due_at": reckoning.due_at,
        "start": reckoning.start,
        "days": reckoning.days,
        "unit": reckoning.unit.value,
        "before": reckoning.before,
        "parameter": reckoning.parameter,
        "provisional": reckoning.last.provisional,
        "unverified": reckoning.unverified,
    }


def _day(row: RowMapping) -> date:
    """The day that a row's instant ends, or, of a reminder, begins."""
    instant: datetime = row["due_at"]
    return (instant if row["reckoned_before"] else instant - timedelta(days=1)).astimezone(CHINA).date()


def _reckoning(row: RowMapping) -> Reckoning:
    return Reckoning(
        start=row["reckoned_from"],
        days=row["reckoned_days"],
        unit=Unit(row["reckoned_unit"]),
        parameter=row.get("parameter", ""),
        unverified=row.get("unverified", False),
        before=row["reckoned_before"],
    )
