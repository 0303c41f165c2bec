"""The open phrases of the text: what another reading would change for a household, and which readings recognition uses.

`other_readings` evaluates each alternative for one household; only the clauses it governs differ. The result can reveal
a figure (a household between two readings of “五名以上” has five), so it is shown only to those who may read figures.
`open_points` lists what the recognition rules leave open: the reading taken, the others, and who decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shared.law.compiler.binding import bind
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.compiler.evaluator import Facts, evaluate
from shared.law.explain.phrases import becomes
from shared.law.language.expressions import parse_expression
from shared.law.language.nodes import Node
from shared.law.model.clauses import Citation, Interpretation, Parameter, Reading, Rule, fill_title, values_on
from shared.law.model.objections import ObjectionRule
from shared.law.model.outcome import HouseholdType, Outcome
from shared.law.model.policy import Policy
from shared.law.model.recognition import RecognitionRules


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
    """A reading with its bound clauses, by their bit in the masks."""

    interpretation: Interpretation
    reading: Reading
    clauses: Sequence[tuple[int, Node]]


def other_readings(compiled: CompiledPolicy, facts: Facts, outcome: Outcome) -> Iterable[OtherReading]:
    """The readings that would change the household's type, one at a time."""
    for alternative in _alternatives(compiled):
        kind = _type(compiled, alternative, facts, outcome)
        if kind is not outcome.type:
            yield _other_reading(compiled, alternative, kind, outcome.type)


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
    units = {name: parameter.unit for name, parameter in compiled.policy.parameters.items()}
    bits = {clause.id: 1 << clause.bit for clause in compiled.clauses}
    return tuple(
        (
            bits[clause],
            bind(parse_expression(text, units, reading.places[clause]).root, compiled.values, compiled.as_of),
        )
        for clause, text in reading.expressions.items()
        if clause in bits
    )


def _other_reading(
    compiled: CompiledPolicy, alternative: _Alternative, kind: HouseholdType, current: HouseholdType
) -> OtherReading:
    interpretation, reading = alternative.interpretation, alternative.reading
    title = fill_title(reading.title, compiled.policy.parameters, compiled.values)
    taken = fill_title(interpretation.reading.title, compiled.policy.parameters, compiled.values)
    text = (
        f"{interpretation.question}现在的读法是“{taken}”；若采用另一种读法（{title}），{becomes(kind, current)}。"
        f"有权改变读法的是{interpretation.decides}。"
    )
    return OtherReading(interpretation.id, reading.id, interpretation.question, interpretation.decides, kind, text)


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One interpretation, its readings in words, and the passages of the law concerned."""

    interpretation: Interpretation
    reading: str
    others: tuple[str, ...]
    citations: tuple[Citation, ...]

    @property
    def sentence(self) -> str:
        """The interpretation as one Chinese sentence, for the officer who decides under it."""
        others = "”或“".join(self.others)
        rests_on = "；".join(f"{citation}“{citation.quote}”" for citation in self.citations)
        return (
            f"{self.interpretation.question}采用的读法：{self.reading}。另一种读法是“{others}”，"
            f"由{self.interpretation.decides}决定。依据：{rests_on}"
        )


def open_points(policy: Policy, rules: RecognitionRules, day: date) -> list[OpenPoint]:
    """Everything left open in the recognition part of a policy."""
    return _points(policy, rules, rules.rules(), day)


def open_points_of_decision(policy: Policy, rules: RecognitionRules, day: date) -> list[OpenPoint]:
    """What is left open about who may be recognised and how many: a decision rests on these readings."""
    return _points(policy, rules, (*rules.sources, *rules.disqualifiers), day)


def open_points_of_objection(policy: Policy, rule: ObjectionRule, day: date) -> list[OpenPoint]:
    """What the text leaves open about an objection: who files, decides, from which day the period runs."""
    if policy.objections is None:
        return []
    passages = {name: [rule.citation] for name in rule.interpretations}
    return _open_points(policy, policy.objections.parameters, passages, day)


def _points(policy: Policy, rules: RecognitionRules, governed: Iterable[Rule], day: date) -> list[OpenPoint]:
    """The interpretations of some rules, of the quota, of the kinds of operators and of the paths' steps, in order."""
    passages: dict[str, list[Citation]] = {}
    for rule in governed:
        if rule.interpretation is not None:
            passages.setdefault(rule.interpretation, []).append(rule.citation)
    for name in rules.quota.interpretations:
        passages.setdefault(name, []).append(rules.parameters[rules.quota.share].citation)
    if rules.penalties is not None:
        passages.setdefault(rules.penalties.interpretation, []).append(rules.penalties.citation)
    kinds = rules.operator_kinds
    if kinds.interpretation is not None and kinds.citation is not None:
        passages.setdefault(kinds.interpretation, []).append(kinds.citation)
    for path in rules.paths.values():
        for name, citation in path.readings:
            passages.setdefault(name, []).append(citation)
    return _open_points(policy, rules.parameters, passages, day)


def _open_points(
    policy: Policy, parameters: Mapping[str, Parameter], passages: Mapping[str, Sequence[Citation]], day: date
) -> list[OpenPoint]:
    """The interpretations that have passages, in the policy's order; titles may contain the parameters."""
    values = values_on(parameters, day)

    def point(interpretation: Interpretation) -> OpenPoint:
        # stored content does not keep the order of readings, so the sentence must not depend on it
        titles = {
            name: fill_title(reading.title, parameters, values)
            for name, reading in sorted(interpretation.readings.items())
        }
        taken = titles.pop(interpretation.chosen)
        return OpenPoint(
            interpretation, taken, tuple(titles.values()), tuple(dict.fromkeys(passages[interpretation.id]))
        )

    return [
        point(interpretation) for interpretation in policy.interpretations.values() if interpretation.id in passages
    ]
