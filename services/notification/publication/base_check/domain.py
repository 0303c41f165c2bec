"""States of a check, what can differ about a household, and which registration states mean the same."""

import datetime as dt
from collections.abc import Collection, Mapping
from enum import StrEnum

from shared import clock
from shared.platform.state_machine import StateMachine


class CheckState(StrEnum):
    """From its order to its end. `failed`: the base could not be read for too long, or answered with nothing."""

    READING = "reading"
    DONE = "done"
    FAILED = "failed"


CHECK_STATES = StateMachine(
    "与法人库比对",
    {CheckState.READING: {CheckState.DONE, CheckState.FAILED}, CheckState.DONE: set(), CheckState.FAILED: set()},
    {CheckState.READING: "比对中", CheckState.DONE: "已完成", CheckState.FAILED: "未能完成"},
)


class BaseDifferenceKind(StrEnum):
    """What differs about a household."""

    UNKNOWN_HERE = "unknown-here"
    UNKNOWN_THERE = "unknown-there"
    NAME = "name"
    STATUS = "status"
    REGION = "region"


BASE_DIFFERENCE_LABELS: Mapping[BaseDifferenceKind, str] = {
    BaseDifferenceKind.UNKNOWN_HERE: "法人库有、本平台没有",
    BaseDifferenceKind.UNKNOWN_THERE: "本平台有、法人库没有",
    BaseDifferenceKind.NAME: "名称不同",
    BaseDifferenceKind.STATUS: "登记状态不同",
    BaseDifferenceKind.REGION: "登记地区不同",
}
IN_BUSINESS = "在营"
REGISTERED = "registered"
SAME_STATUS: Collection[tuple[str, str]] = (
    (REGISTERED, IN_BUSINESS),
    ("revoked", "吊销"),
    ("cancelled", "注销"),
    ("cancelled", "迁出"),
    ("cancelled", "转型为企业"),
    ("rescinded", "注销"),
)
"""Our registration states and the base's that say the same; the base has no word for a rescinded registration."""
STATUS_LABELS: Mapping[str, str] = {
    REGISTERED: "存续",
    "revoked": "吊销",
    "cancelled": "注销",
    "rescinded": "撤销登记",
}


def check_due(now: dt.datetime, at: dt.time | None, days: Collection[int]) -> dt.date | None:
    """The day of the month whose check is to be made by now, by China's clocks; None on other days, before its time,
    and where checks are made on order only.
    """
    local = now.astimezone(clock.CHINA)
    return local.date() if at is not None and local.day in days and local.time() >= at else None
