"""Spot checks by superiors: outcomes and their order, the common seed, the sample drawn from it."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from services.recognition.season.domain import draw_lot
from shared.platform.state_machine import StateMachine


class CheckOutcome(StrEnum):
    """The outcome of a spot check of one application."""

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
    """SHA-256 in hexadecimal over the published seeds of a region's seasons, sorted, one per line.

    The digest of each seed was published when its season opened, the seed after the application period: the person who
    draws can choose none of them, and anyone can repeat the draw.
    """
    return hashlib.sha256("\n".join(sorted(seeds)).encode()).hexdigest()


def draw_sample(population: Iterable[str], percent: int, seed: str) -> list[str]:
    """At least `percent` of the population (rounded up, at least one if there is any), lowest lots first."""
    everyone = sorted(set(population))
    size = -(-len(everyone) * percent // 100)
    return sorted(everyone, key=lambda code: draw_lot(seed, code))[:size]
