"""Quarters, and tables by county without small numbers."""

import datetime as dt
from itertools import pairwise

from services.support.analysis.domain import Counted, CountedGroup, Dimension, Quarter, tables_of


def group(county: str, type_name: str, category: str, registered: int, visited: int = 0) -> CountedGroup:
    """So many households of a kind."""
    numbers = {Counted.REGISTERED: registered, Counted.VISITED: visited, Counted.RAISED: 0}
    return CountedGroup(county, type_name, category, numbers)


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
    tables = {(one.counted, one.dimension): one.shown for one in tables_of(groups)}
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
