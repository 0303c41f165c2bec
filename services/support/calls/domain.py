"""States of a call, and what makes one due (甘州 二（五）23)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.support.rules.domain import CallReason
from shared.contracts.recognition import RecognitionGranted, RecognitionReinstated
from shared.contracts.typing import HouseholdChanged, HouseholdTyped
from shared.platform.state_machine import StateMachine


class CallState(StrEnum):
    """Where a call stands."""

    DUE = "due"
    ASSIGNED = "assigned"
    OVERDUE = "overdue"
    MADE = "made"
    WAIVED = "waived"


CALL_STATES = StateMachine(
    "必访",
    {
        CallState.DUE: {CallState.ASSIGNED, CallState.OVERDUE, CallState.MADE, CallState.WAIVED},
        CallState.ASSIGNED: {CallState.ASSIGNED, CallState.OVERDUE, CallState.MADE, CallState.WAIVED},
        CallState.OVERDUE: {CallState.OVERDUE, CallState.MADE, CallState.WAIVED},
        CallState.MADE: set(),
        CallState.WAIVED: set(),
    },
    {
        CallState.DUE: "待安排",
        CallState.ASSIGNED: "已安排",
        CallState.OVERDUE: "已逾期",
        CallState.MADE: "已走访",
        CallState.WAIVED: "不再走访",
    },
)
OPEN_STATES = (CallState.DUE, CallState.ASSIGNED, CallState.OVERDUE)
NO_LAST_DAY = dt.date(9999, 12, 31)
"""Of a call without a last day: it sorts behind all others, and is shown as none."""

NOT_REPORTED = "base.not-reported"
HARD: Mapping[str, str] = {"base.suspended": "歇业", "base.tax-non-normal": "税务认定为非正常户"}
"""Defects by which the data show that business is hard"""
ORDER = ("survival", "growth", "development")


@dataclass(frozen=True, slots=True)
class HeardOccasion:
    """Something that makes a call due. `key` names it for good: with household and reason it is the permanent key, so
    that hearing of it again, whenever and in whatever envelope, leads to nothing, unless it was over before anybody
    came.
    """

    reason: CallReason
    uscc: str
    county: str
    key: str
    happened_on: dt.date
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SettledOccasion:
    """What makes no call due any more; `key`: what the keys of its occasions begin with."""

    reason: CallReason
    uscc: str
    key: str


def settled_by_type(said: HouseholdTyped) -> Iterator[SettledOccasion]:
    """What a type in force shows to be over: the report is there, business is not hard any more. A household that has
    one of the three types has no defect, and typing says none of it; of others a type that says nothing of defects
    settles nothing. What officers say of a household only they settle.
    """
    held = [] if said.defects is None and said.type in ORDER else said.defects
    if held is None:
        return
    if NOT_REPORTED not in held:
        yield SettledOccasion(CallReason.REPORT_MISSED, said.uscc, "typing/")
    for defect in HARD:
        if defect not in held:
            yield SettledOccasion(CallReason.HARDSHIP, said.uscc, f"{defect}/")


def of_type(said: HouseholdTyped, day: dt.date) -> Iterator[HeardOccasion]:
    """What a type in force shows: the year's report missed, business that is hard, a household that has grown. The year
    is part of each key: a run that is published again, or a correction, makes nothing due twice in it.
    """
    year = said.year
    for defect in said.defects or ():
        if defect == NOT_REPORTED:
            yield HeardOccasion(CallReason.REPORT_MISSED, said.uscc, said.region, f"typing/{year}", day)
        elif defect in HARD:
            yield HeardOccasion(CallReason.HARDSHIP, said.uscc, said.region, f"{defect}/{year}", day, HARD[defect])
    if has_grown(said):
        yield HeardOccasion(CallReason.EXPANDING, said.uscc, said.region, f"{said.type}/{year}", day)


def has_grown(said: HouseholdTyped) -> bool:
    """Whether the type is a higher one than before."""
    before, now = said.previous_type, said.type
    return before in ORDER and now in ORDER and ORDER.index(now) > ORDER.index(before)


def of_change(said: HouseholdChanged, name: str, region: str, day: dt.date) -> HeardOccasion | None:
    """A register entry that shows another name or place than before (生产经营调整); the register tells no more."""
    changed = {"字号": said.name != name, "所在县区": said.region != region}
    if said.status != "registered" or not any(changed.values()):
        return None
    note = "、".join(what for what, is_other in changed.items() if is_other) + "变更"
    return HeardOccasion(CallReason.OPERATION_ADJUSTED, said.uscc, said.region, f"register/{said.revision}", day, note)


def of_recognition(said: RecognitionGranted | RecognitionReinstated, day: dt.date) -> HeardOccasion:
    """A household came into the pool (分类入库), or is in it again; `day`: on which it was said."""
    happened_on = said.granted_on if isinstance(said, RecognitionGranted) and said.adopted_from is None else day
    return HeardOccasion(CallReason.RECOGNISED, said.uscc, said.region, str(said.recognition), happened_on)
