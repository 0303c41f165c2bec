"""Where the law's words leave two readings open: whether the other one would make this household another type.

Each alternative is compiled once a policy: only the clauses that it governs differ. What a reading would change
can give a figure away (whoever falls between two readings of “五名以上” has five), so it is said only to those
who may read the figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from shared.policy.binding import bind
from shared.policy.compiled import CompiledPolicy
from shared.policy.expressions import read_expression
from shared.policy.kleene import Facts, evaluate
from shared.policy.model import Interpretation, Reading
from shared.policy.nodes import Node
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.outlook import words
from shared.policy.wording import fill


@dataclass(frozen=True, slots=True)
class OtherReading:
    """A reading that is not in force, and the type it would give."""

    interpretation: str
    reading: str
    question: str
    decides: str
    type: HouseholdType
    text: str


@dataclass(frozen=True, slots=True)
class _Alternative:
    """A reading with its clauses bound, by their bit in the masks."""

    interpretation: Interpretation
    reading: Reading
    clauses: Sequence[tuple[int, Node]]


def other_readings(compiled: CompiledPolicy, facts: Facts, outcome: Outcome) -> Iterable[OtherReading]:
    """The readings that would make the household another type, each taken alone."""
    for alternative in _alternatives(compiled):
        kind = _type(compiled, alternative, facts, outcome)
        if kind is not outcome.type:
            yield _said(compiled, alternative, kind, outcome.type)


def _type(compiled: CompiledPolicy, alternative: _Alternative, facts: Facts, outcome: Outcome) -> HouseholdType:
    _, true, unknown = outcome
    for bit, node in alternative.clauses:
        verdict = evaluate(node, facts)
        true = true | bit if verdict else true & ~bit
        unknown = unknown | bit if verdict is None else unknown & ~bit
    return compiled.decision.type_of(true, unknown)


@lru_cache(maxsize=64)
def _alternatives(compiled: CompiledPolicy) -> tuple[_Alternative, ...]:
    return tuple(
        _Alternative(interpretation, reading, _bound(compiled, reading))
        for interpretation in compiled.policy.interpretations.values()
        for reading in interpretation.readings.values()
        if reading.id != interpretation.chosen
    )


def _bound(compiled: CompiledPolicy, reading: Reading) -> tuple[tuple[int, Node], ...]:
    units = {name: one.unit for name, one in compiled.policy.parameters.items()}
    bits = {clause.id: 1 << clause.bit for clause in compiled.clauses}
    return tuple(
        (bits[clause], bind(read_expression(text, units, reading.places[clause]).root, compiled.values, compiled.as_of))
        for clause, text in reading.expressions.items()
        if clause in bits
    )


def _said(
    compiled: CompiledPolicy, alternative: _Alternative, kind: HouseholdType, current: HouseholdType
) -> OtherReading:
    one, reading = alternative.interpretation, alternative.reading
    title = fill(reading.title, compiled.policy.parameters, compiled.values)
    taken = fill(one.reading.title, compiled.policy.parameters, compiled.values)
    text = (
        f"{one.question}现在的读法是“{taken}”；若采用另一种读法（{title}），{words.become(kind, current)}。"
        f"有权改变读法的是{one.decides}。"
    )
    return OtherReading(one.id, reading.id, one.question, one.decides, kind, text)
