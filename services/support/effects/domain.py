"""Groups of households, what became of them, and small numbers that are not shown.

Whoever knows a few households of a county could learn what became of one from a small number, or from the difference
of larger ones: a number below `SMALLEST` is hidden, with as many others that the hidden ones together are not small,
and that the least of them does not follow. That there is nobody is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

SMALLEST = 10
K = TypeVar("K")


class EffectGroup(StrEnum):
    """What a measure was to a household in a year."""

    USED = "used"
    ENTITLED = "entitled"
    OTHERS = "others"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return GROUP_LABELS[self]


GROUP_LABELS: Mapping[EffectGroup, str] = {
    EffectGroup.USED: "已享受（部门报送）",
    EffectGroup.ENTITLED: "可以享受、已告知，没有享受的报送",
    EffectGroup.OTHERS: "同型的其他户",
}


class Became(StrEnum):
    """What the next year's typing says of a household."""

    HIGHER = "higher"
    SAME = "same"
    LOWER = "lower"
    INELIGIBLE = "ineligible"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return BECAME_LABELS[self]


BECAME_LABELS: Mapping[Became, str] = {
    Became.HIGHER: "升到更高的型",
    Became.SAME: "仍是原来的型",
    Became.LOWER: "降到更低的型",
    Became.INELIGIBLE: "不符合分型条件",
    Became.UNKNOWN: "没有分型结果（注销、规则空档、待核）",
}
TYPES = ("survival", "growth", "development")


def became(before: str, after: str | None) -> Became:
    """From one year's type to the next one's."""
    if after == "ineligible":
        return Became.INELIGIBLE
    if after not in TYPES:
        return Became.UNKNOWN
    step = TYPES.index(after) - TYPES.index(before)
    return Became.SAME if step == 0 else Became.HIGHER if step > 0 else Became.LOWER


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


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What became of a group of households of a type; None: too few to be shown."""

    type: str
    group: EffectGroup
    households: int | None
    became: Mapping[Became, int | None]


def rows_of(counts: Mapping[tuple[str, EffectGroup, Became], int]) -> list[EffectRow]:
    """Every type and group, in their fixed order, without what is not shown."""
    rows = []
    for name in TYPES:
        of_group = {group: {one: counts.get((name, group, one), 0) for one in Became} for group in EffectGroup}
        sums = {group: sum(numbers.values()) for group, numbers in of_group.items()}
        too_few = hidden(sums)
        for group, numbers in of_group.items():
            not_shown = frozenset(Became) if group in too_few else hidden(numbers)
            shown = {one: None if one in not_shown else number for one, number in numbers.items()}
            rows.append(EffectRow(name, group, None if group in too_few else sums[group], shown))
    return rows
