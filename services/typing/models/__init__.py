"""Tables of the typing database. Importing this package registers every one on ``Base.metadata``."""

from services.typing.models.base import Base
from services.typing.models.closings import AnnualReportClosing
from services.typing.models.deliveries import Delivery, Pull
from services.typing.models.results import Correction, CurrentRun, FiledReport, Result, Statistic, revision_sequence
from services.typing.models.runs import Change, PolicyVersion, Run, counts_by_name
from services.typing.models.trials import Trial, TrialChange
from shared.messaging.tables import messaging_tables
from shared.service.audit import audit_tables
from shared.service.idempotency import idempotency_tables
from shared.service.officers import officer_tables

metadata = Base.metadata
for tables_of in (messaging_tables, audit_tables, idempotency_tables, officer_tables):
    tables_of(metadata)

__all__ = [
    "AnnualReportClosing",
    "Base",
    "Change",
    "Correction",
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
