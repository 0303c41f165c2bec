"""The outcome of typing one household, and the decision that leads from clause masks to a type.

Bit *k* of a mask is the clause with `CompiledClause.bit == k`. A clause that holds is in `true_mask`; one that
could not be decided is in `unknown_mask`; one that is false is in neither.

Any defect that is certain makes the household ineligible. Then the types in the policy's order: all requirements
and one condition certain (a residual type: always). Otherwise something is unknown (undetermined) or nothing is
(gap). An unknown clause counts as not met, and an unknown defect excludes no household.
"""

from dataclasses import dataclass
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
        """The Chinese name, as shown to households."""
        return _LABELS[self]

    @property
    def slug(self) -> str:
        """The name in events and APIs: `survival`, `growth`, …"""
        return self.name.lower()

    @classmethod
    def from_slug(cls, slug: str) -> "HouseholdType":
        """The type of a slug; KeyError when there is none."""
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
    """The type of one household, with the masks of clauses that hold and that are unknown."""

    type: HouseholdType
    true_mask: int
    unknown_mask: int


@dataclass(frozen=True, slots=True)
class TypeTest:
    """The bits a type needs: all of `requires` and, unless it is residual, one of `any`."""

    type: HouseholdType
    requires: int
    any: int
    residual: bool


@dataclass(frozen=True, slots=True)
class TypeDecision:
    """The decision from masks to a type."""

    defects: int
    tests: tuple[TypeTest, ...]

    def type_of(self, true_mask: int, unknown_mask: int) -> HouseholdType:
        """The type of one household."""
        if true_mask & self.defects:
            return HouseholdType.INELIGIBLE
        for test in self.tests:
            met = true_mask & test.requires == test.requires
            if met and (test.residual or true_mask & test.any):
                return test.type
        return HouseholdType.UNDETERMINED if unknown_mask else HouseholdType.GAP
