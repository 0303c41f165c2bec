"""Who may not decide, what a proposal must hold, and when a decided objection is over."""

import datetime as dt
from enum import StrEnum
from typing import Protocol

from shared.platform.state_machine import StateMachine


class ProposalState(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    SENT_BACK = "sent-back"
    DECIDED = "decided"


PROPOSAL_STATES = StateMachine(
    "处理意见",
    {
        ProposalState.PROPOSED: {ProposalState.SENT_BACK, ProposalState.DECIDED},
        ProposalState.SENT_BACK: set(),
        ProposalState.DECIDED: set(),
    },
    {ProposalState.PROPOSED: "待决定", ProposalState.SENT_BACK: "已退回", ProposalState.DECIDED: "已决定"},
)


class AppliedOutcome(StrEnum):
    """What recognition did about an upheld objection; an open word in the event."""

    REFUSED = "refused"
    REOPENED = "reopened"
    REINSTATED = "reinstated"
    CONCERN = "concern"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        """What happened, in Chinese."""
        return {
            "refused": "公示的申报已不予认定",
            "reopened": "申报已恢复办理",
            "reinstated": "认定已恢复",
            "concern": "该户已经认定，已转入核查程序",
            "unchanged": "未能变更",
        }[self.value]

    @property
    def changed(self) -> bool:
        """Whether what was objected to became another."""
        return self in (AppliedOutcome.REFUSED, AppliedOutcome.REOPENED, AppliedOutcome.REINSTATED)


class Warned(Protocol):
    """A proposal of which the objector may have been told that the result may become worse."""

    @property
    def state(self) -> ProposalState:
        """Whether it is decided."""
        ...

    @property
    def decide_after(self) -> dt.date | None:
        """The last day to withdraw as it was when the objector was told."""
        ...


class Responding(Protocol):
    """An objection whose objector may have time to respond."""

    @property
    def respond_by(self) -> dt.date | None:
        """The last day, which follows the calendar."""
        ...


def last_day_to_withdraw(objection: Responding, decision: Warned) -> dt.date | None:
    """Until when the objector may withdraw after the warning: the objection's day moves when holidays are announced."""
    if decision.decide_after is None or decision.state is not ProposalState.PROPOSED:
        return decision.decide_after
    return objection.respond_by or decision.decide_after


def is_complete(unanswered: int, *, awaits_recognition: bool) -> bool:
    """Whether everything that an upheld objection waits for has come (O2: neither before nor again)."""
    return unanswered == 0 and not awaits_recognition
