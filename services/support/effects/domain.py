"""Groups of households and what became of them, without small numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.support.suppression import hidden


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
