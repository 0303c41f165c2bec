"""Tables of the typing database. Importing this package registers every one on ``Base.metadata``."""

from services.typing.models.base import Base
from services.typing.models.closings import AnnualReportClosing
from services.typing.models.deliveries import Delivery, Pull
from services.typing.models.results import (
    Correction,
    CorrectionReason,
    CurrentRun,
    FiledReport,
    Result,
    Statistic,
    revision_sequence,
)
from services.typing.models.runs import Change, PolicyVersion, Run, counts_by_name
from services.typing.models.trials import Trial, TrialChange

metadata = Base.metadata

__all__ = [
    "AnnualReportClosing",
    "Base",
    "Change",
    "Correction",
    "CorrectionReason",
    "CurrentRun",
    "Delivery",
    "FiledReport",
    "PolicyVersion",
    "Pull",
    "Result",
    "Run",
    "Statistic",
    "Trial",
    "TrialChange",
    "counts_by_name",
    "metadata",
    "revision_sequence",
]
