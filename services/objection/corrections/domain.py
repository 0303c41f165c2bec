"""The states of a correction item: what the bureau that delivered the wrong row has done about it."""

from collections.abc import Mapping
from enum import StrEnum

from shared.platform.state_machine import StateMachine


class ItemState(StrEnum):
    """What the bureau's data say since. `contradicted`: a later delivery repeated what was corrected; `dropped`: the
    correction never came into force, so there is nothing for the bureau to do.
    """

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    MET = "met"
    CONTRADICTED = "contradicted"
    LIFTED = "lifted"
    DROPPED = "dropped"


S = ItemState
ITEM_STATES = StateMachine(
    "更正事项",
    {
        S.OPEN: {S.ACKNOWLEDGED, S.MET, S.CONTRADICTED, S.LIFTED, S.DROPPED},
        S.ACKNOWLEDGED: {S.MET, S.CONTRADICTED, S.LIFTED, S.DROPPED},
        S.CONTRADICTED: {S.ACKNOWLEDGED, S.MET, S.CONTRADICTED, S.LIFTED, S.DROPPED},
        S.MET: set(),
        S.LIFTED: set(),
        S.DROPPED: set(),
    },
    {
        S.OPEN: "待确认",
        S.ACKNOWLEDGED: "已确认，待报送",
        S.MET: "报送数据已一致",
        S.CONTRADICTED: "再次报送了原数据",
        S.LIFTED: "更正已撤销",
        S.DROPPED: "更正没有采用，不必办理",
    },
)


class CorrectionOutcome(StrEnum):
    """What came of a correction. Typing says it, an open word in the event: what is not known counts as `unchanged`.

    `worse`: nothing was applied, the objector is asked first; `given-up`: the objector does not want it.
    """

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WAITS = "waits"
    REFUSED = "refused"
    WORSE = "worse"
    GIVEN_UP = "given-up"

    @property
    def in_force(self) -> bool:
        """Whether the corrected row counts."""
        return self in (CorrectionOutcome.CHANGED, CorrectionOutcome.UNCHANGED, CorrectionOutcome.WAITS)


BY_TYPING = frozenset(set(CorrectionOutcome) - {CorrectionOutcome.GIVEN_UP})
"""Outcomes that typing names."""
TYPE_LABELS: Mapping[str, str] = {
    "survival": "生存型",
    "growth": "成长型",
    "development": "发展型",
    "ineligible": "不符合分型条件",
    "gap": "规则空档",
    "undetermined": "待核",
}
TYPE_RANKS: Mapping[str, int] = {
    "ineligible": 0,
    "gap": 1,
    "undetermined": 1,
    "survival": 2,
    "growth": 3,
    "development": 4,
}
"""Which of two types is better for a household: what is open to it grows with the type."""


def is_worse(kind: str | None, previous: str | None) -> bool:
    """Whether a household is worse off than before."""
    if kind is None or previous is None:
        return False
    return TYPE_RANKS.get(kind, 0) < TYPE_RANKS.get(previous, 0)
