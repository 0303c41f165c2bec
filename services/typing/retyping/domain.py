"""Households typed again: pure rules about the sources of it and their public reasons, and about what is worse."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from shared.law.model.outcome import HouseholdType

ANNUAL_REPORT = "annual-report"
"""The source of reasons of annual reports that were filed late."""


@dataclass(frozen=True)
class Ground:
    """What one source says about a household; ``reason`` is public (Chinese, without figures)."""

    source: str
    reason: str
    since: dt.datetime


def in_order(grounds: Iterable[Ground]) -> list[Ground]:
    """Grounds in the order in which their sources first spoke."""
    return sorted(grounds, key=lambda ground: ground.since)


OPEN_TO = {HouseholdType.INELIGIBLE: 0, HouseholdType.GROWTH: 2, HouseholdType.DEVELOPMENT: 3}
"""How much is open to a household of a type; to all others, which are of the basic type or of none yet, as much: 1."""


def is_worse(before: HouseholdType, after: HouseholdType) -> bool:
    """Whether a household loses by the change: development or growth, or being eligible at all."""
    return OPEN_TO.get(after, 1) < OPEN_TO.get(before, 1)
