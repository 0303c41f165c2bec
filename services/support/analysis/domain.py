"""Quarters, and what an analysis counts in its tables, without small numbers.

Everything is counted in households, by county and type and by county and category, and never by type and category: two
tables that share the households of a county and nothing else tell no more together than each by itself.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.support.suppression import ProtectedTable, protect
from shared.law.model.outcome import HouseholdType
from shared.law.model.recognition import Category

MONTHS = 3
NONE = "none"
"""The column of households without a type, or without a category"""


@dataclass(frozen=True, slots=True)
class Quarter:
    """One of the four of a year."""

    year: int
    number: int

    @classmethod
    def named(cls, name: str) -> "Quarter":
        """By its name in addresses."""
        year, _, number = name.partition("-Q")
        return cls(int(year), int(number))

    @property
    def name(self) -> str:
        """Its name in addresses: 2026-Q3."""
        return f"{self.year}-Q{self.number}"

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, MONTHS * (self.number - 1) + 1, 1)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        after = dt.date(self.year + 1, 1, 1) if self.number == 4 else dt.date(self.year, MONTHS * self.number + 1, 1)
        return after - dt.timedelta(days=1)

    @property
    def label(self) -> str:
        """As people call it."""
        return f"{self.year}年第{'一二三四'[self.number - 1]}季度"

    def is_over(self, day: dt.date) -> bool:
        """Whether its last day has passed."""
        return self.last < day


class Counted(StrEnum):
    """Which households a table counts."""

    REGISTERED = "registered"
    VISITED = "visited"
    RAISED = "raised"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return COUNTED_LABELS[self]


COUNTED_LABELS: Mapping[Counted, str] = {
    Counted.REGISTERED: "登记在册的户",
    Counted.VISITED: "本季度走访过的户",
    Counted.RAISED: "本季度提出诉求问题的户",
}


class Dimension(StrEnum):
    """What the columns of a table are."""

    TYPE = "type"
    CATEGORY = "category"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {Dimension.TYPE: "类型", Dimension.CATEGORY: "类别"}[self]

    @property
    def columns(self) -> Mapping[str, str]:
        """The columns in their fixed order, with their Chinese names."""
        return COLUMNS[self]


COLUMNS: Mapping[Dimension, Mapping[str, str]] = {
    Dimension.TYPE: {
        **{
            one.slug: one.label
            for one in (HouseholdType.SURVIVAL, HouseholdType.GROWTH, HouseholdType.DEVELOPMENT, *HouseholdType)
        },
        NONE: "没有分型结果",
    },
    Dimension.CATEGORY: {**{one.value: one.label for one in Category}, NONE: "不是名特优新"},
}


@dataclass(frozen=True, slots=True)
class CountedGroup:
    """How many households of a county, type and category there are, and what happened with them in the quarter."""

    county: str
    type: str
    category: str
    numbers: Mapping[Counted, int]

    def column(self, dimension: Dimension) -> str:
        """In which column of a table they stand."""
        return self.type if dimension is Dimension.TYPE else self.category


@dataclass(frozen=True)
class AnalysisTable:
    """Counties in the order of their codes, by type or category; None: too few households to show anything."""

    counted: Counted
    dimension: Dimension
    shown: ProtectedTable[str, str] | None


def tables_of(groups: Sequence[CountedGroup]) -> list[AnalysisTable]:
    """All tables of a region, in their fixed order."""
    counties = sorted({group.county for group in groups})
    tables = []
    for counted in Counted:
        for dimension in Dimension:
            cells: dict[tuple[str, str], int] = {}
            for group in groups:
                cell = group.county, group.column(dimension)
                cells[cell] = cells.get(cell, 0) + group.numbers[counted]
            tables.append(AnalysisTable(counted, dimension, protect(cells, counties, list(dimension.columns))))
    return tables
