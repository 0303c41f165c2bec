"""The states of a trial, and the runs that a draft of the law can be tried on: pure rules, no I/O."""

from enum import StrEnum

from services.typing.runs.domain import RunState
from shared.platform.state_machine import StateMachine

STATES_WITH_SNAPSHOT = frozenset({RunState.FROZEN, RunState.TYPED, RunState.DRAFT, RunState.PUBLISHED})
"""Runs with a frozen snapshot, over which a draft of the law can be tried."""


class TrialState(StrEnum):
    """The state of a trial. A worker completes queued ones."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


TRIAL_STATES = StateMachine(
    "试算",
    {TrialState.QUEUED: {TrialState.DONE, TrialState.FAILED}, TrialState.DONE: set(), TrialState.FAILED: set()},
    {TrialState.QUEUED: "排队中", TrialState.DONE: "已完成", TrialState.FAILED: "失败"},
)
