"""Puts the outlook of one household together; what would show its figures only for those who may read them."""

from dataclasses import dataclass

from shared.policy.compiled import CompiledPolicy
from shared.policy.kleene import Facts
from shared.policy.outcome import Outcome
from shared.policy.outlook.endings import Ending, endings
from shared.policy.outlook.openings import Opening, openings
from shared.policy.outlook.prospects import Prospects, prospects
from shared.policy.outlook.readings import OtherReading, other_readings
from shared.policy.outlook.ways import Way, ways


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would make the household another type.

    `prospects`: missing data; `openings`: numbers that the law left open; `ways`: the nearest way to each better
    type; `endings`: what time will end; `readings`: what another reading would change. The last three are empty
    without figures.
    """

    prospects: Prospects
    openings: tuple[Opening, ...]
    ways: tuple[Way, ...]
    endings: tuple[Ending, ...]
    readings: tuple[OtherReading, ...]


def outlook(compiled: CompiledPolicy, facts: Facts, outcome: Outcome, *, with_figures: bool) -> Outlook:
    """The outlook of a household typed from these facts (snapshot columns)."""
    return Outlook(
        prospects(compiled, facts, outcome),
        tuple(openings(compiled, facts, outcome, with_figures=with_figures)),
        ways(compiled, facts, outcome) if with_figures else (),
        tuple(endings(compiled, facts, outcome)) if with_figures else (),
        tuple(other_readings(compiled, facts, outcome)) if with_figures else (),
    )
