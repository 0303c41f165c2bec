"""Which figures the public sees: none from which somebody could tell whose objection it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

SMALLEST_SHOWN = 5
"""A cell of fewer is not shown, nor is what it could be reckoned from."""
ROUNDED_TO = 5
"""Public counts are multiples of it: neither a region less its parts nor one day less the day before tells a cell."""

K = TypeVar("K")


@dataclass(frozen=True)
class PublicCounts(Generic[K]):
    """Counts as the public sees them; None: too few to be shown."""

    cells: Mapping[K, int | None]
    total: int | None


def public_counts(counts: Mapping[K, int]) -> PublicCounts[K]:
    """Counts without small cells, rounded. What is hidden cannot be reckoned from the total: it is at least two cells
    and `SMALLEST_SHOWN` objections together; where there is not enough to hide it among, the total is hidden too.
    """
    total = sum(counts.values())
    by_size = sorted((number, key) for key, number in _named(counts).items() if number)
    hidden = [(number, key) for number, key in by_size if number < SMALLEST_SHOWN]
    shown = by_size[len(hidden) :]
    while hidden and shown and not _enough(hidden):
        hidden.append(shown.pop(0))
    hidden_keys = {key for _, key in hidden}
    cells = {key: None if str(key) in hidden_keys else rounded(number) for key, number in counts.items() if number}
    return PublicCounts(cells, rounded(total) if not hidden or _enough(hidden) else None)


def rounded(number: int) -> int:
    """The nearest multiple: one figure stands for several counts."""
    return (number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def _named(counts: Mapping[K, int]) -> dict[str, int]:
    """By text, so that cells of one size have an order."""
    return {str(key): number for key, number in counts.items()}


def _enough(hidden: list[tuple[int, str]]) -> bool:
    return len(hidden) > 1 and sum(number for number, _ in hidden) >= SMALLEST_SHOWN
