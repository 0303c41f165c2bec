"""The states of a trial, and the runs that a draft of the law can be tried on: pure rules, no I/O."""

from enum import StrEnum

from services.typing.runs.domain import RunState

STATES_WITH_SNAPSHOT = frozenset({RunState.FROZEN, RunState.TYPED, RunState.DRAFT, RunState.PUBLISHED})
"""Runs with a frozen snapshot, over which a draft of the law can be tried."""


class TrialState(StrEnum):
    """Where a trial stands; a worker ends the first."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


TRIAL_STATE_LABELS: dict[TrialState, str] = {
    TrialState.QUEUED: "排队中",
    TrialState.DONE: "已完成",
    TrialState.FAILED: "失败",
}
