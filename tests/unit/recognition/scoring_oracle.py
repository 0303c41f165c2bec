"""The points of a household by a sheet's plain data, reckoned another way: whole numbers over one denominator.

Nothing of the program's model or arithmetic is used: levels are looked up in the file's own words, means and shares are
kept as numerators, and the rounding is long division.
"""

from dataclasses import dataclass
from functools import reduce
from math import lcm
from typing import Any

CENTS = 100
"""Points have at most two decimals: all are whole hundredths here."""

Sheet = dict[str, Any]


@dataclass(frozen=True)
class Household:
    """What one household is given. `truths`: id → truth of each level's condition (None: unknown)."""

    category: str
    truths: dict[str, list[bool | None]]
    findings: dict[str, int]
    scores: list[dict[str, int]]
    """Of each assessor, in hundredths."""


@dataclass(frozen=True)
class Reckoned:
    """`total` in units of the last decimal; None: something is missing."""

    total: int | None
    excluded: set[str]


def hundredths(written: Any) -> int:
    whole, _, rest = str(written).partition(".")
    return int(whole) * CENTS + int((rest + "00")[:2])


def applies(part: dict[str, Any], category: str) -> bool:
    return category in (part.get("categories") or [category])


def level_points(item: dict[str, Any], household: Household, points: list[int]) -> int | None:
    """By looking at all worlds: every unknown condition true, or false. Where their points differ, what was found
    counts if it is so in one of them.
    """
    found = household.findings.get(item["id"])
    by_hand = None if found is None else (points[found - 1] if found else 0)
    truths = household.truths.get(item["id"])
    if truths is None:
        return by_hand
    worlds: list[list[bool]] = [[]]
    for truth in truths:
        worlds = [[*world, one] for world in worlds for one in ((True, False) if truth is None else (truth,))]
    possible = {max([0, *(point for point, holds in zip(points, world, strict=True) if holds)]) for world in worlds}
    if len(possible) == 1:
        return possible.pop()
    return by_hand if by_hand in possible else None


def reckon(sheet: Sheet, household: Household) -> Reckoned:
    """The household's total and what excludes it."""
    parts: list[tuple[int, int]] = []  # numerator, denominator, in hundredths of points
    missing = False
    for section in sheet["sections"]:
        if not applies(section, household.category):
            continue
        items = [one for one in section["indicators"] if applies(one, household.category)]
        most = [top(one) for one in items]
        full = hundredths(section["cap"]) if "cap" in section else sum(most)
        found = [fraction(one, sheet, household) for one in items]
        missing = missing or None in found
        known = [one for one in found if one is not None]
        common = reduce(lcm, (below for _, below in known), 1)
        above = sum(over * (common // below) for over, below in known)
        above = min(above, full * common)
        parts.append((hundredths(section["weight"]) * above, full * common))
    taken = 0
    for item in sheet.get("deductions", []):
        if applies(item, household.category):
            points = level_points(item, household, [hundredths(item["points"])])
            missing, taken = missing or points is None, taken + (points or 0)
    excluded = set()
    for item in [*sheet.get("vetoes", []), *sheet.get("bars", [])]:
        if applies(item, household.category):
            held = level_points(item, household, [1])
            missing = missing or held is None
            if held:
                excluded.add(item["id"])
    if missing:
        return Reckoned(None, excluded)
    common = reduce(lcm, (below for _, below in parts), 1)
    above = max(0, sum(over * (common // below) for over, below in parts) - taken * common)
    units = 10 ** int(sheet["decimals"])
    quotient, rest = divmod(above * units, common * CENTS)
    return Reckoned(quotient + (1 if 2 * rest >= common * CENTS else 0), excluded)


def top(item: dict[str, Any]) -> int:
    """The most that an indicator gives."""
    return max(hundredths(level["points"]) for level in item["levels"]) if "levels" in item else hundredths(item["max"])


def fraction(item: dict[str, Any], sheet: Sheet, household: Household) -> tuple[int, int] | None:
    """An indicator's points in hundredths, over a denominator."""
    if "levels" in item:
        points = level_points(item, household, [hundredths(level["points"]) for level in item["levels"]])
        return None if points is None else (points, 1)
    given = [one[item["id"]] for one in household.scores]
    rule = sheet["assessors"]
    if len(given) < int(rule["least"]):
        return None
    if "without_extremes_from" in rule and len(given) >= int(rule["without_extremes_from"]):
        given.remove(max(given))
        given.remove(min(given))
    return sum(given), len(given)
