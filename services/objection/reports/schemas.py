"""Bodies and views of reports. The reporter is shown masked, to officers and to themself."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field

from services.objection.filing.schemas import ConsentBody
from services.objection.objectors.identities import FilingConsent, Identity
from services.objection.objectors.schemas import IdentityBody
from services.objection.reports.domain import REPORT_STATES
from services.objection.reports.models import Report
from services.objection.reports.service import ReportOrder
from shared.platform.fields import County, PublicText, Shape, UsccEntry
from shared.platform.sealed_fields.vault import Vault, place_of
from shared.reference.personal_data import mask_contact, mask_name


class ReportBody(Shape):
    """A report that a household's recognition was obtained by fraud."""

    uscc: UsccEntry
    recognition: Annotated[uuid.UUID | None, Field(description="认定的编号，知道的话")] = None
    county: Annotated[County | None, Field(description="平台还没有收到这一户时，它所在的县区")] = None
    statement: Annotated[PublicText, Field(min_length=5, description="怎样弄虚作假；不要写证件号码和电话")]
    reporter: Annotated[IdentityBody, Field(description="真实姓名和联系方式，密封保存")]
    consent: Annotated[ConsentBody | None, Field(description="窗口代为提交时登记的同意")] = None

    def order(self) -> ReportOrder:
        """What is reported."""
        return ReportOrder(
            self.uscc,
            self.recognition,
            self.county,
            self.statement,
            Identity(self.reporter.name, self.reporter.contact),
            FilingConsent(self.consent.statement, self.consent.given_on) if self.consent else None,
        )


class ReportView(Shape):
    """A report, to its reporter and to officers."""

    id: uuid.UUID
    receipt: Annotated[str, Field(description="回执号")]
    uscc: str
    county: str
    recognition: uuid.UUID | None
    statement: str
    reporter: Annotated[str | None, Field(description="举报人（已遮盖）")]
    contact: Annotated[str | None, Field(description="联系方式（已遮盖）")]
    filed_at: dt.datetime
    due_on: Annotated[dt.date, Field(description="工作人员办结的最后一天")]
    state: str
    state_label: str
    outcome: str | None
    outcome_label: str | None
    reason: str | None
    closed_at: dt.datetime | None
    etag: Annotated[str, Field(description="版本，办理时在 If-Match 中给出")]

    @classmethod
    def of(cls, report: Report, vault: Vault) -> "ReportView":
        """From the row."""
        same = ("id", "receipt", "uscc", "county", "recognition", "statement", "reason")
        days = ("filed_at", "due_on", "closed_at")
        return cls(
            **{name: getattr(report, name) for name in (*same, *days)},
            reporter=vault.masked(place_of(report, Report.name), report.name, mask_name),
            contact=vault.masked(place_of(report, Report.contact), report.contact, mask_contact),
            state=report.state.value,
            state_label=REPORT_STATES.label(report.state),
            outcome=report.outcome.value if report.outcome else None,
            outcome_label=report.outcome.label if report.outcome else None,
            etag=f'"{report.version}"',
        )


class DisclosedReporterView(Shape):
    """Who reports, in clear; at the counter also how they agreed to be filed for."""

    name: str
    contact: str
    consent: str | None = None
