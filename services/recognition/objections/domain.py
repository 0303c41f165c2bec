"""What an upheld objection may be against, and what may come of it."""

from dataclasses import dataclass
from enum import StrEnum


class Against(StrEnum):
    """What of this service's decisions an objection is against; other words belong to other services."""

    PUBLIC_NOTICE = "public-notice"
    REFUSAL = "refusal"
    NON_SELECTION = "non-selection"
    CONFIRMATION = "confirmation"
    EXTENSION = "extension"
    CANCELLATION = "cancellation"
    REVOCATION = "revocation"


class Outcome(StrEnum):
    """What was done about an upheld objection."""

    REFUSED = "refused"
    REOPENED = "reopened"
    REINSTATED = "reinstated"
    CONCERN = "concern"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done, and in words what that means or why nothing could change."""

    outcome: Outcome
    reason: str


def unchanged(reason: str) -> Applied:
    """Nothing could change, for a reason."""
    return Applied(Outcome.UNCHANGED, reason)


NO_APPLICATION = unchanged("没有这份申报，或不是这一户的")
NO_RECOGNITION = unchanged("没有这项认定，或不是这一户的")
