"""What each other reading of an open phrase would change: types, gaps, overlaps. One phrase at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from shared.policy.compiled import CompiledPolicy, compile_policy
from shared.policy.loading import restore_policy
from shared.policy.model import Interpretation, Reading
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.verifier.changes import Change, changes
from shared.policy.verifier.findings import Finding, Kind, Witness
from shared.policy.verifier.overlaps import (
    Household,
    colliding,
    collision_said,
    met,
    overlap_said,
    overlapping,
)
from shared.policy.verifier.search import Search
from shared.policy.verifier.symbolic_policy import SymbolicPolicy
from shared.policy.wording import fill

Overlap = tuple[Household, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A policy under another reading of one interpretation."""

    interpretation: Interpretation
    reading: Reading
    compiled: CompiledPolicy

    @property
    def head(self) -> str:
        """The reading in the words of the policy, to begin a sentence with."""
        title = fill(self.reading.title, self.compiled.policy.parameters, self.compiled.values)
        return f"解释 {self.interpretation.id} 改用读法 {self.reading.id}（{title}）："


def alternatives(compiled: CompiledPolicy) -> list[Alternative]:
    """Every reading that is not chosen, of the interpretations that typing depends on."""
    governing = {clause.clause.interpretation for clause in compiled.clauses}
    return [
        Alternative(interpretation, reading, _under(compiled, interpretation.id, reading.id))
        for interpretation in compiled.policy.interpretations.values()
        # stored content keeps no order of readings: findings must not depend on where a policy comes from
        for _, reading in sorted(interpretation.readings.items())
        if interpretation.id in governing and reading.id != interpretation.chosen
    ]


def _under(compiled: CompiledPolicy, interpretation: str, reading: str) -> CompiledPolicy:
    content = dict(compiled.policy.content)
    content["interpretations"] = [
        {**one, "chosen": reading} if one["id"] == interpretation else one for one in content["interpretations"]
    ]
    return compile_policy(restore_policy(content), compiled.as_of)


class Readings:
    """Asks what an alternative changes against the policy under its chosen readings."""

    def __init__(self, policy: SymbolicPolicy, search: Search) -> None:
        self._policy = policy
        self._search = search
        self._gap = self._has_gap(policy)
        self._overlaps = self._said(policy)

    def findings(self, alternative: Alternative, other: SymbolicPolicy) -> Iterator[Finding]:
        """Households typed differently, a gap opened or closed, overlaps opened or closed; or that nothing changes."""
        about = (alternative.interpretation.id, alternative.reading.id)
        found = list(changes(self._policy, other, self._search))
        if not found:
            yield Finding(Kind.READING_SAME, f"{alternative.head}每一户的类型都不变（已证明）。", about)
        gap = self._has_gap(other)
        for change in found:
            kind, text = self._effect(change, gap=gap)
            yield Finding(kind, f"{alternative.head}{text}。", about, self._pair(alternative, other, change.facts))
        for text, (facts, clauses) in self._other_overlaps(self._said(other)):
            pair = self._pair(alternative, other, facts, clauses)
            yield Finding(Kind.READING_OVERLAP, f"{alternative.head}{text}。", about, pair)

    def _pair(
        self, alternative: Alternative, other: SymbolicPolicy, facts: Household, clauses: tuple[str, ...] = ()
    ) -> tuple[Witness, Witness]:
        """One household under both readings, with the clauses concerned: by default those that turn out otherwise."""
        before = self._policy.witness(facts, clauses, side=f"读法 {alternative.interpretation.chosen}")
        after = other.witness(facts, clauses, side=f"读法 {alternative.reading.id}")
        if clauses:
            return before, after
        turned = alternative.compiled.names(_turned(before.outcome, after.outcome))
        return replace(before, clauses=turned), replace(after, clauses=turned)

    def _has_gap(self, policy: SymbolicPolicy) -> bool:
        return self._search.exists(policy.typed(HouseholdType.GAP))

    def _effect(self, change: Change, *, gap: bool) -> tuple[Kind, str]:
        text = f"有的户由{change.before.label}变成{change.after.label}"
        if change.after is HouseholdType.GAP and not self._gap:
            return Kind.READING_GAP, f"打开规则空档，{text}"
        if change.before is HouseholdType.GAP and not gap:
            return Kind.READING_GAP, f"规则空档合上，{text}"
        return Kind.READING, text

    def _said(self, policy: SymbolicPolicy) -> dict[str, Overlap]:
        """What overlaps under a reading, in words, with the household that shows it and the clauses it meets."""
        said = {
            overlap_said(types): (facts, met(policy, facts, types))
            for types, facts in overlapping(policy, self._search).items()
        }
        return said | {collision_said(pair): (facts, pair) for pair, facts in colliding(policy, self._search).items()}

    def _other_overlaps(self, others: dict[str, Overlap]) -> Iterator[tuple[str, Overlap]]:
        """What overlaps under one reading alone."""
        yield from ((f"新的重叠，{text}", others[text]) for text in others if text not in self._overlaps)
        yield from ((f"不再有这处重叠：{text}", self._overlaps[text]) for text in self._overlaps if text not in others)


def _turned(before: Outcome, after: Outcome) -> int:
    """The mask of the clauses of which two outcomes say something else."""
    return before.true_mask ^ after.true_mask | before.unknown_mask ^ after.unknown_mask
