"""What could be otherwise about a household: a fact at another value, or time passed; and the household then."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from shared.policy.facts import Fact
from shared.policy.kleene import Facts
from shared.policy.outlook.supposing import suppose


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A fact at another value; `beyond` is the limit it has to pass when being at the limit does not do."""

    fact: str
    value: Any
    beyond: Any = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A date that is full `years` ago on `day`, and not before."""

    fact: str
    years: int
    day: date


Change = Otherwise | Wait


class Situation(NamedTuple):
    """A household's facts on a day."""

    facts: Facts
    day: date

    def after(self, changes: Iterable[Change]) -> "Situation":
        """The household with the changes made and the days waited."""
        facts, day = self
        for change in changes:
            if isinstance(change, Wait):
                day = max(day, change.day)
            else:
                facts = suppose(facts, change.fact, change.value)
        return Situation(facts, day)


def distance(fact: Fact, value: int, facts: Facts) -> int:
    """How far a figure is from a value; from the nearer end of a band; from 0 where there is no figure yet."""
    low, high = facts[fact.columns[0]] or 0, facts[fact.columns[-1]]
    high = low if high is None and not fact.interval else high
    return int(low - value if value < low else value - high if high is not None and value > high else 0)
