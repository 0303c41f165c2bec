"""Rows of a delivery that wait for their household: they are kept, and count once it is registered."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

LISTED: Final = 1_000
"""So many of them are listed; a delivery with more has another fault, such as the wrong region."""


@dataclass(frozen=True)
class WaitingRows:
    """How many rows wait, since when, and the keys of the first of them."""

    waiting: int
    since: dt.datetime
    rows: Sequence[Mapping[str, Any]]
