"""States of an application or recommendation, its way through the steps of the policy, and states of a public notice.

draft → in progress (step by step) → recognised. An application may be returned once for completion, be on the reserve
after the selection, be withdrawn by its operator, or be refused with a reason; an upheld objection opens a refused one
again. A notice is open until its last day, then closed, and cleared once no objection holds any of its applications.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.law.model.recognition import PathStep, StepKind
from shared.platform.state_machine import IllegalTransition, StateMachine


class ApplicationState(StrEnum):
    """The state of an application or recommendation."""

    DRAFT = "draft"
    IN_PROGRESS = "in-progress"
    RETURNED = "returned"
    RESERVE = "reserve"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    RECOGNISED = "recognised"


_ENDINGS = frozenset({ApplicationState.WITHDRAWN, ApplicationState.REFUSED})
APPLICATION_STATES = StateMachine(
    "申报",
    {
        ApplicationState.DRAFT: {ApplicationState.IN_PROGRESS, ApplicationState.WITHDRAWN},
        ApplicationState.IN_PROGRESS: _ENDINGS
        | {ApplicationState.RETURNED, ApplicationState.RESERVE, ApplicationState.RECOGNISED},
        ApplicationState.RETURNED: _ENDINGS | {ApplicationState.IN_PROGRESS},
        ApplicationState.RESERVE: _ENDINGS | {ApplicationState.IN_PROGRESS},
        ApplicationState.WITHDRAWN: set(),
        ApplicationState.REFUSED: set(),
        ApplicationState.RECOGNISED: set(),
    },
    {
        ApplicationState.DRAFT: "草稿",
        ApplicationState.IN_PROGRESS: "办理中",
        ApplicationState.RETURNED: "待补正",
        ApplicationState.RESERVE: "候补",
        ApplicationState.WITHDRAWN: "已撤回",
        ApplicationState.REFUSED: "未通过",
        ApplicationState.RECOGNISED: "已认定",
    },
)
UNPLACED = "本季未获认定"
"""The label of what the end of the season left without a decision: nobody refused it."""


def application_label(state: ApplicationState, *, unplaced: bool) -> str:
    """The Chinese word for where an application stands."""
    return UNPLACED if unplaced and state is ApplicationState.REFUSED else APPLICATION_STATES.label(state)


ENDED_STATES = (ApplicationState.WITHDRAWN, ApplicationState.REFUSED)
"""States after which the household may apply again in the same season."""


class ConsentForm(StrEnum):
    """How an operator consents to a recommendation: online, or on paper that the department uploads."""

    OPERATOR = "operator"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Consent:
    """The operator's consent to a recommendation, with its day; `document`: the paper."""

    by: ConsentForm
    on: dt.date
    document: UUID | None = None


@dataclass(frozen=True, slots=True)
class Recheck:
    """What barred an application when it was last judged after its submission, and the day."""

    against: tuple[str, ...] = ()
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Reopening:
    """An upheld objection opened a step again. `barred`: who had decided against the application and does not do this
    step again.
    """

    objection: UUID
    step: StepKind
    on: dt.date
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeWord:
    """What the objection service said about a notice. `held` None: it did not say which applications, so any open
    objection holds all.
    """

    open_objections: int
    held: tuple[UUID, ...] | None

    def holds(self, application: UUID) -> bool:
        """Whether an open objection holds the application."""
        return self.open_objections > 0 if self.held is None else application in self.held


class TaskOutcome(StrEnum):
    """The result of a step's task."""

    PASSED = "passed"
    FAILED = "failed"


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


class WrongStep(IllegalTransition):
    """The action belongs to another step than the current one; the message is a Chinese sentence."""


def require_at_step(current: StepKind, required: StepKind) -> None:
    """WrongStep unless the application is at the step."""
    if current is not required:
        raise WrongStep(f"申报目前在“{STEP_LABELS[current]}”这一步，不能办理“{STEP_LABELS[required]}”")


def next_step(steps: Sequence[PathStep], current: StepKind) -> StepKind | None:
    """The next step in the policy's order; None after the last."""
    kinds = [step.kind for step in steps]
    behind = kinds[kinds.index(current) + 1 :]
    return behind[0] if behind else None


def steps_before_decision(steps: Sequence[PathStep]) -> tuple[StepKind, ...]:
    """Every step that must be done before a household is recognised, in order."""
    kinds = [step.kind for step in steps]
    return tuple(kinds[: kinds.index(StepKind.DECISION)])


class NoticeState(StrEnum):
    """The state of a notice; only `cleared` allows decisions."""

    OPEN = "open"
    CLOSED = "closed"
    CLEARED = "cleared"


NOTICE_STATES = StateMachine(
    "公示",
    {NoticeState.OPEN: {NoticeState.CLOSED}, NoticeState.CLOSED: {NoticeState.CLEARED}, NoticeState.CLEARED: set()},
    {NoticeState.OPEN: "公示中", NoticeState.CLOSED: "公示期满，待异议办结", NoticeState.CLEARED: "公示无异议"},
)
OBJECTIONS_DECIDED = "公示期满，异议已办结"
"""The label of a cleared notice, or of an application on it, to which there was an objection."""
