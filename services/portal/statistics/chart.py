"""Counts of a year as rows of a table and bars of a chart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.shell.words import TYPES
from services.portal.upstream.typing import StatisticAnswer

LEGEND: Mapping[str, str] = {**TYPES, "others": "其他"}


@dataclass(frozen=True)
class Bar:
    """One piece of a county's bar, in percent of a whole one: letters beside it keep their size on a phone."""

    kind: str
    left: float
    width: float


@dataclass(frozen=True)
class Row:
    """A county's counts."""

    name: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of its households."""
        return sum(self.counts.values())

    @property
    def bars(self) -> list[Bar]:
        """Each kind's share of the whole bar."""
        bars, before = [], 0
        for kind, count in self.counts.items():
            percent = 100 / max(self.total, 1)
            bars.append(Bar(kind, round(before * percent, 2), round(count * percent, 2)))
            before += count
        return bars


def rows_of(statistics: Iterable[StatisticAnswer], year: int) -> list[Row]:
    """A year's counties in the order of their codes; what is no type is counted as 其他."""
    return [
        Row(one.region_name or "未知地区", _by_legend(one.households))
        for one in sorted(statistics, key=lambda one: one.region)
        if one.year == year
    ]


def _by_legend(households: Mapping[str, int]) -> Mapping[str, int]:
    typed = {kind: households.get(kind, 0) for kind in TYPES}
    return {**typed, "others": sum(households.values()) - sum(typed.values())}
