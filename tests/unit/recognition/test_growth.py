"""Growth between the first and the last report of a period, in whole percent, with the arithmetic in words."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from services.recognition.assessments.evidence import compute_growth

FEN = st.decimals("0.01", "9999999999.99", places=2)


@pytest.mark.parametrize(
    ("figures", "percent"),
    [
        ({2027: 100, 2029: 130}, 30),
        ({2029: 130, 2028: 1, 2027: 100}, 30),
        ({2027: 3, 2029: 4}, 33),
        ({2027: 4, 2029: 3}, -25),
        ({2027: 3, 2029: 2}, -34),
        ({2027: None, 2028: 10, 2029: 10}, 0),
    ],
)
def test_it_is_reckoned_from_the_first_to_the_last_year_and_rounded_down(
    figures: dict[int, Decimal | int | None], percent: int
):
    found = compute_growth(figures, "人")
    assert found is not None
    assert found[0] == percent


@pytest.mark.parametrize("figures", [{}, {2027: 5}, {2027: 5, 2028: None}, {2027: 0, 2028: 5}])
def test_without_two_years_or_from_nothing_there_is_none(figures: dict[int, Decimal | int | None]):
    assert compute_growth(figures, "人") is None


def test_the_arithmetic_is_told():
    found = compute_growth({2027: Decimal("100000.10"), 2029: Decimal("120000.12")}, "元")
    assert found is not None
    assert found[1] == (
        "信息报告 2027 年 100000.10 元，2029 年 120000.12 元，(120000.12 − 100000.10) ÷ 100000.10"
        "，不足1%的部分舍去，为 20%"
    )


@given(FEN, FEN, st.integers(-100, 1000))
def test_it_reaches_a_percentage_exactly_when_the_amounts_do(before: Decimal, after: Decimal, percent: int):
    found = compute_growth({2027: before, 2029: after}, "元")
    assert found is not None
    assert (found[0] >= percent) == ((after - before) * 100 >= percent * before)
