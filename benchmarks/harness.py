"""How a ratio is measured: ours and the plain way in turn, the median of the pairs' ratios.

Absolute times drift with the machine and its other work; the ratio of two neighbours drifts little. A benchmark
module has one function ``measure(size: Size) -> list[Measurement]``.
"""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Size:
    """How large and how often: the issue's sizes by default, smaller ones for a quick look."""

    households: int = 1_000_000
    rounds: int = 5


@dataclass(frozen=True)
class Measurement:
    """One claim and what was measured for it. Values are seconds unless ``unit`` says otherwise.

    ``limit``: the ratio ours / plain that the claim allows; ``at_least`` for rates, where more is better.
    """

    claim: str
    ours: list[float]
    plain: list[float]
    limit: float
    at_least: bool = False
    unit: str = "s"
    notes: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Median of the pairwise ratios."""
        return statistics.median(a / b for a, b in zip(self.ours, self.plain, strict=True))

    @property
    def spread(self) -> tuple[float, float]:
        """Least and greatest pairwise ratio."""
        ratios = [a / b for a, b in zip(self.ours, self.plain, strict=True)]
        return min(ratios), max(ratios)

    @property
    def met(self) -> bool:
        """Whether the claim holds."""
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call, with the garbage of earlier ones collected first."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turn(ours: Callable[[], object], plain: Callable[[], object], rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of both, one after the other, ``rounds`` times after a warm-up; who begins changes each round."""
    ours(), plain()
    left: list[float] = []
    right: list[float] = []
    for turn in range(rounds):
        if turn % 2:
            right.append(seconds(plain))
            left.append(seconds(ours))
        else:
            left.append(seconds(ours))
            right.append(seconds(plain))
    return left, right
