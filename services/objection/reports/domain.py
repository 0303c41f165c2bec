"""The states of a report, and how it ended."""

from collections.abc import Mapping
from enum import StrEnum

from shared.platform.state_machine import StateMachine


class ReportState(StrEnum):
    """Where a report stands."""

    HANDED_ON = "handed-on"
    CLOSED = "closed"


REPORT_STATES = StateMachine(
    "举报",
    {ReportState.HANDED_ON: {ReportState.CLOSED}, ReportState.CLOSED: set()},
    {ReportState.HANDED_ON: "已移交核查", ReportState.CLOSED: "已办结"},
)


class ReportOutcome(StrEnum):
    """How a report ended: the recognition was revoked, or officers closed it with a reason."""

    REVOKED = "revoked"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return OUTCOME_LABELS[self]


OUTCOME_LABELS: Mapping[ReportOutcome, str] = {ReportOutcome.REVOKED: "已撤销认定", ReportOutcome.CLOSED: "核查后办结"}
