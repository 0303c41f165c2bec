"""Quarters, and tables by county without small numbers."""

import datetime as dt
import threading
from itertools import groupby, pairwise
from typing import cast

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.analysis import repository, service
from services.support.analysis.domain import (
    AgeBands,
    AnalysisTable,
    Counted,
    CountedGroup,
    Dimension,
    Quarter,
    tables_of,
)
from services.support.rules.repository import SetNumber
from services.support.rules.service import SupportRulesOnDay
from shared.platform import audit
from shared.platform.identity import Caller, Role
from shared.reference.industries import SECTIONS, section_of

BANDS = AgeBands.of(2, 10)
OFFICER = Caller(subject="officer", roles=frozenset({Role.OFFICER}), region="620702")


def group(
    county: str,
    type_name: str,
    category: str,
    registered: int,
    visited: int = 0,
    trade: str = "H",
    age: str = "2-10",
) -> CountedGroup:
    """So many households of a kind."""
    numbers = {Counted.REGISTERED: registered, Counted.VISITED: visited, Counted.RAISED: 0}
    columns = {
        Dimension.TYPE: type_name,
        Dimension.CATEGORY: category,
        Dimension.TRADE: trade,
        Dimension.AGE: age,
    }
    return CountedGroup(county, columns, numbers)


def test_a_quarter_is_over_on_the_day_after_its_last() -> None:
    days = [(Quarter(2026, number).first, Quarter(2026, number).last) for number in range(1, 5)]
    assert days[0] == (dt.date(2026, 1, 1), dt.date(2026, 3, 31))
    assert days[3] == (dt.date(2026, 10, 1), dt.date(2026, 12, 31))
    assert all(later[0] - earlier[1] == dt.timedelta(days=1) for earlier, later in pairwise(days))
    third = Quarter.named("2026-Q3")
    assert (third.name, third.label) == ("2026-Q3", "2026年第三季度")
    assert [third.is_over(day) for day in (dt.date(2026, 9, 30), dt.date(2026, 10, 1))] == [False, True]


def test_counties_stand_by_code_and_small_numbers_are_hidden_with_others() -> None:
    groups = [
        group("620721", "growth", "none", 40),
        group("620721", "survival", "none", 90),
        group("620702", "growth", "none", 4, visited=4),
        group("620702", "survival", "quality", 12),
        group("620702", "survival", "none", 60),
        group("620722", "growth", "none", 30),
        group("620722", "survival", "none", 70),
    ]
    tables = {(one.counted, one.dimension): one.shown for one in tables_of(groups, BANDS)}
    assert len(tables) == len(Counted) * len(Dimension)
    by_type = tables[Counted.REGISTERED, Dimension.TYPE]
    assert by_type is not None
    assert [list(row) for row in by_type.rows] == [["620702"], ["620721"], ["620722"]]
    survival, growth = (
        [line[by_type.columns.index([name])] for line in by_type.cells] for name in ("survival", "growth")
    )
    assert growth[0] is None
    assert survival[0] is None
    assert sum(None in (one, other) for one, other in zip(survival, growth, strict=True)) == 2
    assert list(by_type.row_sums) == [76, 130, 100]
    by_category = tables[Counted.REGISTERED, Dimension.CATEGORY]
    assert by_category is not None
    assert by_category.cells[0][by_category.columns.index(["quality"])] == 12
    assert tables[Counted.VISITED, Dimension.TYPE] is None, "four households were visited in all"


def test_small_trades_and_ages_are_hidden_like_types_and_trades_that_nobody_has_are_left_out() -> None:
    groups = [
        group("620702", "growth", "none", 60, trade="F", age="0-2"),
        group("620702", "growth", "none", 3, trade="C", age="10-"),
        group("620702", "growth", "none", 50, trade="H", age="2-10"),
        group("620721", "growth", "none", 80, trade="F", age="0-2"),
        group("620721", "growth", "none", 40, trade="C", age="10-"),
        group("620721", "growth", "none", 0, trade="B", age="none"),
    ]
    tables = {one.dimension: one.shown for one in tables_of(groups, BANDS) if one.counted is Counted.REGISTERED}
    trade, age = tables[Dimension.TRADE], tables[Dimension.AGE]
    assert trade is not None
    assert age is not None
    assert [list(column) for column in trade.columns] == [["C"], ["F"], ["H"]], "no mine"
    assert [list(column) for column in age.columns] == [["0-2"], ["2-10"], ["10-"], ["none"]]
    for shown in (trade, age):
        assert list(shown.row_sums) == [113, 120]
        small = [cell for line in shown.cells for cell in line if cell is not None and 0 < cell < 10]
        assert small == []
        assert [sum(cell is None for cell in line) for line in shown.cells] == [2, 2], "three others hide one"


def test_one_rare_trade_takes_no_county_from_the_table_but_is_counted_with_another() -> None:
    counties = [f"6207{number:02d}" for number in range(10)]
    trades = {"F": 90, "H": 60, "P": 30, "B": 1}
    groups = [
        group(county, "growth", "none", so_many, trade=one) for county in counties for one, so_many in trades.items()
    ]
    [shown] = [
        one.shown
        for one in tables_of(groups, BANDS)
        if (one.counted, one.dimension) == (Counted.REGISTERED, Dimension.TRADE)
    ]
    assert shown is not None
    assert [list(row) for row in shown.rows] == [[county] for county in counties]
    assert [Dimension.TRADE.label_of(column) for column in shown.columns] == [
        "批发和零售业",
        "住宿和餐饮业",
        "其他行业（采矿业；教育）",
    ]
    assert shown.cells == [[90, 60, 31]] * 10


async def test_tables_are_made_beside_the_event_loop_with_the_provinces_bounds_of_the_quarters_last_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quarter, where, days = Quarter(2026, 2), [], []
    orders = [
        SetNumber("62", "analysis_age_first", 3, "省的文件"),
        SetNumber(OFFICER.region, "analysis_age_first", 5, "县的文件"),
    ]

    async def rules_on(_: object, day: dt.date) -> SupportRulesOnDay:
        days.append(day)
        return SupportRulesOnDay(day, orders)

    async def nothing(*_: object) -> object:
        return []

    def tables(_: object, bands: AgeBands) -> list[AnalysisTable]:
        where.append((bands.bounds, threading.current_thread() is threading.main_thread()))
        return []

    monkeypatch.setattr(service, "rules_on", rules_on)
    monkeypatch.setattr(service, "tables_of", tables)
    monkeypatch.setattr(audit, "record", nothing)
    for name in ("counts", "add"):
        monkeypatch.setattr(repository, name, nothing)
    await service.make(cast("AsyncSession", None), quarter, OFFICER)
    assert (days, where) == ([quarter.last], [((3,), False)])


@pytest.mark.parametrize(
    ("numbers", "names"),
    [
        ((2, 10), ["不满2年", "满2年不满10年", "满10年", "成立日期不详"]),
        ((10, 2), ["不满2年", "满2年不满10年", "满10年", "成立日期不详"]),
        ((2, None), ["不满2年", "满2年", "成立日期不详"]),
        ((None, None), ["全部", "成立日期不详"]),
    ],
)
def test_ages_stand_in_the_bands_that_are_set(numbers: tuple[int | None, int | None], names: list[str]) -> None:
    bands = AgeBands.of(*numbers)
    assert [Dimension.AGE.name_of(one) for one in bands.columns] == names
    assert [bands.column(place) for place in (*range(len(bands.bounds) + 1), None)] == bands.columns


def test_every_division_has_one_section_and_what_is_no_code_has_none() -> None:
    found = [section_of(f"{division:02d}10") for division in range(1, 98)]
    assert list(dict.fromkeys(found)) == list(SECTIONS), "in the order of the standard, none is left out"
    assert len(list(groupby(found))) == len(SECTIONS)
    assert {section_of(code) for code in ("6210", "62", "H6210", " 6210 ")} == {"H"}
    assert {section_of(code) for code in (None, "", "H", "6", "621000", "9800", "0010", "餐饮", "Z6210")} == {None}
