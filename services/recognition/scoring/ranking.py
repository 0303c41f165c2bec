"""The order of scored households: by their totals, then by the sheet's rules for ties. What these leave equal is said
to be undecided: no code or id ever decides.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from uuid import UUID

from services.recognition.season.domain import draw_lot
from shared.law.model.scoring import TieOrder


@dataclass(frozen=True, slots=True)
class Scored:
    """A household with its points. `parts`: the points of the sheet's sections and indicators, by id."""

    application: UUID
    uscc: str
    total: Decimal
    parts: Mapping[str, Fraction]
    submitted_at: dt.datetime


Groups = list[list[Scored]]
"""Best first; whoever stands in one group is equal by the sheet."""


def rank_scored(scored: Sequence[Scored], ties: Sequence[str], seed: str) -> Groups:
    """Scored households, best first, those that the sheet leaves equal together."""
    keys = [_tie_key(tie, seed) for tie in ties]

    def place(one: Scored) -> tuple[object, ...]:
        return (-one.total, *(key(one) for key in keys))

    return [list(equal) for _, equal in groupby(sorted(scored, key=place), key=place)]


def decide_ties(groups: Groups, decided: Sequence[UUID]) -> Groups:
    """The groups with the meeting's word: a group all of whose households it put in order comes apart."""
    position = {application: place for place, application in enumerate(decided)}
    settled: Groups = []
    for group in groups:
        if all(one.application in position for one in group):
            settled += [[one] for one in sorted(group, key=lambda one: position[one.application])]
        else:
            settled.append(group)
    return settled


def undecided_groups(groups: Groups, places: int) -> Groups:
    """The groups whose order matters and is not decided: all but those that get their places together."""
    taken, open_ones = 0, []
    for group in groups:
        taken += len(group)
        if len(group) > 1 and taken > places:
            open_ones.append(group)
    return open_ones


def ranks_of(groups: Groups, above: int = 0) -> dict[UUID, int]:
    """Each household's rank, after so many ranks; equal ones share one, and the next counts them all (1, 2, 2, 4)."""
    ranks = {}
    for group in groups:
        ranks.update({one.application: above + 1 for one in group})
        above += len(group)
    return ranks


def _tie_key(tie: str, seed: str) -> Callable[[Scored], object]:
    if tie == TieOrder.EARLIER_SUBMISSION:
        return lambda one: one.submitted_at
    if tie == TieOrder.DRAW:
        return lambda one: draw_lot(seed, one.uscc)
    return lambda one: -one.parts.get(tie, Fraction(0))
