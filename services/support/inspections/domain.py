"""Credit-risk classes, what is delivered about households, and what is known of a first violation (首违不罚)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from shared.law.model.outcome import HouseholdType
from shared.law.model.support import SupportNumber
from shared.reference.inspections import RISK_CLASSES


class InspectionFeed(StrEnum):
    """The service's own feeds, by the names of their contracts."""

    CREDIT_RISK = "credit_risk"
    VIOLATION = "violation"


class RiskClass(StrEnum):
    """A household's credit-risk class (信用风险分类); A is the lowest risk."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return RISK_CLASSES[self]


TYPES: Mapping[str, str] = {
    one.slug: one.label for one in (HouseholdType.SURVIVAL, HouseholdType.GROWTH, HouseholdType.DEVELOPMENT)
}


def share_of(risk_class: RiskClass, type_name: str) -> SupportNumber:
    """The name of the share of households of a class and type that are inspected."""
    return SupportNumber(f"inspection_share_{risk_class.value.lower()}_{type_name}")


def rises(shares: Sequence[int | None]) -> bool:
    """Whether shares from class A to D never fall where the risk grows; what is not set is passed over."""
    known = [share for share in shares if share is not None]
    return known == sorted(known)


class FirstViolation(StrEnum):
    """What is known of earlier violations. Whether a violation is the first one is for the enforcing bureau to say."""

    RECORDED = "recorded"
    NONE = "none"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """In Chinese."""
        return FIRST_LABELS[self]


FIRST_LABELS: Mapping[FirstViolation, str] = {
    FirstViolation.RECORDED: "有查处记录",
    FirstViolation.NONE: "没有查处记录",
    FirstViolation.UNKNOWN: "不知道有没有查处记录",
}


def first_violation(records: int, covered: bool, unreadable: bool) -> FirstViolation:
    """From the number of records, whether a full delivery covers the household's county, and whether a row that may be
    the household's could not be read. That there is no record is only known where everything was delivered and read.
    """
    if records:
        return FirstViolation.RECORDED
    return FirstViolation.NONE if covered and not unreadable else FirstViolation.UNKNOWN
