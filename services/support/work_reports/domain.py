"""States of a work report, and what its event is called."""

from collections.abc import Mapping
from enum import StrEnum

from shared.law.model.work_reports import Rhythm
from shared.platform.state_machine import StateMachine


class WorkReportState(StrEnum):
    """Where a work report stands."""

    DUE = "due"
    OVERDUE = "overdue"
    HANDED_IN = "handed-in"


WORK_REPORT_STATES = StateMachine(
    "材料报送",
    {
        WorkReportState.DUE: {WorkReportState.OVERDUE, WorkReportState.HANDED_IN},
        WorkReportState.OVERDUE: {WorkReportState.HANDED_IN},
        WorkReportState.HANDED_IN: set(),
    },
    {
        WorkReportState.DUE: "待报送",
        WorkReportState.OVERDUE: "到期没有报送",
        WorkReportState.HANDED_IN: "已报送",
    },
)
RHYTHM_LABELS: Mapping[Rhythm, str] = {Rhythm.MONTHLY: "每月", Rhythm.QUARTERLY: "每季度", Rhythm.ONCE: "一次"}
MOST_CASES = 20
