"""Rounds, counties and differences: their states, and who may sign a round's report."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson

from shared import clock
from shared.platform.state_machine import StateMachine


class RoundState(StrEnum):
    """From its order to its end. `failed`: the system could not be read for too long."""

    ORDERED = "ordered"
    COMPARING = "comparing"
    DONE = "done"
    FAILED = "failed"


ROUND_STATES = StateMachine(
    "对账",
    {
        RoundState.ORDERED: {RoundState.COMPARING, RoundState.FAILED},
        RoundState.COMPARING: {RoundState.DONE, RoundState.FAILED},
        RoundState.DONE: set(),
        RoundState.FAILED: set(),
    },
    {
        RoundState.ORDERED: "已安排",
        RoundState.COMPARING: "核对中",
        RoundState.DONE: "已完成",
        RoundState.FAILED: "未能完成",
    },
)


class CountyState(StrEnum):
    """How a county of a round was compared. `equal`: its digests are the same, its rows were not looked at. `read`: all
    that the system holds is there to be compared.
    """

    WAITING = "waiting"
    READ = "read"
    EQUAL = "equal"
    COMPARED = "compared"


COUNTY_LABELS: Mapping[CountyState, str] = {
    CountyState.WAITING: "待核对",
    CountyState.READ: "核对中",
    CountyState.EQUAL: "一致",
    CountyState.COMPARED: "已逐条核对",
}


class DifferenceKind(StrEnum):
    """What is wrong about a record at a system."""

    MISSING = "missing"
    EXTRA = "extra"
    OLDER = "older"
    DIFFERENT = "different"


DIFFERENCE_LABELS: Mapping[DifferenceKind, str] = {
    DifferenceKind.MISSING: "对方缺少",
    DifferenceKind.EXTRA: "对方多出",
    DifferenceKind.OLDER: "对方仍是旧内容",
    DifferenceKind.DIFFERENT: "内容不一致",
}


class DifferenceState(StrEnum):
    """`repairing`: sent again, or to be; the next round says whether it helped. `decided`: left as it is, with a
    reason, until either side changes.
    """

    OPEN = "open"
    REPAIRING = "repairing"
    REPAIRED = "repaired"
    DECIDED = "decided"


DIFFERENCE_STATES = StateMachine(
    "差异",
    {
        DifferenceState.OPEN: {DifferenceState.REPAIRING, DifferenceState.REPAIRED, DifferenceState.DECIDED},
        DifferenceState.REPAIRING: {DifferenceState.OPEN, DifferenceState.REPAIRED},
        DifferenceState.DECIDED: {DifferenceState.OPEN, DifferenceState.REPAIRING},
        DifferenceState.REPAIRED: set(),
    },
    {
        DifferenceState.OPEN: "待处理",
        DifferenceState.REPAIRING: "重新上报中，待下次对账核实",
        DifferenceState.REPAIRED: "已一致",
        DifferenceState.DECIDED: "已说明理由，保留现状",
    },
)


def daily_round_due(now: dt.datetime, at: dt.time) -> dt.date | None:
    """The day whose round is to be made by now, by China's clocks; None before its time."""
    local = now.astimezone(clock.CHINA)
    return local.date() if local.time() >= at else None


def report_digest(report: Mapping[str, Any]) -> tuple[str, str]:
    """A report as it is kept, JSON with sorted keys and without blanks, and the SHA-256 of that."""
    written = orjson.dumps(report, option=orjson.OPT_SORT_KEYS)
    return written.decode(), hashlib.sha256(written).hexdigest()
