"""Quarters, and what an analysis counts in its tables, without small numbers.

Everything is counted in households, by county and type, by county and category, by county and trade, by county and age,
and never by two of these: tables that share the households of a county and nothing else tell no more together than each
by itself.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from services.support.suppression import ProtectedTable, protect
from shared.law.model.outcome import HouseholdType
from shared.law.model.recognition import Category
from shared.reference.industries import SECTIONS, section_name

MONTHS = 3
NONE = "none"
"""The column of households without a type, without a category, or of unknown trade or age"""


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
    TRADE = "trade"
    AGE = "age"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return DIMENSION_LABELS[self]

    def name_of(self, column: str) -> str:
        """The Chinese name of a column."""
        return COLUMNS[self][column] if self in COLUMNS else age_name(column)

    def label_of(self, columns: Sequence[str]) -> str:
        """The Chinese name of columns that are shown together; names of trades have commas of their own."""
        if self is Dimension.TRADE and len(columns) > 1:
            return f"其他行业（{'；'.join(map(self.name_of, columns))}）"
        return "、".join(map(self.name_of, columns))


DIMENSION_LABELS: Mapping[Dimension, str] = {
    Dimension.TYPE: "类型",
    Dimension.CATEGORY: "类别",
    Dimension.TRADE: "行业门类",
    Dimension.AGE: "成立年限",
}
COLUMNS: Mapping[Dimension, Mapping[str, str]] = {
    Dimension.TYPE: {
        **{
            one.slug: one.label
            for one in (HouseholdType.SURVIVAL, HouseholdType.GROWTH, HouseholdType.DEVELOPMENT, *HouseholdType)
        },
        NONE: "没有分型结果",
    },
    Dimension.CATEGORY: {**{one.value: one.label for one in Category}, NONE: "不是名特优新"},
    Dimension.TRADE: {**{section: section_name(section) for section in SECTIONS}, NONE: "行业不详"},
}
"""The columns in their fixed order, with their Chinese names; those of ages follow from the bounds in force"""


@dataclass(frozen=True, slots=True)
class AgeBands:
    """Full years since a household was established, in bands between bounds."""

    bounds: tuple[int, ...]

    @classmethod
    def of(cls, *numbers: int | None) -> "AgeBands":
        """Between those bounds that are set, from the smallest on; without any there is one band for all."""
        return cls(tuple(sorted({one for one in numbers if one is not None})))

    @property
    def columns(self) -> list[str]:
        """`0-2`, `2-10`, `10-`, and those of unknown age."""
        edges = [0, *self.bounds]
        return [*(f"{low}-{high}" for low, high in pairwise(edges)), f"{edges[-1]}-", NONE]

    def column(self, place: int | None) -> str:
        """The band with so many bounds at or below the household's age; None: its age is not known."""
        return NONE if place is None else self.columns[place]


def age_name(column: str) -> str:
    """The Chinese name of a band."""
    low, _, high = column.partition("-")
    if column == NONE:
        return "成立日期不详"
    begins, ends = "" if low == "0" else f"满{low}年", f"不满{high}年" if high else ""
    return f"{begins}{ends}" or "全部"


@dataclass(frozen=True, slots=True)
class CountedGroup:
    """How many households of a county there are in a column of each dimension, and what happened with them in the
    quarter.
    """

    county: str
    columns: Mapping[Dimension, str]
    numbers: Mapping[Counted, int]


@dataclass(frozen=True)
class AnalysisTable:
    """Counties in the order of their codes, by one dimension; None: too few households to show anything."""

    counted: Counted
    dimension: Dimension
    shown: ProtectedTable[str, str] | None


def tables_of(groups: Sequence[CountedGroup], bands: AgeBands) -> list[AnalysisTable]:
    """All tables of a region, in their fixed order; trades that nobody has are left out."""
    counties = sorted({group.county for group in groups})
    trades = {group.columns[Dimension.TRADE] for group in groups if any(group.numbers.values())}
    columns = {
        **{dimension: list(names) for dimension, names in COLUMNS.items()},
        Dimension.TRADE: [one for one in COLUMNS[Dimension.TRADE] if one in trades],
        Dimension.AGE: bands.columns,
    }
    tables = []
    for counted in Counted:
        for dimension in Dimension:
            cells: dict[tuple[str, str], int] = {}
            for group in groups:
                cell = group.county, group.columns[dimension]
                cells[cell] = cells.get(cell, 0) + group.numbers[counted]
            shown = protect(cells, counties, columns[dimension], joins_columns=dimension is Dimension.TRADE)
            tables.append(AnalysisTable(counted, dimension, shown))
    return tables
