"""What departments report of the households on their lists, and 告知承诺: signed, checked later, with its consequence.

A report is taken as a whole or not at all; every row is checked first. `confirmed` and `refused` decide what could not
be decided without the department; `used` and `paid` say what came of it.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.catalogue.register import RegisteredMeasure
from services.support.entitlements import repository as entitlement_repository, service as entitlement_service
from services.support.entitlements.compiled import CompiledMeasures
from services.support.entitlements.domain import Cause, ReportOutcome
from services.support.entitlements.models import MeasureCommitment, MeasureReport
from services.support.entitlements.problems import (
    CommitmentChecked,
    NoCommitment,
    NotAddressed,
    NotItsDepartment,
    OwnCommitment,
    ReportWrong,
)
from services.support.registers.models import Household
from services.support.registers.repository import HOUSEHOLDS
from shared import clock
from shared.law.model.measures import Measure
from shared.platform import audit
from shared.platform.department_scope import OFFICIALS, department_of
from shared.platform.identity import Caller

DECIDING = (ReportOutcome.CONFIRMED, ReportOutcome.REFUSED)
NAMED_AT_MOST = 20


def require_its_department(measure: Measure, caller: Caller) -> None:
    """403 for a department that neither leads nor joins, nor confirms a condition. Officers of market supervision, who
    coordinate, pass; an unassigned measure is theirs.
    """
    if caller.roles & OFFICIALS:
        return
    confirming = [one.confirmed_by for one in measure.conditions]
    if department_of(caller) not in (*measure.lead, *measure.joint, *confirming):
        raise NotItsDepartment


async def take_report(
    session: AsyncSession, entry: RegisteredMeasure, rows: Sequence[Mapping[str, Any]], caller: Caller
) -> int:
    """Takes a list, if every row can be taken. 422 with the rows that cannot."""
    require_its_department(entry.measure, caller)
    households = await HOUSEHOLDS.by_code(session, [row["uscc"] for row in rows])
    wrong = [
        f"第 {number} 行：{said}"
        for number, row in enumerate(rows, 1)
        if (said := _wrong(entry.measure, row, households, caller))
    ]
    if wrong:
        more = f"；另有 {len(wrong) - NAMED_AT_MOST} 行" if len(wrong) > NAMED_AT_MOST else ""
        raise ReportWrong("；".join(wrong[:NAMED_AT_MOST]) + more + "。整份名单都没有收下，请改正后重新报送。")
    department = department_of(caller)
    for row in rows:
        own = {name: row[name] for name in ("uscc", "outcome", "amount", "reason")}
        region = households[row["uscc"]].region
        same = {"measure": entry.measure.id, "department": department, "reported_by": caller.subject}
        session.add(MeasureReport(**own, **same, region=region, happened_on=row["on"]))
    await session.flush()
    decided = [row["uscc"] for row in rows if row["outcome"] in DECIDING]
    await entitlement_service.mark_each(session, decided, Cause.REPORT)
    counted = {one.value: sum(row["outcome"] is one for row in rows) for one in ReportOutcome}
    about = audit.about(entry.measure.id, caller.region, department=department.value)
    await audit.record(session, about, caller, "measure:report", counted)
    return len(rows)


def _wrong(measure: Measure, row: Mapping[str, Any], households: Mapping[str, Household], caller: Caller) -> str | None:
    """What is wrong with a row; None: nothing."""
    household = households.get(row["uscc"])
    if household is None or not caller.covers(household.region):
        return f"{row['uscc']} 不在本辖区的名录里"
    if not household.region.startswith(measure.region):
        return f"{row['uscc']} 不在这项措施的地区"
    if row["on"] > clock.today():
        return f"日期 {row['on']} 还没有到"
    if row["outcome"] is ReportOutcome.REFUSED and not row["reason"]:
        return "核实不符合的要写原因"
    if row["amount"] is not None and row["outcome"] is not ReportOutcome.PAID:
        return "只有“已发放”写金额"
    return None


async def sign(
    session: AsyncSession, entry: RegisteredMeasure, compiled: CompiledMeasures, household: Household, caller: Caller
) -> MeasureCommitment:
    """The operator promises what the measure's text says: its conditions count as met until a check finds otherwise."""
    commitment = entry.measure.commitment
    if commitment is None or entry.draft:
        raise NoCommitment
    facts = (await entitlement_repository.facts_of(session, [household.uscc], compiled.day))[household.uscc]
    addressed = entry.measure in compiled.within(household.region)
    if not addressed or compiled.holds(entry.measure, compiled.judge(facts)) is False:
        raise NotAddressed
    row = MeasureCommitment(
        id=uuid.uuid4(),
        uscc=household.uscc,
        region=household.region,
        measure=entry.measure.id,
        revision=entry.revision,
        text=commitment.text,
        consequence=commitment.consequence,
        signed_by=caller.subject,
        version=1,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    await entitlement_service.mark_each(session, [household.uscc], Cause.COMMITMENT)
    await audit.record(session, row, caller, "commitment:sign")
    return row


async def check_commitment(
    session: AsyncSession,
    row: MeasureCommitment,
    measure: Measure,
    kept: bool,
    finding: str,
    caller: Caller,
) -> None:
    """The later check. One that was not kept ends the entitlement; the consequence is the one that was told."""
    require_its_department(measure, caller)
    if row.kept is not None:
        raise CommitmentChecked
    if row.signed_by == caller.subject:
        raise OwnCommitment
    row.kept, row.finding, row.checked_by, row.checked_at = kept, finding, caller.subject, clock.now()
    row.version += 1
    await session.flush()
    await entitlement_service.mark_each(session, [row.uscc], Cause.COMMITMENT)
    await audit.record(session, row, caller, "commitment:check")
