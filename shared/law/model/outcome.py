"""The outcome of typing one household, and the decision that leads from clause masks to a type.

Bit *k* of a mask is the clause with `CompiledClause.bit == k`. A clause that holds is in `true_mask`; one that
could not be decided is in `unknown_mask`; one that is false is in neither.

Any defect that is certain makes the household ineligible. Then the types in the policy's order: all requirements
and one condition certain (a residual type: always). Otherwise something is unknown (undetermined) or nothing is
(gap). An unknown clause counts as not met, and an unknown defect excludes no household. So what is unknown never makes
a type better: a residual type holds only when every lower type that is tested before it is ruled out, otherwise the
household is undetermined.
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

    def met_by(self, mask: int) -> bool:
        """Whether the type's rule holds if exactly the clauses in the mask do."""
        return mask & self.requires == self.requires and (self.residual or bool(mask & self.any))


@dataclass(frozen=True, slots=True)
class TypeDecision:
    """The decision from masks to a type."""

    defects: int
    tests: tuple[TypeTest, ...]

    def lower_before(self, test: TypeTest) -> tuple[TypeTest, ...]:
        """The lower types that are tested before a type: a household that may be one of them is not yet that type."""
        before = self.tests[: self.tests.index(test)]
        return tuple(other for other in before if other.type < test.type)

    def type_of(self, true_mask: int, unknown_mask: int) -> HouseholdType:
        """The type of one household."""
        if true_mask & self.defects:
            return HouseholdType.INELIGIBLE
        for test in self.tests:
            if test.met_by(true_mask) and not (test.residual and self._may_be_lower(test, true_mask | unknown_mask)):
                return test.type
        return HouseholdType.UNDETERMINED if unknown_mask else HouseholdType.GAP

    def _may_be_lower(self, test: TypeTest, possible_mask: int) -> bool:
        return any(other.met_by(possible_mask) for other in self.lower_before(test))
