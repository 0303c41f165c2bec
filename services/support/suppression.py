"""Small numbers that are not shown, and as many others that they do not follow from what is shown.

Whoever knows a few households of a county could learn what one of them said or became from a small number, or from the
difference of larger ones. That there is nobody is shown.

`hidden` is for numbers whose sum is known. `protect` is for a table whose margins are known: rows and columns that are
small as a whole are put together with others, and then so many cells are hidden that for each small one there is
another table, with the same margins and the same shown cells, in which it is not small.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

SMALLEST = 10
K = TypeVar("K")
R = TypeVar("R")
C = TypeVar("C")
Cell = tuple[int, int]
Corners = tuple[Cell, Cell, Cell]


def hidden(numbers: Mapping[K, int]) -> frozenset[K]:
    """Which of numbers, whose sum is known, are not shown: small ones, and the next smallest until they do not follow
    from the sum.
    """
    rising = sorted((key for key, number in numbers.items() if number), key=lambda key: numbers[key])
    small = [key for key in rising if numbers[key] < SMALLEST]
    while (
        small
        and len(small) < len(rising)
        and not _covered([numbers[key] for key in small], numbers[rising[len(small)]])
    ):
        small.append(rising[len(small)])
    return frozenset(small)


def _covered(kept_back: Sequence[int], least_shown: int) -> bool:
    """Whether numbers that are kept back are not few together, and the least of them may be another one: none is larger
    than the least that is shown, so that of 19 in two beside a 10 one is 9.
    """
    together, further = sum(kept_back), len(kept_back) - 1
    possible = [least for least in range(1, SMALLEST) if least * further <= together - least <= least_shown * further]
    return together >= SMALLEST and len(possible) > 1


@dataclass(frozen=True)
class ProtectedTable(Generic[R, C]):
    """A table that may be shown with its margins: rows and columns are groups of those that there were; a cell is None
    where it is hidden.
    """

    rows: Sequence[Sequence[R]]
    columns: Sequence[Sequence[C]]
    cells: Sequence[Sequence[int | None]]
    row_sums: Sequence[int]
    column_sums: Sequence[int]


def protect(
    table: Mapping[tuple[R, C], int], rows: Sequence[R], columns: Sequence[C], *, joins_columns: bool = False
) -> ProtectedTable[R, C] | None:
    """What may be shown of a table, with rows and columns in their order; None: it is small as a whole.

    `joins_columns`: where nothing hides a small cell, its column is put together with others before the rows are.
    """
    row_groups = _grouped({row: sum(table.get((row, column), 0) for column in columns) for row in rows})
    column_groups = _grouped({column: sum(table.get((row, column), 0) for row in rows) for column in columns})
    if row_groups is None or column_groups is None:
        return None
    if joins_columns:
        column_groups = _joined(table, row_groups, column_groups)
    numbers = _summed(table, row_groups, column_groups)
    not_shown = _hidden_cells(numbers)
    if not_shown is None:  # no other cells can hide them: the columns are shown for all rows together
        row_groups = [list(rows)]
        numbers, not_shown = _summed(table, row_groups, column_groups), frozenset()
    cells = [
        [None if (row, column) in not_shown else number for column, number in enumerate(line)]
        for row, line in enumerate(numbers)
    ]
    column_sums = [sum(line[column] for line in numbers) for column in range(len(column_groups))]
    return ProtectedTable(row_groups, column_groups, cells, [sum(line) for line in numbers], column_sums)


def _summed(
    table: Mapping[tuple[R, C], int], rows: Sequence[Sequence[R]], columns: Sequence[Sequence[C]]
) -> list[list[int]]:
    return [[sum(table.get(pair, 0) for pair in product(row, column)) for column in columns] for row in rows]


def _grouped(sums: Mapping[K, int]) -> list[list[K]] | None:
    """Each by itself, but small ones together, with the smallest of the others until they are not small; None where
    all together are.
    """
    small = [key for key, number in sums.items() if 0 < number < SMALLEST]
    others = sorted((key for key, number in sums.items() if number >= SMALLEST), key=lambda key: sums[key])
    while small and others and (len(small) == 1 or sum(sums[key] for key in small) < SMALLEST):
        small.append(others.pop(0))
    if small and sum(sums[key] for key in small) < SMALLEST:
        return None
    alone = [[key] for key in sums if key not in small]
    return [*alone, [key for key in sums if key in small]] if small else alone


def _joined(table: Mapping[tuple[R, C], int], rows: Sequence[Sequence[R]], columns: list[list[C]]) -> list[list[C]]:
    """The columns with small cells that nothing hides put together, a single one with the smallest other, until all can
    be hidden; as they were where fewer than two would be left.
    """
    groups = columns
    while True:
        numbers = _summed(table, rows, groups)
        joined = {column for _, (row, column) in _small(numbers) if not _can_be_hidden(numbers, (row, column))}
        if not joined:
            return groups
        sums = {column: sum(line[column] for line in numbers) for column in range(len(groups)) if column not in joined}
        others = [column for column, number in sums.items() if number]
        if len(joined) == 1 and others:
            joined.add(min(others, key=lambda column: sums[column]))
        if len(joined) == 1 or len(groups) - len(joined) < 1:
            return columns
        together = [one for column in sorted(joined) for one in groups[column]]
        groups = [*(group for column, group in enumerate(groups) if column not in joined), together]


def _small(numbers: Sequence[Sequence[int]]) -> list[tuple[int, Cell]]:
    return [
        (number, (row, column))
        for row, line in enumerate(numbers)
        for column, number in enumerate(line)
        if 0 < number < SMALLEST
    ]


def _hidden_cells(numbers: Sequence[Sequence[int]]) -> frozenset[Cell] | None:
    """The small cells, the smallest first, each with three others that a shift around the four can hide it behind; None
    where there are none for one of them.
    """
    small = _small(numbers)
    not_shown = {cell for _, cell in small}
    for _, cell in sorted(small):
        around = _least_around(numbers, cell, not_shown)
        if around is None:
            return None
        not_shown.update(around)
    return frozenset(not_shown)


def _least_around(numbers: Sequence[Sequence[int]], cell: Cell, not_shown: Container[Cell]) -> Corners | None:
    """Of the corners around a cell those of which the fewest are still shown, and then those with the fewest people."""
    row, column = cell
    rows, columns = _growing(numbers, cell)
    beside = [(other, (row, other) not in not_shown, numbers[row][other]) for other in columns]
    least, found = (4, 0), None
    for other_row in rows:
        line, shown = numbers[other_row], (other_row, column) not in not_shown
        for other_column, also_shown, number in beside:
            if not line[other_column]:
                continue
            opposite = other_row, other_column
            cost = shown + also_shown + (opposite not in not_shown), number + line[column] + line[other_column]
            if cost < least:
                least, found = cost, opposite
    return None if found is None else ((row, found[1]), (found[0], column), found)


def _can_be_hidden(numbers: Sequence[Sequence[int]], cell: Cell) -> bool:
    rows, columns = _growing(numbers, cell)
    return any(numbers[row][column] for row, column in product(rows, columns))


def _growing(numbers: Sequence[Sequence[int]], cell: Cell) -> tuple[list[int], list[int]]:
    """The other rows and columns of the rectangles in which the cell can grow until it is not small: the two corners
    beside it shrink by as much and stay; the one opposite, if there is anybody, grows.
    """
    row, column = cell
    by = SMALLEST - numbers[row][column]
    rows = [other for other, line in enumerate(numbers) if other != row and line[column] > by]
    return rows, [other for other, number in enumerate(numbers[row]) if other != column and number > by]
