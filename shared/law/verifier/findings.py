"""The findings of a verification: a sentence, what it is about, and the households that show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.model.outcome import HouseholdType, Outcome


class FindingKind(StrEnum):
    """The kinds of findings."""

    GAP = "gap"
    NO_GAP = "no-gap"
    UNDETERMINED = "undetermined"
    NEVER_UNDETERMINED = "never-undetermined"
    UNSET = "unset"
    NEVER_HOLDS = "never-holds"
    TYPE_NEVER_GIVEN = "type-never-given"
    ALWAYS_HOLDS = "always-holds"
    NEVER_DECIDES = "never-decides"
    OVERLAP = "overlap"
    CONFLICT = "clauses-collide"
    READING = "reading-changes-types"
    READING_GAP = "reading-opens-or-closes-gap"
    READING_OVERLAP = "reading-opens-or-closes-overlap"
    READING_SAME = "reading-without-effect"
    BOUNDARY = "boundary"
    LIMIT_WITHOUT_EFFECT = "limit-without-effect"
    DIFFERENCE = "difference"
    SAME = "same"


NEEDS_ATTENTION = frozenset({FindingKind.GAP, FindingKind.NEVER_HOLDS, FindingKind.TYPE_NEVER_GIVEN})
"""Findings that the policy's author should look at before it is used."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A household that shows a finding under a policy.

    `facts` by snapshot column; `outcome` is the proved outcome; `clauses` are those concerned. `side` tells
    the two households of a finding apart.
    """

    compiled: CompiledPolicy
    facts: Mapping[str, Any]
    outcome: Outcome
    clauses: tuple[str, ...]
    side: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer, in Chinese. `about`: ids of types, clauses, an interpretation and a reading, or parameters."""

    kind: FindingKind
    text: str
    about: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """All findings about a policy on a day. `baseline` is the household that the witnesses differ from."""

    compiled: CompiledPolicy
    findings: tuple[Finding, ...]
    baseline: Mapping[str, Any]
    seconds: float

    @property
    def as_of(self) -> date:
        """The day of the proof."""
        return self.compiled.as_of

    @property
    def needs_attention(self) -> bool:
        """Whether something was found that should be looked at before the policy is used."""
        return any(finding.kind in NEEDS_ATTENTION for finding in self.findings)

    def of(self, *kinds: FindingKind) -> tuple[Finding, ...]:
        """The findings of some kinds."""
        return tuple(finding for finding in self.findings if finding.kind in kinds)


def deciding_clauses(compiled: CompiledPolicy, outcome: Outcome) -> tuple[str, ...]:
    """The clauses that made the type: those of it that hold, or what is undecided; none in a gap."""
    if outcome.type is HouseholdType.UNDETERMINED:
        return compiled.names(outcome.unknown_mask)
    true = compiled.names(outcome.true_mask)
    return tuple(clause.id for clause in compiled.clauses if clause.type is outcome.type and clause.id in true)
