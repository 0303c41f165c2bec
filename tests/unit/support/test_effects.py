"""What became of households from one year to the next, and that nobody is found in small numbers."""

import random

import pytest

from services.support.effects.domain import TYPES, Became, EffectGroup, became, rows_of
from services.support.suppression import SMALLEST


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("survival", "development", Became.HIGHER),
        ("growth", "growth", Became.SAME),
        ("development", "growth", Became.LOWER),
        ("growth", "ineligible", Became.INELIGIBLE),
        ("growth", "gap", Became.UNKNOWN),
        ("growth", None, Became.UNKNOWN),
    ],
)
def test_what_became_of_a_household(before: str, after: str | None, expected: Became) -> None:
    assert became(before, after) is expected


def test_what_is_hidden_of_a_table_is_never_one_number_nor_few_households() -> None:
    rng = random.Random(5)
    for _ in range(500):
        cells = [(name, group, one) for name in TYPES for group in EffectGroup for one in Became]
        counts = {cell: rng.choice([0, 0, 1, 9, 10, 11, 500]) for cell in cells}
        for row in rows_of(counts):
            numbers = {one: counts[row.type, row.group, one] for one in Became}
            assert row.households in (None, sum(numbers.values()))
            assert row.households is None or row.households == 0 or row.households >= SMALLEST
            shown = {one: number for one, number in row.became.items() if number is not None}
            assert all(number == numbers[one] and (number == 0 or number >= SMALLEST) for one, number in shown.items())
            left = [numbers[one] for one in Became if one not in shown]
            assert row.households is None or not left or (len(left) > 1 and sum(left) >= SMALLEST)
