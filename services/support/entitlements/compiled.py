"""The measures in force on a day, compiled: masks of a whole population in SQL, or of one household in Python.

Many measures have the same addressees, so a mask has a bit for every different condition, not for every measure. Both
ways come from the same bound trees; what follows from the masks is one function. A mask of more than `WORD_BITS`
conditions has several words, since PostgreSQL's bigint has a sign.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from services.support.entitlements.domain import EntitlementState, Missing, state_of
from shared.law.compiler.binding import bind
from shared.law.compiler.duckdb_compiler import certain
from shared.law.compiler.python_compiler import MaskFunction, compile_python
from shared.law.language.nodes import Node, facts_in, negate
from shared.law.language.vocabulary import MEASURE_FACTS, built_in_values
from shared.law.model.measures import Measure

WORD_BITS = 60
FACT_COLUMNS: tuple[str, ...] = tuple(column for fact in MEASURE_FACTS.values() for column in fact.columns)
"""The columns that a household's facts are read from."""
States = Mapping[str, EntitlementState]
"""The state of each measure that is something to a household, by the measure's id."""


@dataclass(frozen=True)
class Masks:
    """Which conditions are certainly true of a household, and which possibly."""

    certain: int
    possible: int

    def holds(self, bit: int) -> bool | None:
        """True, False, or None where it cannot be decided."""
        if self.certain >> bit & 1:
            return True
        return None if self.possible >> bit & 1 else False


@dataclass(frozen=True)
class CompiledMeasures:
    """Measures in force on a day. `places`: each measure's bit in the masks."""

    day: date
    measures: tuple[Measure, ...]
    nodes: tuple[Node, ...]
    places: Mapping[str, int]
    _within: dict[str, tuple[Measure, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, measures: Sequence[Measure], day: date) -> "CompiledMeasures":
        """Those in force on the day that are for households; places left for measures still to be made are none."""
        kept = [one for one in measures if one.kind.for_households and not one.placeholder and one.in_force_on(day)]
        values = built_in_values(day)
        bound = {one.id: bind(one.addressees.whole.root, values, day) for one in kept}
        bits = {node: bit for bit, node in enumerate(dict.fromkeys(bound.values()))}
        return cls(day, tuple(kept), tuple(bits), {name: bits[node] for name, node in bound.items()})

    def within(self, region: str) -> tuple[Measure, ...]:
        """The measures of the country, the province, the city and the county of a county."""
        if region not in self._within:
            self._within[region] = tuple(one for one in self.measures if region.startswith(one.region))
        return self._within[region]

    def judge(self, facts: Mapping[str, Any]) -> Masks:
        """The masks of one household; facts by column, None = unknown."""
        true, unknown = self._function(facts)
        return Masks(true, true | unknown)

    def states(self, region: str, masks: Masks, confirmed: frozenset[str] = frozenset()) -> States:
        """The state of each measure of the region that is something to whoever has these masks. `confirmed`: the
        measures whose conditions a department has confirmed.
        """
        judged = {one.id: state_of(one, self.holds(one, masks), one.id in confirmed) for one in self.within(region)}
        return {name: state for name, state in judged.items() if state is not EntitlementState.NONE}

    def holds(self, measure: Measure, masks: Masks) -> bool | None:
        """Whether the household is an addressee of the measure."""
        return masks.holds(self.places[measure.id])

    def missing(self, measure: Measure, facts: Mapping[str, Any], confirmed: bool = False) -> list[Missing]:
        """What keeps a household from being entitled for certain: unknown facts, and conditions to be confirmed unless
        they are.
        """
        node = self.nodes[self.places[measure.id]]
        unknown = [MEASURE_FACTS[name] for name in facts_in(node) if facts[name] is None]
        open_facts = [fact for fact in unknown if fact.guard is None or facts[fact.guard] is not False]
        found = [Missing(f"还不知道“{fact.label}”", fact.bureau, fact.feed) for fact in open_facts]
        if self.judge(facts).holds(self.places[measure.id]) is not None:
            found = []
        titles = [] if confirmed else [(one.title, one.confirmed_by) for one in measure.conditions]
        return found + [Missing(title, department.label if department else None) for title, department in titles]

    def sql_words(self) -> list[tuple[str, str]]:
        """For each word of the masks the expressions of the certain and of the possible conditions, over the facts'
        columns.
        """
        starts = range(0, len(self.nodes), WORD_BITS)
        chunks = [self.nodes[start : start + WORD_BITS] for start in starts]
        return [(_word(map(certain, chunk)), _word(map(_possible, chunk))) for chunk in chunks]

    @staticmethod
    def of_words(words: Sequence[tuple[int, int]]) -> Masks:
        """The masks of the words that the expressions gave."""
        certain_bits = sum(word << WORD_BITS * number for number, (word, _) in enumerate(words))
        return Masks(certain_bits, sum(word << WORD_BITS * number for number, (_, word) in enumerate(words)))

    @cached_property
    def _function(self) -> MaskFunction:
        return compile_python(self.nodes)


def _possible(node: Node) -> str:
    return f"({certain(negate(node))}) IS NOT TRUE"


def _word(conditions: Any) -> str:  # noqa: ANN401
    return " | ".join(f"CASE WHEN {one} THEN {1 << bit}::bigint ELSE 0 END" for bit, one in enumerate(conditions))
