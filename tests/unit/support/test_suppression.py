"""Small numbers do not follow from what is shown, by an oracle that tries every table that is possible."""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st

from services.support import suppression
from services.support.suppression import SMALLEST, ProtectedTable, hidden, protect

Table = Mapping[tuple[int, int], int]
SHAPES = ((1, 3), (2, 2), (2, 3), (3, 2))
NUMBERS = st.sampled_from([0, 1, 3, 8, 9, 10, 11, 14, 25])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of two or three rows and columns: few enough to try everything."""
    rows, columns = draw(st.sampled_from(SHAPES))
    return {cell: draw(NUMBERS) for cell in product(range(rows), range(columns))}


def shown(table: Table, *, joins_columns: bool = False) -> ProtectedTable[int, int] | None:
    """What may be shown of it."""
    rows, columns = ({cell[place] for cell in table} for place in (0, 1))
    return protect(table, sorted(rows), sorted(columns), joins_columns=joins_columns)


def possible(view: ProtectedTable[int, int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every table with these margins and shown cells, in which what is hidden is somebody."""

    def lines(row: int) -> Iterator[tuple[int, ...]]:
        free = [column for column, cell in enumerate(view.cells[row]) if cell is None]
        left = view.row_sums[row] - sum(cell or 0 for cell in view.cells[row])
        if not free:
            yield tuple(cell or 0 for cell in view.cells[row])
            return
        for chosen in product(range(1, left + 1), repeat=len(free) - 1):
            if left - sum(chosen) >= 1:
                filled = dict(zip(free, (*chosen, left - sum(chosen)), strict=True))
                yield tuple(filled.get(column, cell or 0) for column, cell in enumerate(view.cells[row]))

    *first, _ = range(len(view.rows))
    for some in product(*(tuple(lines(row)) for row in first)):
        last = [total - sum(line[column] for line in some) for column, total in enumerate(view.column_sums)]
        cells = zip(last, view.cells[-1], strict=True)
        if all(number >= 1 if cell is None else number == cell for number, cell in cells):
            yield (*some, tuple(last))


def follows(table: Table, *, joins_columns: bool = False) -> list[str]:
    """What somebody could work out that they should not."""
    view = shown(table, joins_columns=joins_columns)
    if view is None:
        return []
    found = [f"sum {one}" for one in (*view.row_sums, *view.column_sums) if 0 < one < SMALLEST]
    found += [f"cell {cell}" for line in view.cells for cell in line if cell and cell < SMALLEST]
    largest: dict[tuple[int, int], int] = {}
    for one in possible(view):
        for row, column in product(range(len(view.rows)), range(len(view.columns))):
            largest[row, column] = max(largest.get((row, column), 0), one[row][column])
    found += [
        f"hidden {row, column}: at most {most}"
        for (row, column), most in largest.items()
        if view.cells[row][column] is None and most < SMALLEST
    ]
    return found


@settings(max_examples=60, deadline=None)
@given(tables(), st.booleans())
def test_that_somebody_is_one_of_few_never_follows_from_cells_and_margins(table: Table, joins_columns: bool) -> None:
    assert follows(table, joins_columns=joins_columns) == []


def test_hiding_small_cells_alone_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: nothing is hidden beside what is small."""

    def small_alone(numbers: list[list[int]]) -> frozenset[tuple[int, int]]:
        cells = product(range(len(numbers)), range(len(numbers[0])))
        return frozenset((row, column) for row, column in cells if 0 < numbers[row][column] < SMALLEST)

    monkeypatch.setattr(suppression, "_hidden_cells", small_alone)
    assert follows({(0, 0): 3, (0, 1): 25, (1, 0): 25, (1, 1): 25})


@settings(max_examples=100, deadline=None)
@given(tables(), st.booleans())
def test_nothing_is_lost_and_what_is_shown_is_right(table: Table, joins_columns: bool) -> None:
    view = shown(table, joins_columns=joins_columns)
    if view is None:
        return
    assert sum(view.row_sums) == sum(view.column_sums) == sum(table.values())
    for groups, place in ((view.rows, 0), (view.columns, 1)):
        assert sorted(one for group in groups for one in group) == sorted({cell[place] for cell in table})
    for row, column in product(range(len(view.rows)), range(len(view.columns))):
        number = sum(table[pair] for pair in product(view.rows[row], view.columns[column]))
        assert view.cells[row][column] in (None, number)
        assert number or view.cells[row][column] == 0


def test_a_table_without_small_numbers_is_shown_whole_and_a_small_one_not_at_all() -> None:
    view = shown({(0, 0): 10, (0, 1): 0, (1, 0): 12, (1, 1): 30})
    assert view is not None
    assert view.cells == [[10, 0], [12, 30]]
    assert shown({(0, 0): 3, (0, 1): 6}) is None


def test_a_column_that_cannot_be_hidden_is_joined_with_others_before_the_rows_are() -> None:
    table = {(row, column): (40, 60, 25, 1)[column] for row, column in product(range(10), range(4))}
    whole, joined = shown(table), shown(table, joins_columns=True)
    assert whole is not None
    assert joined is not None
    assert (len(whole.rows), whole.columns) == (1, [[0], [1], [2], [3]])
    assert (len(joined.rows), joined.columns) == (10, [[0], [1], [2, 3]])
    assert joined.cells == [[40, 60, 26]] * 10
    two = {(row, column): (40, 1)[column] for row, column in product(range(10), range(2))}
    assert shown(two, joins_columns=True) == shown(two), "one column would say nothing of columns"


@pytest.mark.parametrize(
    ("numbers", "not_shown"),
    [
        ({"a": 12, "b": 30, "c": 0}, set()),
        ({"a": 3, "b": 30, "c": 12}, {"a", "c"}),
        ({"a": 3, "b": 4, "c": 12, "d": 40}, {"a", "b", "c"}),
        ({"a": 6, "b": 7, "c": 12}, {"a", "b"}),
        ({"a": 9, "b": 10, "c": 10, "d": 40}, {"a", "b", "c"}),
        ({"a": 9, "b": 11, "c": 11, "d": 40}, {"a", "b", "c"}),
        ({"a": 8, "b": 10, "c": 10, "d": 40}, {"a", "b"}),
    ],
)
def test_small_numbers_are_hidden_with_those_from_which_they_would_follow(
    numbers: dict[str, int], not_shown: set[str]
) -> None:
    assert hidden(numbers) == not_shown
