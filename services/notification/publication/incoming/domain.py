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
    """How far a hand-in is. `waiting`: nobody can be given it yet. The last three are what its system is told. One that
    was not handed on may be answered all the same, where this database is older: brought back from a copy.
    """

    RECEIVED = "received"
    WAITING = "waiting"
    HANDED_ON = "handed-on"
    TAKEN = "taken"
    MATCHED = "matched"
    REFUSED = "refused"


ENDED = (HandInState.TAKEN, HandInState.MATCHED, HandInState.REFUSED)
HAND_IN_STATES = StateMachine(
    "转来的事项",
    {
        HandInState.RECEIVED: {HandInState.WAITING, HandInState.HANDED_ON, *ENDED},
        HandInState.WAITING: {HandInState.HANDED_ON, *ENDED},
        HandInState.HANDED_ON: set(ENDED),
        HandInState.TAKEN: set(),
        HandInState.MATCHED: set(),
        HandInState.REFUSED: set(),
    },
    {
        HandInState.RECEIVED: "已收到",
        HandInState.WAITING: "暂时不能转交",
        HandInState.HANDED_ON: "已转交，等待答复",
        HandInState.TAKEN: "已采用",
        HandInState.MATCHED: "与已有的相同",
        HandInState.REFUSED: "未采用",
    },
)

FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)


def pause_after(failures: int) -> dt.timedelta:
    """How long to wait until a system is told again: half a minute, doubled with each failure, at most an hour."""
    doubled: int = 2 ** min(failures - 1, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
