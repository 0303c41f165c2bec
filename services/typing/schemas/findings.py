"""What is proved of a policy, over HTTP: whole, and in short for the draft of a run."""

import datetime as dt

from pydantic import BaseModel

from services.typing.schemas.explanations import SentenceView
from shared.policy.verifier.findings import Kind, Verification


class WitnessView(BaseModel):
    """A made-up household that shows a finding: what is special about it, its type, the clauses concerned."""

    side: str
    household: str
    type: str
    type_label: str
    sentences: list[SentenceView]


class FindingView(BaseModel):
    """One answer. ``attention``: whoever wrote the policy should look at it; ``about``: ids of what it speaks of."""

    kind: Kind
    text: str
    attention: bool
    about: list[str]
    households: list[WitnessView]


class FindingsView(BaseModel):
    """Everything that was proved of a policy as of a date; each household was typed by the engine too."""

    policy: str
    policy_hash: str
    as_of: dt.date
    needs_attention: bool
    ordinary: str
    findings: list[FindingView]


class ProofView(BaseModel):
    """The findings in short: what an officer must know of the policy before publishing what it typed."""

    gap: bool
    undetermined_possible: bool
    unset_parameters: list[str]
    overlaps: list[str]
    open_readings: list[str]
    needs_attention: bool

    @classmethod
    def of(cls, verification: Verification) -> "ProofView":
        """The headline of a verification; an open reading is one that would type somebody otherwise."""
        readings = verification.of(Kind.READING, Kind.READING_GAP)
        return cls(
            gap=bool(verification.of(Kind.GAP)),
            undetermined_possible=bool(verification.of(Kind.UNDETERMINED)),
            unset_parameters=[finding.about[0] for finding in verification.of(Kind.UNSET)],
            overlaps=[finding.text for finding in verification.of(Kind.OVERLAP, Kind.COLLISION)],
            open_readings=list(dict.fromkeys("=".join(finding.about) for finding in readings)),
            needs_attention=verification.needs_attention,
        )
