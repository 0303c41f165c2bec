"""Events of the annual reports, from the bureau's reporting system or entered over HTTP, and the answers to them.

Topics `annual-report.events` and `annual-report.answers`.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

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


class AnnualReportAnswered(Payload):
    """What became of a message on `annual-report.events`: one answer for each, to its sender. Subject: the message's.

    `taken`: it counts; `matched`: the same was known already; `refused`: nothing was done, with the reason, and a
    corrected event may be sent with a new id. `effect` of what was taken: `ordered` (runs, after a closing),
    `changed` or `unchanged` (the household's type), `waits` (no published run of that year knows the household: the
    next one counts the report). `event`, `source` and `type` are those of the message; where it could not be read,
    `event` is `sha256:` and the digest of its bytes. Messages that fail for a fault of the platform's own
    are answered when an operator has had it repaired.
    """

    topic: ClassVar[str] = "annual-report.answers"

    event: Annotated[str, Field(max_length=200)]
    source: Annotated[str, Field(max_length=200)] | None = None
    type: Annotated[str, Field(max_length=200)] | None = None
    outcome: Literal["taken", "matched", "refused"]
    effect: Annotated[str, Field(max_length=40)] | None = None
    reason: Annotated[str, Field(max_length=2000)] | None = None
