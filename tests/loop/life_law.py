"""What an objection may become and who may do it, written down a second time, without the service's tables.

After 1-domain.md, Objections, and the policy of Zhengzhou: the province decides about typing results, the bureau of the
notice's own level about a public notice.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

STEPS: Mapping[str, tuple[str, ...]] = {
    "filed": ("accept", "return", "decline", "withdraw"),
    "returned": ("complete", "resume", "withdraw"),
    "accepted": ("explain", "verify", "extend", "propose", "withdraw"),
    "explained": ("respond", "resume", "extend", "withdraw"),
    "proposed": ("extend", "send-back", "decide", "withdraw"),
    "upheld": ("apply",),
}
"""State → what may follow; nothing follows what is not named. Zhengzhou sets the objector no last day for an answer:
whoever handles the objection may go on without one.
"""
UNDECIDED = frozenset({"filed", "returned", "accepted", "explained", "proposed"})


@dataclass
class Proposal:
    """How somebody wants to decide."""

    id: str
    by: str
    outcome: str
    corrections: int


@dataclass
class Objection:
    """One objection as the law has it."""

    id: str
    against: str
    household: int
    objector: str
    """Pseudonym of the account that filed it"""
    receiver: str
    decider: str
    state: str = "filed"
    returned: bool = False
    explained: bool = False
    extended: bool = False
    decide_by: dt.date | None = None
    question: str | None = None
    """A question that a department has not answered"""
    rows: list[str] = field(default_factory=list)
    """Verifications with a corrected row"""
    took_part: set[str] = field(default_factory=set)
    proposal: Proposal | None = None
    unanswered: set[str] = field(default_factory=set)
    """Corrections that typing has not answered"""
    awaits_recognition: bool = False
    application: str | None = None

    def possible(self) -> set[str]:
        """What may be done next, by anybody."""
        spent = {
            "return": self.returned,
            "explain": self.explained,
            "extend": self.extended or self.decide_by is None,
        }
        return {step for step in STEPS.get(self.state, ()) if not spent.get(step, False)}

    def bureau_of(self, step: str) -> str:
        """The region of the bureau that takes a step."""
        return self.receiver if step in ("accept", "return", "decline") else self.decider
