"""How a figure grew between the first and the last reviewed information report of a period, in whole percent."""

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction


def growth(figures: Mapping[int, Decimal | int | None], unit: str) -> tuple[int, str] | None:
    """Percent, rounded down, and how it was reckoned; None without two years or where the first figure is zero.

    `figures`: year → what its report says, None where it says nothing. Rounded down, it reaches a whole percentage
    exactly when the growth itself does.
    """
    known = [(year, figure) for year, figure in sorted(figures.items()) if figure is not None]
    if len(known) < 2 or not known[0][1]:
        return None
    (first, before), (last, after) = known[0], known[-1]
    percent = math.floor((Fraction(after) - Fraction(before)) * 100 / Fraction(before))
    said = f"信息报告 {first} 年 {before} {unit}，{last} 年 {after} {unit}，({after} − {before}) ÷ {before}"
    return percent, f"{said}，不足1%的部分舍去，为 {percent}%"
