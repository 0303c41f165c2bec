"""Why a household was typed again: pure rules about sources and their public reasons."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

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
