"""From the masks of a household to its type: the order of the policy, for Python and for SQL.

Any defect that is certain makes the household ineligible. Then the types in the policy's order: all
requirements and one condition certain (a residual type: always). Otherwise something is unknown
(undetermined) or nothing is (gap). What is unknown counts as not met and excludes nobody.
"""

from dataclasses import dataclass

from shared.policy.outcome import HouseholdType


@dataclass(frozen=True, slots=True)
class TypeTest:
    """The bits a type needs: all of `requires` and, unless it is residual, one of `any`."""

    type: HouseholdType
    requires: int
    any: int
    residual: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole decision over masks."""

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
