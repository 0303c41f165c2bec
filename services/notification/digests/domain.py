"""When a digest is made, and its words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shared.clock import CHINA
from shared.reference.calendar import is_working_day

MOST_LISTED = 30
"""Lines of each part of a digest; how many more there are is said."""


class Digest(StrEnum):
    """An officer's day, or a department's week."""

    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def rule(self) -> str:
        """As the rule of a notification; part of its key, for good."""
        return f"digest-{self.value}"

    @property
    def label(self) -> str:
        """What it is called."""
        return "工作日报" if self is Digest.DAILY else "一周工作"


@dataclass(frozen=True)
class Round:
    """All digests of a kind of one day. They list what was told before `until`."""

    digest: Digest
    day: dt.date
    until: dt.datetime

    @property
    def cause(self) -> str:
        """With the recipient the permanent key of a digest: whoever makes it, there is one."""
        return f"digest:{self.digest.value}:{self.day.isoformat()}"


def round_of(digest: Digest, now: dt.datetime, at: dt.time) -> Round | None:
    """The round that is to be made at this instant, if any: daily on working days, weekly on the first working day of a
    week, from a time of the day on. Of a day on which nothing ran the next round tells.
    """
    here = now.astimezone(CHINA)
    day = here.date()
    if here.time() < at or not is_working_day(day):
        return None
    earlier = (day - dt.timedelta(days=ago) for ago in range(1, day.weekday() + 1))
    if digest is Digest.WEEKLY and any(is_working_day(one) for one in earlier):
        return None
    return Round(digest, day, dt.datetime.combine(day, at, CHINA))


@dataclass(frozen=True)
class Line:
    """One matter in a digest."""

    title: str
    told_on: dt.date
    due_on: dt.date | None


@dataclass
class Part:
    """The first lines of a part of a digest, and how many there are."""

    total: int = 0
    lines: list[Line] = field(default_factory=list)


@dataclass
class Contents:
    """What a digest tells one recipient. `region`: of one of its matters."""

    region: str = ""
    overdue: Part = field(default_factory=Part)
    due: Part = field(default_factory=Part)
    new: Part = field(default_factory=Part)

    @property
    def parts(self) -> Sequence[tuple[str, Part]]:
        """The parts in their order, with their names; those that are empty left out."""
        named = (("已经超期", self.overdue), ("即将到期", self.due), ("新的通知", self.new))
        return [(name, part) for name, part in named if part.total]

    def title(self, a_round: Round) -> str:
        """The title, with the numbers: enough to know whether to read on."""
        numbers = "，".join(f"{name}{part.total}项" for name, part in self.parts)
        return f"{a_round.digest.label}（{_day(a_round.day)}）：{numbers}"

    @property
    def body(self) -> str:
        """The lines of each part; what is late first."""
        blocks = [_block(name, part) for name, part in self.parts]
        return "\n\n".join([*blocks, "请登录名录平台，在“通知”里查看和办理。办完的事项归档后不再列入。"])


def _block(name: str, part: Part) -> str:
    lines = [f"{name}（{part.total}项）", *(_line(one) for one in part.lines)]
    if part.total > len(part.lines):
        lines.append(f"· 另有{part.total - len(part.lines)}项")
    return "\n".join(lines)


def _line(one: Line) -> str:
    return f"· {_day(one.due_on)}到期：{one.title}" if one.due_on else f"· {_day(one.told_on)}：{one.title}"


def _day(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"
