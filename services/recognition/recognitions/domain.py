"""States of a recognition and of its reports.

A recognition is valid for three years to the day, then extended or expired; it may be cancelled or revoked, and an
upheld objection may undo that. Periods of years begin the day after and end on the same calendar day, that day included
(民法典 201–202).
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.platform.state_machine import StateMachine
from shared.reference.calendar import add_years


class RecognitionState(StrEnum):
    """The state of a recognition."""

    VALID = "valid"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REVOKED = "revoked"


RECOGNITION_STATES = StateMachine(
    "认定",
    {
        RecognitionState.VALID: {RecognitionState.CANCELLED, RecognitionState.EXPIRED, RecognitionState.REVOKED},
        RecognitionState.CANCELLED: {RecognitionState.REVOKED, RecognitionState.VALID},
        RecognitionState.EXPIRED: {RecognitionState.REVOKED, RecognitionState.VALID},
        RecognitionState.REVOKED: set(RecognitionState) - {RecognitionState.REVOKED},
    },
    {
        RecognitionState.VALID: "有效",
        RecognitionState.CANCELLED: "已取消",
        RecognitionState.EXPIRED: "已到期",
        RecognitionState.REVOKED: "已撤销",
    },
)


class ReportState(StrEnum):
    """The state of a year's information report."""

    DUE = "due"
    OVERDUE = "overdue"
    FILED = "filed"
    CONFIRMED = "confirmed"


REPORT_LABELS = {
    ReportState.DUE: "尚未报送",
    ReportState.OVERDUE: "逾期未报",
    ReportState.FILED: "已报送，待审核",
    ReportState.CONFIRMED: "已审核",
}


class ConcernKind(StrEnum):
    """Why an officer of the county, or an approver, must look at a recognition."""

    ONE_PER_PERSON = "one-per-person"
    MOVED = "moved-away"
    REGISTER = "register"
    TYPING = "typing"
    PENALTY = "penalty"
    DEBTOR = "dishonest-debtor"
    OVERDUE = "report-overdue"
    STANDARDS = "standards"
    SPOT_CHECK = "spot-check"
    OBJECTION = "objection-upheld"
    LAST_YEAR = "last-year"
    UNDECIDED = "evaluation-undecided"
    CONFIRMATION_REOPENED = "confirmation-reopened"
    REPORTED = "reported"
    QUOTA = "over-quota"
    CANCELLATION = "cancellation-proposed"
    REVOCATION = "revocation-proposed"


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that an officer must look at, raised on a day; `by`: the person who raised it, if any."""

    kind: ConcernKind
    sentence: str
    since: dt.date
    by: str | None = None


@dataclass(frozen=True, slots=True)
class ReportContent:
    """What an operator reports of a year; confidential."""

    revenue_yuan: Decimal | None = None
    employees: int | None = None
    honours: tuple[str, ...] = ()
    changes: str | None = None


@dataclass(frozen=True, slots=True)
class FactEvidence:
    """The value of a fact that an evaluation rests on (a whole percent, or a day), and where it comes from."""

    value: int | dt.date
    source: str


def state_on(
    state: RecognitionState, valid_until: dt.date, day: dt.date, *, expiry_held: bool = False
) -> RecognitionState:
    """The state of a recognition on a day: expired after its last day, even if that is not stored yet, unless an
    evaluation that was opened again has still to be decided.
    """
    over = state is RecognitionState.VALID and day > valid_until and not expiry_held
    return RecognitionState.EXPIRED if over else state


def period_end(begins: dt.date, years: int) -> dt.date:
    """The last day of a period of years that begins on a day."""
    return add_years(begins, years)


def last_year_eve(valid_until: dt.date) -> dt.date:
    """The day before the last year of validity."""
    return add_years(valid_until, -1)


def in_last_year(day: dt.date, valid_until: dt.date) -> bool:
    """Whether a day lies in the last year of validity, when the evaluation is due."""
    return last_year_eve(valid_until) < day <= valid_until
