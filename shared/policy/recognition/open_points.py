"""What the text leaves open about recognition: the reading taken, the others, who decides, and what they bear on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.policy.model import Citation, Interpretation, Policy, Rule
from shared.policy.recognition.judging import values_on
from shared.policy.recognition.model import Recognition
from shared.policy.wording import fill


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One interpretation, its readings in words, and the passages of the law that it reads."""

    interpretation: Interpretation
    reading: str
    others: tuple[str, ...]
    citations: tuple[Citation, ...]

    @property
    def sentence(self) -> str:
        """All of it for somebody who decides by it."""
        others = "”或“".join(self.others)
        rests_on = "；".join(f"{one}“{one.quote}”" for one in self.citations)
        return (
            f"{self.interpretation.question}采用的读法：{self.reading}。另一种读法是“{others}”，"
            f"由{self.interpretation.decides}决定。依据：{rests_on}"
        )


def open_points(policy: Policy, rules: Recognition, day: date) -> list[OpenPoint]:
    """Everything left open in the recognition part of a policy."""
    return _points(policy, rules, rules.rules(), day)


def points_of_decision(policy: Policy, rules: Recognition, day: date) -> list[OpenPoint]:
    """What is left open about who may be recognised and how many: a decision rests on these readings."""
    return _points(policy, rules, (*rules.sources, *rules.disqualifiers), day)


def _points(policy: Policy, rules: Recognition, governed: Iterable[Rule], day: date) -> list[OpenPoint]:
    """The interpretations of some rules and of the quota, in the policy's order."""
    passages: dict[str, list[Citation]] = {}
    for rule in governed:
        if rule.interpretation is not None:
            passages.setdefault(rule.interpretation, []).append(rule.citation)
    for name in rules.quota.interpretations:
        passages.setdefault(name, []).append(rules.parameters[rules.quota.share].citation)
    values = values_on(rules.parameters, day)

    def point(one: Interpretation) -> OpenPoint:
        # stored content keeps no order of readings: what is said must not depend on where a policy comes from
        titles = {name: fill(reading.title, rules.parameters, values) for name, reading in sorted(one.readings.items())}
        taken = titles.pop(one.chosen)
        return OpenPoint(one, taken, tuple(titles.values()), tuple(dict.fromkeys(passages[one.id])))

    return [point(one) for one in policy.interpretations.values() if one.id in passages]
