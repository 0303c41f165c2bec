"""What an upheld objection may be against, and what may come of it."""

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
