"""Taking a report, handing it on, closing it: by what recognition decided, or by officers with a reason."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.filing.repository import next_receipt_number
from services.objection.filing.service import receipt_text
from services.objection.objectors.identities import FilingConsent, Identity
from services.objection.registers.repository import HOUSEHOLDS
from services.objection.reports import repository as report_repository
from services.objection.reports.domain import REPORT_STATES, ReportOutcome, ReportState
from services.objection.reports.models import Report
from services.objection.reports.problems import (
    ReportConsentWrong,
    ReportEnteredByOneself,
    ReportPlaceMissing,
)
from services.objection.resources import Resources
from shared import clock
from shared.contracts.objection import FraudReported
from shared.platform import audit
from shared.platform.identity import Caller, Role, require_region
from shared.platform.sealed_fields.unmasking import unmask
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Vault, place_of
from shared.platform.system_callers import BUS
from shared.reference.calendar import add_working_days


@dataclass(frozen=True)
class ReportOrder:
    """What is reported of which household, by whom; `consent`: recorded by the officer who files at the counter."""

    uscc: str
    recognition: uuid.UUID | None
    county: str | None
    statement: str
    identity: Identity
    consent: FilingConsent | None


async def file_report(session: AsyncSession, resources: Resources, order: ReportOrder, caller: Caller) -> Report:
    """Take a report and hand it on: recognition raises a concern, if there is a recognition. Whether or not there is
    one, officers of the county end the report by its last day. Who reports stays here.
    """
    vault = resources.vault
    at_counter = Role.OPERATOR not in caller.roles or order.consent is not None
    if at_counter is not (order.consent is not None) or (at_counter and Role.OFFICER not in caller.roles):
        raise ReportConsentWrong
    county = await _county(session, order)
    if at_counter:
        require_region(caller, county)
    filed_at = clock.now()
    filed_on = filed_at.astimezone(clock.CHINA).date()
    number = await next_receipt_number(session)
    report = Report(
        id=uuid.uuid4(),
        receipt=f"J{receipt_text(filed_on.year, county, number)}",
        uscc=order.uscc,
        county=county,
        recognition=order.recognition,
        statement=order.statement,
        reporter_ref=None if at_counter else caller.operator_ref,
        consented_on=order.consent.given_on if order.consent else None,
        entered_by=caller.subject,
        filed_at=filed_at,
        due_on=add_working_days(filed_on, resources.settings.report_days).due,
        state=ReportState.HANDED_ON,
    )
    report.name = vault.seal(place_of(report, Report.name), order.identity.name)
    report.contact = vault.seal(place_of(report, Report.contact), order.identity.contact)
    if order.consent is not None:
        report.consent = vault.seal(place_of(report, Report.consent), PersonalText(order.consent.statement))
    session.add(report)
    await session.flush()
    said = FraudReported(
        report=report.id, uscc=report.uscc, region=county, recognition=report.recognition, filed_on=filed_on
    )
    await ANNOUNCER.announce(session, said, subject=report.uscc)  # who reports is in no event
    await audit.record(session, report, caller, "report:file")
    return report


async def _county(session: AsyncSession, order: ReportOrder) -> str:
    household = await HOUSEHOLDS.get(session, order.uscc)
    county = household.region if household is not None else order.county
    if county is None:
        raise ReportPlaceMissing
    return county


async def close_report(session: AsyncSession, report: Report, reason: str, caller: Caller) -> Report:
    """Officers close a locked report with a reason, which the reporter is told. Not by who took it at the counter."""
    if report.entered_by == caller.subject:
        raise ReportEnteredByOneself
    return await _close(session, report, ReportOutcome.CLOSED, reason, caller)


async def close_revoked(
    session: AsyncSession, uscc: str, recognition: uuid.UUID, at: dt.datetime, reason: str | None
) -> None:
    """Recognition revoked what reports were about: those made before are closed with that."""
    for report in await report_repository.lock_open_reports(session, uscc, recognition, at):
        await _close(session, report, ReportOutcome.REVOKED, reason or "已撤销认定。", BUS)


async def _close(session: AsyncSession, report: Report, outcome: ReportOutcome, reason: str, caller: Caller) -> Report:
    REPORT_STATES.require(report.state, ReportState.CLOSED)
    report.state, report.outcome, report.reason = ReportState.CLOSED, outcome, reason
    report.closed_by, report.closed_at = caller.subject, clock.now()
    report.version += 1
    await session.flush()
    await audit.record(session, report, caller, "report:close", {"outcome": outcome.value})
    return report


async def disclose_reporter(
    session: AsyncSession, vault: Vault, report: Report, caller: Caller, reason: str
) -> dict[str, str]:
    """Name, contact and consent in clear; the audit keeps who, what and why."""
    fields = [Report.name, Report.contact, Report.consent]
    return await unmask(session, caller, report, reason, vault=vault, row=report, fields=fields)
