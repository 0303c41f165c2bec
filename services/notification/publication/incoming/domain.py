"""What may be handed in where, the states of a hand-in, and when a system is told again."""

import datetime as dt
from collections.abc import Mapping, Set
from enum import StrEnum

from services.notification.publication.systems import System
from shared.platform.state_machine import StateMachine


class HandInKind(StrEnum):
    """What is handed in."""

    APPLICATION = "application"
    OBJECTION = "objection"
    REPORTS_CLOSED = "annual-reports-closed"
    REPORT_FILED = "annual-report-filed"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {
            "application": "“名特优新”申报",
            "objection": "异议",
            "annual-reports-closed": "年报结束",
            "annual-report-filed": "补报年报",
        }[self.value]


TAKEN_FROM: Mapping[System, Set[HandInKind]] = {
    System.CULTIVATION_PLATFORM: {HandInKind.APPLICATION, HandInKind.OBJECTION},
    System.NATIONAL_DIRECTORY: {HandInKind.OBJECTION},
    System.CREDIT_PUBLICITY: {HandInKind.REPORTS_CLOSED, HandInKind.REPORT_FILED},
    System.PROVINCE_DIRECTORY: set(),
}
"""The province's directory is read by the objection service itself, which also answers it when an objection is over."""

SEALED_FOR: Mapping[HandInKind, str] = {HandInKind.APPLICATION: "认定服务", HandInKind.OBJECTION: "异议服务"}
"""Kinds whose content only one service may read, and which."""


class HandInState(StrEnum):
    """How far a hand-in is. `waiting`: nobody can be given it yet. The last four are what its system is told;
    `concluded`: an objection that was taken or matched has ended, with its answer. One that was not handed on may be
    answered all the same, where this database is older: brought back from a copy.
    """

    RECEIVED = "received"
    WAITING = "waiting"
    HANDED_ON = "handed-on"
    TAKEN = "taken"
    MATCHED = "matched"
    REFUSED = "refused"
    CONCLUDED = "concluded"


ANSWERED = (HandInState.TAKEN, HandInState.MATCHED, HandInState.REFUSED)
ENDED = (*ANSWERED, HandInState.CONCLUDED)
"""What systems are told"""
NOT_HANDED_ON = (HandInState.RECEIVED, HandInState.WAITING)
UNANSWERED = (*NOT_HANDED_ON, HandInState.HANDED_ON)
"""Applications and objections in these states wait: nobody has said yet what they are matched with."""
HAND_IN_STATES = StateMachine(
    "转来的事项",
    {
        HandInState.RECEIVED: {HandInState.WAITING, HandInState.HANDED_ON, *ANSWERED},
        HandInState.WAITING: {HandInState.HANDED_ON, *ANSWERED},
        HandInState.HANDED_ON: set(ANSWERED),
        HandInState.TAKEN: {HandInState.CONCLUDED},
        HandInState.MATCHED: {HandInState.CONCLUDED},
        HandInState.REFUSED: set(),
        HandInState.CONCLUDED: set(),
    },
    {
        HandInState.RECEIVED: "已收到",
        HandInState.WAITING: "暂时不能转交",
        HandInState.HANDED_ON: "已转交，等待答复",
        HandInState.TAKEN: "已采用",
        HandInState.MATCHED: "与已有的相同",
        HandInState.REFUSED: "未采用",
        HandInState.CONCLUDED: "已办结",
    },
)

CONCLUSIONS: Mapping[str, str] = {
    "upheld": "异议成立",
    "dismissed": "异议不成立",
    "explained": "已作说明",
    "declined": "不予受理",
    "withdrawn": "已撤回",
}
"""How an objection may end, in words."""
FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)


def pause_after(failures: int) -> dt.timedelta:
    """How long to wait until a system is told again: half a minute, doubled with each failure, at most an hour."""
    doubled: int = 2 ** min(failures - 1, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
