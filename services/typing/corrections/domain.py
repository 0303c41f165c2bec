"""The states of a correction of evidence, and when a delivery agrees with it: pure rules, no I/O."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from uuid import UUID

from shared.platform.state_machine import StateMachine


class CorrectionState(StrEnum):
    """The state of a correction. Open ones are part of the evidence of every new run."""

    IN_FORCE = "in-force"
    CONTRADICTED = "contradicted"
    MET = "met"
    LIFTED = "lifted"
    REFUSED = "refused"


OPEN_STATES = (CorrectionState.IN_FORCE, CorrectionState.CONTRADICTED)

CORRECTION_STATES = StateMachine(
    "更正",
    {
        CorrectionState.IN_FORCE: {CorrectionState.MET, CorrectionState.CONTRADICTED, CorrectionState.LIFTED},
        CorrectionState.CONTRADICTED: {CorrectionState.MET, CorrectionState.CONTRADICTED, CorrectionState.LIFTED},
        CorrectionState.MET: {CorrectionState.LIFTED},
        CorrectionState.LIFTED: set(),
        CorrectionState.REFUSED: set(),
    },
    {
        CorrectionState.IN_FORCE: "有效",
        CorrectionState.CONTRADICTED: "有效，后来报送的数据与更正不一致",
        CorrectionState.MET: "报送的数据已与更正一致",
        CorrectionState.LIFTED: "已撤销",
        CorrectionState.REFUSED: "未采用",
    },
)


SOURCE_PREFIX = "correction/"
"""What the sources of public reasons begin with that corrections give; the id of the correction follows."""
LIFTED_SUFFIX = "/lifted"
"""What follows the id when the correction was lifted."""


def correction_source(correction: UUID, *, lifted: bool = False) -> str:
    """The source of a correction's public reason, or of its lifting's."""
    return f"{SOURCE_PREFIX}{correction}{LIFTED_SUFFIX if lifted else ''}"


class CorrectionRefused(Exception):
    """A correction that cannot be used; the message is for its bureau (Chinese, without what it would correct)."""


Row = Mapping[str, object]


def settled_state(columns: Collection[str], corrected: Row, delivered: Row | None) -> CorrectionState:
    """What a delivery makes of a correction: met where it says the same in all columns that were corrected; else, or
    where it should hold the row and does not (None), contradicted.
    """
    agrees = delivered is not None and all(corrected.get(name) == delivered.get(name) for name in columns)
    return CorrectionState.MET if agrees else CorrectionState.CONTRADICTED
