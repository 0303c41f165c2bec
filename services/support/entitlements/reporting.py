"""What departments report of the households on their lists, and 告知承诺: signed, checked later, with its consequence.

A report is taken as a whole or not at all; every row is checked first. `confirmed` and `refused` decide what could not
be decided without the department; `used` and `paid` say what came of it.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.catalogue.register import RegisteredMeasure
from services.support.entitlements import repository as entitlement_repository, service as entitlement_service
from services.support.entitlements.compiled import CompiledMeasures
from services.support.entitlements.departments import writing_department
from services.support.entitlements.domain import Cause, ReportOutcome, deciders
from services.support.entitlements.models import MeasureCommitment, MeasureReport
from services.support.entitlements.problems import (
    CommitmentChecked,
    CommitmentRevised,
    CommitmentStands,
    MeasureRefused,
    NoCommitment,
    NotAddressed,
    NothingToReport,
    OwnCommitment,
    ReportWrong,
)
from services.support.entitlements.repository import NOTHING_SAID
from services.support.registers.models import Household
from services.support.registers.repository import HOUSEHOLDS
from shared import clock
from shared.law.model.measures import Measure
from shared.platform import audit
from shared.platform.identity import Caller
from shared.reference.departments import Department

DECIDING = (ReportOutcome.CONFIRMED, ReportOutcome.REFUSED)
NAMED_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What a department reports of one household; `amount` in fen."""

    uscc: str
    outcome: ReportOutcome
    happened_on: dt.date
    amount: int | None
    reason: str | None


@dataclass(frozen=True)
class _Checked:
    """What rows are checked against: the measure, the department that reports, its households, and those of them that
    are certainly no addressees.
    """

    measure: Measure
    department: Department
    households: Mapping[str, Household]
    not_addressed: frozenset[str]
    caller: Caller

    def wrong(self, row: ReportRow) -> str | None:
        """What is wrong with a row; None: nothing."""
        household = self.households.get(row.uscc)
        if household is None or not self.caller.covers(household.region):
            return f"{row.uscc} 不在本辖区的名录里"
        if not household.region.startswith(self.measure.region):
            return f"{row.uscc} 不在这项措施的地区"
        if row.happened_on > clock.today():
            return f"日期 {row.happened_on} 还没有到"
        if row.amount is not None and row.outcome is not ReportOutcome.PAID:
            return "只有“已发放”写金额"
        return self._wrongly_decided(row) if row.outcome in DECIDING else None

    def _wrongly_decided(self, row: ReportRow) -> str | None:
        may = frozenset[Department]().union(*deciders(self.measure))
        if self.department not in may:
            named = "、".join(sorted(one.label for one in may))
            return f"“{row.outcome.label}”由核实条件的部门（{named}）报送"
        if row.outcome is ReportOutcome.REFUSED:
            return None if row.reason else "核实不符合的要写原因"
        return f"{row.uscc} 不是这项措施的对象，不能核实为符合" if row.uscc in self.not_addressed else None


async def take_report(
    session: AsyncSession,
    entry: RegisteredMeasure,
    compiled: CompiledMeasures,
    rows: Sequence[ReportRow],
    caller: Caller,
) -> int:
    """Takes a list, if every row can be taken. 422 with the rows that cannot; 409 for a measure of which nothing is
    reported.
    """
    measure = entry.measure
    if entry.draft or not measure.kind.for_households:
        raise NothingToReport
    department = writing_department(measure, caller)
    households = await HOUSEHOLDS.by_code(session, [row.uscc for row in rows])
    confirmed = [row.uscc for row in rows if row.outcome is ReportOutcome.CONFIRMED]
    not_addressed = await _not_addressed(session, measure, compiled, confirmed)
    checked = _Checked(measure, department, households, not_addressed, caller)
    wrong = [f"第 {number} 行：{said}" for number, row in enumerate(rows, 1) if (said := checked.wrong(row))]
    if wrong:
        more = f"；另有 {len(wrong) - NAMED_AT_MOST} 行" if len(wrong) > NAMED_AT_MOST else ""
        raise ReportWrong("；".join(wrong[:NAMED_AT_MOST]) + more + "。整份名单都没有收下，请改正后重新报送。")
    now = clock.now()
    for row in rows:
        where = {"measure": measure.id, "region": households[row.uscc].region}
        who = {"department": department, "reported_by": caller.subject, "reported_at": now}
        session.add(MeasureReport(**asdict(row), **where, **who))
    await session.flush()
    decided = [row.uscc for row in rows if row.outcome in DECIDING]
    await entitlement_service.mark_each(session, decided, Cause.REPORT)
    counted = {one.value: sum(row.outcome is one for row in rows) for one in ReportOutcome}
    about = audit.about(measure.id, caller.region, department=department.value)
    await audit.record(session, about, caller, "measure:report", counted)
    return len(rows)


async def _not_addressed(
    session: AsyncSession, measure: Measure, compiled: CompiledMeasures, codes: Sequence[str]
) -> frozenset[str]:
    """The households that are certainly no addressees; all of them on a day on which the measure is not in force."""
    facts = await entitlement_repository.facts_of(session, codes, compiled.day)
    in_force = measure.id in compiled.places
    judged = {uscc: in_force and compiled.holds(measure, compiled.judge(one)) for uscc, one in facts.items()}
    return frozenset(uscc for uscc, holds in judged.items() if holds is False)


def require_revision(entry: RegisteredMeasure, read: int | None) -> None:
    """409 where the measure was revised after the operator read it: nobody signs words that they have not seen."""
    if read is not None and read != entry.revision:
        raise CommitmentRevised


async def sign(
    session: AsyncSession, entry: RegisteredMeasure, compiled: CompiledMeasures, household: Household, caller: Caller
) -> MeasureCommitment:
    """The operator promises what the measure's text says: its conditions count as met until a check finds otherwise.
    409 where a promise stands or was broken, or a department has refused the measure: it would be promised anew what
    somebody has found to be untrue.
    """
    commitment = entry.measure.commitment
    if commitment is None or entry.draft:
        raise NoCommitment
    facts = (await entitlement_repository.facts_of(session, [household.uscc], compiled.day))[household.uscc]
    addressed = entry.measure in compiled.within(household.region)
    if not addressed or compiled.holds(entry.measure, compiled.judge(facts)) is False:
        raise NotAddressed
    said = (await entitlement_repository.own_words(session, [household.uscc])).get(household.uscc, NOTHING_SAID)
    if entry.measure.id in said.refused:
        raise MeasureRefused
    if entry.measure.id in said.promised:
        raise CommitmentStands
    row = MeasureCommitment(
        id=uuid.uuid4(),
        uscc=household.uscc,
        region=household.region,
        measure=entry.measure.id,
        revision=entry.revision,
        text=commitment.text,
        consequence=commitment.consequence,
        signed_by=caller.subject,
        signed_at=clock.now(),
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
    writing_department(measure, caller)
    if row.kept is not None:
        raise CommitmentChecked
    if row.signed_by == caller.subject:
        raise OwnCommitment
    row.kept, row.finding, row.checked_by, row.checked_at = kept, finding, caller.subject, clock.now()
    row.version += 1
    await session.flush()
    await entitlement_service.mark_each(session, [row.uscc], Cause.COMMITMENT)
    await audit.record(session, row, caller, "commitment:check")
