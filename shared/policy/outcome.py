"""What typing says of one household: a type and two clause masks.

Bit *k* of a mask is the clause with `CompiledClause.bit == k`. A clause that holds is in `true_mask`; one that
could not be decided is in `unknown_mask`; one that is false is in neither.
"""

from enum import IntEnum
from typing import NamedTuple


class HouseholdType(IntEnum):
    """The outcomes of typing, by the code that is stored in results."""

    INELIGIBLE = 0
    SURVIVAL = 1
    GROWTH = 2
    DEVELOPMENT = 3
    GAP = 4
    UNDETERMINED = 5

    @property
    def label(self) -> str:
        """The Chinese word that a household reads."""
        return _LABELS[self]

    @property
    def slug(self) -> str:
        """The word of the contracts: `survival`, `growth`, …"""
        return self.name.lower()

    @classmethod
    def from_slug(cls, slug: str) -> "HouseholdType":
        """The type of a contract word; KeyError when there is none."""
        return cls[slug.upper()]


_LABELS = {
    HouseholdType.INELIGIBLE: "不符合分型条件",
    HouseholdType.SURVIVAL: "生存型",
    HouseholdType.GROWTH: "成长型",
    HouseholdType.DEVELOPMENT: "发展型",
    HouseholdType.GAP: "规则空档",
    HouseholdType.UNDETERMINED: "待核",
}


class Outcome(NamedTuple):
    """The type of one household and the clauses behind it."""

    type: HouseholdType
    true_mask: int
    unknown_mask: int
