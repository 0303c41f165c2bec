"""Until when a badge may be shown, and why no longer: it is withdrawn as soon as the recognition has ended, and while
the household has moved to where it is not accepted or is off the register, though nothing has been decided yet.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.recognition.recognitions.domain import Concern, ConcernKind, RecognitionState


class WithdrawalReason(StrEnum):
    """Why a badge is withdrawn."""

    CANCELLED = "cancelled"
    REVOKED = "revoked"
    EXPIRED = "expired"
    MOVED = "moved-away"
    OFF_REGISTER = "off-register"

    @property
    def label(self) -> str:
        """In words that anybody may read: nothing of what an officer wrote."""
        return REASON_LABELS[self]


REASON_LABELS: Mapping[WithdrawalReason, str] = {
    WithdrawalReason.CANCELLED: "认定已取消",
    WithdrawalReason.REVOKED: "认定已撤销",
    WithdrawalReason.EXPIRED: "认定已到期",
    WithdrawalReason.MOVED: "已迁往没有认可这项认定的地区",
    WithdrawalReason.OFF_REGISTER: "已不在登记在册状态",
}
OF_STATE: Mapping[RecognitionState, WithdrawalReason] = {
    RecognitionState.CANCELLED: WithdrawalReason.CANCELLED,
    RecognitionState.REVOKED: WithdrawalReason.REVOKED,
    RecognitionState.EXPIRED: WithdrawalReason.EXPIRED,
}
OF_CONCERN: Mapping[ConcernKind, WithdrawalReason] = {
    ConcernKind.MOVED: WithdrawalReason.MOVED,
    ConcernKind.REGISTER: WithdrawalReason.OFF_REGISTER,
}
"""Concerns under which no badge is shown; all others are looked at while it is."""


@dataclass(frozen=True, slots=True)
class BadgeWithdrawal:
    """Why a badge is not shown, and the first day on which it was not."""

    reason: WithdrawalReason
    since: dt.date


def withdrawal_of(
    state: RecognitionState, valid_until: dt.date, ended_on: dt.date | None, concerns: Iterable[Concern]
) -> BadgeWithdrawal | None:
    """Why the badge of a recognition that is in this state today is withdrawn; None: it may be shown."""
    if state is not RecognitionState.VALID:
        return BadgeWithdrawal(OF_STATE[state], ended_on or valid_until + dt.timedelta(days=1))
    standing = [BadgeWithdrawal(OF_CONCERN[one.kind], one.since) for one in concerns if one.kind in OF_CONCERN]
    return min(standing, key=lambda one: one.since, default=None)
