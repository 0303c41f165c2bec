"""The life of an application or recommendation, and its way through the steps that the policy gives.

draft → in-progress (at one step after the other) → recognised; returned once for completion; on the reserve after
the selection; withdrawn by its operator, or refused with a reason.
"""

from collections.abc import Sequence
from enum import StrEnum

from services.recognition.domain.transitions import require
from shared.policy.recognition.model import Step, StepKind


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    IN_PROGRESS = "in-progress"
    RETURNED = "returned"
    RESERVE = "reserve"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    RECOGNISED = "recognised"


LABELS = {
    ApplicationState.DRAFT: "草稿",
    ApplicationState.IN_PROGRESS: "办理中",
    ApplicationState.RETURNED: "待补正",
    ApplicationState.RESERVE: "候补",
    ApplicationState.WITHDRAWN: "已撤回",
    ApplicationState.REFUSED: "未通过",
    ApplicationState.RECOGNISED: "已认定",
}
_GIVEN_UP = frozenset({ApplicationState.WITHDRAWN, ApplicationState.REFUSED})
TRANSITIONS = {
    ApplicationState.DRAFT: frozenset({ApplicationState.IN_PROGRESS, ApplicationState.WITHDRAWN}),
    ApplicationState.IN_PROGRESS: _GIVEN_UP
    | {ApplicationState.RETURNED, ApplicationState.RESERVE, ApplicationState.RECOGNISED},
    ApplicationState.RETURNED: _GIVEN_UP | {ApplicationState.IN_PROGRESS},
    ApplicationState.RESERVE: _GIVEN_UP | {ApplicationState.IN_PROGRESS},
    ApplicationState.WITHDRAWN: frozenset[ApplicationState](),
    ApplicationState.REFUSED: frozenset[ApplicationState](),
    ApplicationState.RECOGNISED: frozenset[ApplicationState](),
}
ENDED = (ApplicationState.WITHDRAWN, ApplicationState.REFUSED)
"""States after which the household may begin anew in the same season."""

STEP_LABELS = {
    StepKind.CONSENT: "征得经营者同意",
    StepKind.RECOMMENDATION: "部门推荐",
    StepKind.APPLICATION: "自主申报",
    StepKind.REVIEW: "审核",
    StepKind.SELECTION: "择优",
    StepKind.SITE_VISIT: "走访核实",
    StepKind.CONSULTATION: "征求意见",
    StepKind.PUBLIC_NOTICE: "公示",
    StepKind.DECISION: "认定",
    StepKind.REPORT: "报上级",
}


def require_transition(current: ApplicationState, target: ApplicationState) -> None:
    """IllegalTransition unless the step is allowed."""
    require("申报", current, target, TRANSITIONS, LABELS)


class WrongStep(ValueError):
    """What was done belongs to another step than the one the application is at; a Chinese sentence."""


def require_step(current: StepKind, wanted: StepKind) -> None:
    """WrongStep unless the application is at the step."""
    if current is not wanted:
        raise WrongStep(f"申报目前在“{STEP_LABELS[current]}”这一步，不能办理“{STEP_LABELS[wanted]}”")


def next_step(steps: Sequence[Step], current: StepKind) -> StepKind | None:
    """The step after this one in the policy's order; None after the last."""
    kinds = [step.kind for step in steps]
    behind = kinds[kinds.index(current) + 1 :]
    return behind[0] if behind else None


def steps_before_decision(steps: Sequence[Step]) -> tuple[StepKind, ...]:
    """Every step that must be done before a household is recognised, in order."""
    kinds = [step.kind for step in steps]
    return tuple(kinds[: kinds.index(StepKind.DECISION)])
