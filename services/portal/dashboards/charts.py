"""Counts as the shapes of a chart: bars of shares by place, lines of counts over publications."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.portal.shell.words import TYPES
from services.portal.upstream.staff_statistics import PlaceFigureAnswer, PublicationFigureAnswer

LEGEND: Mapping[str, str] = {**TYPES, "others": "其他"}
WIDTH, HEIGHT = 100, 40
"""Of a line chart, in units of its view box: it stretches to the page"""


@dataclass(frozen=True)
class Piece:
    """A piece of a bar, in percent of the whole."""

    kind: str
    left: float
    width: float


@dataclass(frozen=True)
class PlaceRow:
    """A place's counts; what is no type is 其他."""

    region: str
    name: str
    counts: Mapping[str, int]
    corrected: int
    total: int

    @property
    def pieces(self) -> list[Piece]:
        """Each kind's share of the bar."""
        percent, before, pieces = 100 / max(self.total, 1), 0, []
        for kind, count in self.counts.items():
            pieces.append(Piece(kind, round(before * percent, 2), round(count * percent, 2)))
            before += count
        return pieces


@dataclass(frozen=True)
class Line:
    """A type's counts over time, as the points of a polyline."""

    kind: str
    points: str


def by_legend(counts: Mapping[str, int]) -> Mapping[str, int]:
    """The three types, and everything else together."""
    typed = {kind: counts.get(kind, 0) for kind in TYPES}
    return {**typed, "others": sum(counts.values()) - sum(typed.values())}


def place_rows(figures: Sequence[PlaceFigureAnswer]) -> list[PlaceRow]:
    """As they hold now, in the order of region codes; `corrected`: households that corrections brought elsewhere."""
    return [
        PlaceRow(
            one.region,
            one.region_name or "合计",
            by_legend(one.current),
            sum(change for change in one.corrected.values() if change > 0),
            one.total,
        )
        for one in sorted(figures, key=lambda one: one.region)
    ]


def lines_of(series: Sequence[PublicationFigureAnswer]) -> list[Line]:
    """One line a type, from the first publication to the last; none of a single one."""
    if len(series) < 2:
        return []
    counted = [by_legend(one.households) for one in series]
    highest = max(max(counts[kind] for kind in TYPES) for counts in counted) or 1
    step = WIDTH / (len(counted) - 1)
    return [
        Line(
            kind,
            " ".join(
                f"{round(index * step, 2)},{round(HEIGHT - counts[kind] / highest * HEIGHT, 2)}"
                for index, counts in enumerate(counted)
            ),
        )
        for kind in TYPES
    ]
