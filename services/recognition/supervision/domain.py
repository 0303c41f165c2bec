"""Spot checks by superiors: outcomes and their order, the common seed, the sample drawn from it."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from services.recognition.season.domain import draw_lot
from shared.platform.state_machine import StateMachine


class CheckOutcome(StrEnum):
    """Where the check of one application stands."""

    PENDING = "pending"
    SUPPLEMENT = "supplement"
    OVERDUE = "overdue"
    PASSED = "passed"
    REFUSED = "refused"


_CONCLUSIONS = frozenset({CheckOutcome.PASSED, CheckOutcome.REFUSED})
CHECK_OUTCOMES = StateMachine(
    "抽查",
    {
        CheckOutcome.PENDING: _CONCLUSIONS | {CheckOutcome.SUPPLEMENT},
        CheckOutcome.SUPPLEMENT: _CONCLUSIONS | {CheckOutcome.OVERDUE},
        CheckOutcome.OVERDUE: _CONCLUSIONS,
        CheckOutcome.PASSED: set(),
        CheckOutcome.REFUSED: set(),
    },
    {
        CheckOutcome.PENDING: "待抽查",
        CheckOutcome.SUPPLEMENT: "限期补充材料",
        CheckOutcome.OVERDUE: "逾期未补充",
        CheckOutcome.PASSED: "抽查通过",
        CheckOutcome.REFUSED: "不予认定",
    },
)
"""A supplement is demanded once."""


def common_seed(seeds: Iterable[str]) -> str:
    """SHA-256 in hexadecimal over the published seeds of a region's seasons, sorted, one a line.

    The digest of each was published when its season opened, itself when nobody could apply any more: who draws can
    choose none of them, and anyone can repeat the draw.
    """
    return hashlib.sha256("\n".join(sorted(seeds)).encode()).hexdigest()


def draw_sample(population: Iterable[str], percent: int, seed: str) -> list[str]:
    """At least `percent` of the population (rounded up, one at least where there is any), lowest lots first."""
    everyone = sorted(set(population))
    wanted = -(-len(everyone) * percent // 100)
    return sorted(everyone, key=lambda one: draw_lot(seed, one))[:wanted]
