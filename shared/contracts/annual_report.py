"""Events of the annual reports, from the bureau's reporting system or entered over HTTP.

Topic `annual-report.events`.
"""

from datetime import date
from typing import ClassVar

from shared.contracts.payload import Payload, Region, Uscc, Year


class AnnualReportPayload(Payload):
    """Events owned by the annual reports."""

    topic: ClassVar[str] = "annual-report.events"


class AnnualReportClosed(AnnualReportPayload):
    """The year's annual reports of a region are complete; its typing run may begin. Subject: the region."""

    region: Region
    year: Year
    closed_on: date


class AnnualReportFiled(AnnualReportPayload):
    """One household filed its annual report late; it is typed again. Subject: the uscc."""

    uscc: Uscc
    year: Year
    filed_on: date
