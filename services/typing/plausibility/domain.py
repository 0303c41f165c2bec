"""Shares of the types, and where they are far from last year's: pure arithmetic."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.typing.runs.domain import RunState
from shared.law.model.outcome import HouseholdType

TYPED_STATES = frozenset({RunState.TYPED, RunState.DRAFT, RunState.PUBLISHED})
"""Runs that have typed their households and still have their files."""
SAMPLED = 50
"""Households that an officer looks at by hand before a publication."""


@dataclass(frozen=True)
class TypeShare:
    """A type's households, and per cent of all households: now, and as published for last year (None: nothing was)."""

    type: HouseholdType
    households: int
    percent: float
    last_year: int | None
    last_year_percent: float | None


def shares(now: Mapping[HouseholdType, int], last_year: Mapping[HouseholdType, int]) -> list[TypeShare]:
    """The share of every outcome, beside last year's."""
    return [
        TypeShare(
            kind,
            now.get(kind, 0),
            _percent(now, kind),
            last_year.get(kind, 0) if last_year else None,
            _percent(last_year, kind) if last_year else None,
        )
        for kind in HouseholdType
    ]


def _percent(counts: Mapping[HouseholdType, int], kind: HouseholdType) -> float:
    return round(100 * counts.get(kind, 0) / max(sum(counts.values()), 1), 2)


def share_warnings(found: list[TypeShare], points: float) -> Iterator[str]:
    """Shares that are further than so many percentage points from last year's, each as a Chinese sentence."""
    for share in found:
        before = share.last_year_percent
        if before is not None and abs(share.percent - before) > points:
            yield f"{share.type.label}占{share.percent}%，上年占{before}%，相差超过{points:g}个百分点，请核实原因"
