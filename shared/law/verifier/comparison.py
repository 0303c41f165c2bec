"""How two policies, or two readings of one, type households differently: the smallest household of each change.

For another reading also the gaps and overlaps it opens or closes, one interpretation at a time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import z3

from shared.law.explain.alternative_readings import AlternativeReading
from shared.law.model.outcome import HouseholdType, Outcome
from shared.law.verifier.anomalies import (
    Household,
    conflict_text,
    conflicting_clauses,
    met_clauses,
    overlap_text,
    overlapping_types,
)
from shared.law.verifier.findings import Finding, FindingKind, Witness
from shared.law.verifier.search import Search
from shared.law.verifier.z3_compiler import SymbolicPolicy


class TypeChange(NamedTuple):
    """A household that is of one type before and of another after."""

    before: HouseholdType
    after: HouseholdType
    facts: Mapping[str, Any]


def type_changes(before: SymbolicPolicy, after: SymbolicPolicy, search: Search) -> Iterator[TypeChange]:
    """One change for every ordered pair of types that occurs, with the simplest household; empty when all are typed
    alike.
    """
    others = before.code != after.code
    while (facts := search.smallest(others)) is not None:
        change = TypeChange(before.outcome(facts).type, after.outcome(facts).type, facts)
        yield change
        others = z3.And(others, z3.Not(z3.And(before.typed(change.before), after.typed(change.after))))


def compare_policies(policy: SymbolicPolicy, other: SymbolicPolicy, search: Search) -> Iterator[Finding]:
    """Findings for every change of type from one policy to the other, with the household under both."""
    names = tuple(each.compiled.policy.id for each in (policy, other))
    nothing = True
    for change in type_changes(policy, other, search):
        nothing = False
        text = f"有的户按 {names[0]} 是{change.before.label}，按 {names[1]} 是{change.after.label}。"
        pair = tuple(each.witness(change.facts, side=name) for each, name in zip((policy, other), names, strict=True))
        yield Finding(FindingKind.DIFFERENCE, text, (change.before.slug, change.after.slug), pair)
    if nothing:
        yield Finding(FindingKind.SAME, f"{names[0]} 与 {names[1]} 对每一户的判定都相同（已证明）。", names)


Overlap = tuple[Household, tuple[str, ...]]


class ReadingComparison:
    """Asks what an alternative changes against the policy under its chosen readings."""

    def __init__(self, policy: SymbolicPolicy, search: Search) -> None:
        self._policy = policy
        self._search = search
        self._gap = self._has_gap(policy)
        self._overlaps = self._overlaps_under(policy)

    def findings(self, alternative: AlternativeReading, other: SymbolicPolicy) -> Iterator[Finding]:
        """Households typed differently, a gap opened or closed, overlaps opened or closed; or that nothing changes."""
        about = (alternative.interpretation.id, alternative.reading.id)
        changes = list(type_changes(self._policy, other, self._search))
        if not changes:
            yield Finding(FindingKind.READING_SAME, f"{alternative.head}每一户的类型都不变（已证明）。", about)
        gap = self._has_gap(other)
        for change in changes:
            kind, text = self._effect(change, gap=gap)
            yield Finding(kind, f"{alternative.head}{text}。", about, self._pair(alternative, other, change.facts))
        for text, (facts, clauses) in self._other_overlaps(self._overlaps_under(other)):
            pair = self._pair(alternative, other, facts, clauses)
            yield Finding(FindingKind.READING_OVERLAP, f"{alternative.head}{text}。", about, pair)

    def _pair(
        self, alternative: AlternativeReading, other: SymbolicPolicy, facts: Household, clauses: tuple[str, ...] = ()
    ) -> tuple[Witness, Witness]:
        """One household under both readings, with the clauses concerned: by default those whose value differs."""
        before = self._policy.witness(facts, clauses, side=f"读法 {alternative.interpretation.chosen}")
        after = other.witness(facts, clauses, side=f"读法 {alternative.reading.id}")
        if clauses:
            return before, after
        changed = alternative.compiled.names(_changed_clauses(before.outcome, after.outcome))
        return replace(before, clauses=changed), replace(after, clauses=changed)

    def _has_gap(self, policy: SymbolicPolicy) -> bool:
        return self._search.exists(policy.typed(HouseholdType.GAP))

    def _effect(self, change: TypeChange, *, gap: bool) -> tuple[FindingKind, str]:
        text = f"有的户由{change.before.label}变成{change.after.label}"
        if change.after is HouseholdType.GAP and not self._gap:
            return FindingKind.READING_GAP, f"打开规则空档，{text}"
        if change.before is HouseholdType.GAP and not gap:
            return FindingKind.READING_GAP, f"规则空档合上，{text}"
        return FindingKind.READING, text

    def _overlaps_under(self, policy: SymbolicPolicy) -> dict[str, Overlap]:
        """The overlaps under a reading: the sentence, with the household that shows it and the clauses
        that it meets.
        """
        overlaps = {
            overlap_text(types): (facts, met_clauses(policy, facts, types))
            for types, facts in overlapping_types(policy, self._search).items()
        }
        return overlaps | {
            conflict_text(pair): (facts, pair) for pair, facts in conflicting_clauses(policy, self._search).items()
        }

    def _other_overlaps(self, others: dict[str, Overlap]) -> Iterator[tuple[str, Overlap]]:
        """Findings for the overlaps that exist under only one of the readings."""
        yield from ((f"新的重叠，{text}", others[text]) for text in others if text not in self._overlaps)
        yield from ((f"不再有这处重叠：{text}", self._overlaps[text]) for text in self._overlaps if text not in others)


def _changed_clauses(before: Outcome, after: Outcome) -> int:
    """The mask of the clauses that differ between two outcomes."""
    return before.true_mask ^ after.true_mask | before.unknown_mask ^ after.unknown_mask
