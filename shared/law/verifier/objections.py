"""Proves the rules on objections complete: every kind has somebody to receive and to decide, and periods that fit.

What the reader refuses (unknown parameters, levels, words) has no place here: such a file is no policy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.law.language.errors import Place
from shared.law.model.objections import (
    LEVEL_DIGITS,
    ObjectionKind,
    ObjectionLevel,
    ObjectionPeriod,
    ObjectionRule,
    Objections,
)
from shared.law.model.policy import Policy
from shared.reference.regions import counties_of, parents_of

_NEEDED = (ObjectionPeriod.ACCEPT, ObjectionPeriod.DECIDE)


@dataclass(frozen=True, slots=True)
class ObjectionProblem:
    """What makes the rules incomplete, in Chinese, and the line; none where the block itself is missing."""

    text: str
    place: Place | None

    def __str__(self) -> str:
        return f"{self.place}：{self.text}" if self.place else self.text


def check_objections(policy: Policy, day: date) -> list[ObjectionProblem]:
    """Everything that is wrong with a policy's rules on objections; empty when they are complete, or when it only
    types.
    """
    if policy.objections is None:
        missing = ObjectionProblem("没有异议规则 objections：谁受理、谁决定异议，没有写", None)
        return [] if policy.recognition is None else [missing]
    problems = list(_missing_kinds(policy, policy.objections))
    for rule in policy.objections.rules.values():
        problems += _problems_of_rule(rule, policy.regions, day)
    return problems


def rule_sentence(rule: ObjectionRule) -> str:
    """Who files, receives, explains and decides; what no text gives is marked."""
    parts = [
        (f"{rule.filed_by.label}提出", "filed_by"),
        (f"{_names(rule.received_by)}受理", "received_by"),
        (f"{_names(rule.explained_by)}可以解释" if rule.explained_by else "", "explained_by"),
        (f"{_names(rule.decided_by)}决定", "decided_by"),
        (rule.counted_from.label if rule.counted_from else "", "counted_from"),
    ]
    return "，".join(f"{words}（未核对）" if name in rule.unverified else words for words, name in parts if words)


def _names(levels: tuple[ObjectionLevel, ...]) -> str:
    return "、".join(level.label for level in levels)


def _missing_kinds(policy: Policy, objections: Objections) -> Iterator[ObjectionProblem]:
    for kind in objections.missing():
        # without rules of recognition there is nothing else to object to
        if kind is ObjectionKind.TYPING or policy.recognition is not None:
            text = f"没有写对“{kind}”（{kind.label}）的异议由谁受理、由谁决定"
            yield ObjectionProblem(text, objections.place)


def _problems_of_rule(rule: ObjectionRule, regions: tuple[str, ...], day: date) -> Iterator[ObjectionProblem]:
    what = f"对“{rule.against}”（{rule.against.label}）的异议"
    for period in _NEEDED:
        if period not in rule.periods:
            yield ObjectionProblem(f"{what}没有写{period.label} {period}", rule.place)
    for level in dict.fromkeys((*rule.received_by, *rule.explained_by, *rule.decided_by)):
        if level in LEVEL_DIGITS and not _has_level(regions, level):
            text = f"{what}写了“{level}”（{level.label}），适用地区 {'、'.join(regions)} 没有这一级"
            yield ObjectionProblem(text, rule.place)
    remind = rule.on(ObjectionPeriod.REMIND, day)
    for period in (ObjectionPeriod.ACCEPT, ObjectionPeriod.DECIDE, ObjectionPeriod.VERIFY):
        due = rule.on(period, day)
        if _too_early(remind.days if remind else None, due.days if due else None):
            text = f"{what}的 {ObjectionPeriod.REMIND} 应小于{period.label} {period}，否则期限没有开始就要提醒"
            yield ObjectionProblem(text, rule.place)


def _too_early(remind: int | None, due: int | None) -> bool:
    return remind is not None and due is not None and remind >= due


def _has_level(regions: tuple[str, ...], level: ObjectionLevel) -> bool:
    """Whether some county of the regions has a bureau of the level; the whole country has every level."""
    digits = LEVEL_DIGITS[level]
    counties = [county for region in regions for county in counties_of(region)]
    chains = ((county, *parents_of(county)) for county in counties)
    return not regions or any(len(region) == digits for chain in chains for region in chain)
