"""Spot checks of applications by superiors: what may follow what, and the seed that nobody chooses."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from services.recognition.domain.transitions import require


class CheckOutcome(StrEnum):
    """Where the check of one application stands."""

    PENDING = "pending"
    SUPPLEMENT = "supplement"
    OVERDUE = "overdue"
    PASSED = "passed"
    REFUSED = "refused"


LABELS = {
    CheckOutcome.PENDING: "待抽查",
    CheckOutcome.SUPPLEMENT: "限期补充材料",
    CheckOutcome.OVERDUE: "逾期未补充",
    CheckOutcome.PASSED: "抽查通过",
    CheckOutcome.REFUSED: "不予认定",
}
_FOUND = frozenset({CheckOutcome.PASSED, CheckOutcome.REFUSED})
TRANSITIONS = {
    CheckOutcome.PENDING: _FOUND | {CheckOutcome.SUPPLEMENT},
    CheckOutcome.SUPPLEMENT: _FOUND | {CheckOutcome.OVERDUE},
    CheckOutcome.OVERDUE: _FOUND,
    CheckOutcome.PASSED: frozenset[CheckOutcome](),
    CheckOutcome.REFUSED: frozenset[CheckOutcome](),
}


def require_transition(current: CheckOutcome, target: CheckOutcome) -> None:
    """IllegalTransition unless the step is allowed; a supplement is demanded once."""
    require("抽查", current, target, TRANSITIONS, LABELS)


def common_seed(seeds: Iterable[str]) -> str:
    """SHA-256 in hexadecimal over the published seeds of a region's seasons, sorted, one a line.

    The digest of each was published when its season opened, itself when nobody could apply any more: who draws can
    choose none of them, and anyone can repeat the draw.
    """
    return hashlib.sha256("\n".join(sorted(seeds)).encode()).hexdigest()
