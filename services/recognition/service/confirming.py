"""The yearly confirmation: after the information report was reviewed and the year's typing published, once a year."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.recognitions import (
    LABELS,
    REPORT_LABELS,
    ConcernKind,
    RecognitionState,
    ReportState,
    standing,
)
from services.recognition.models import Confirmation, Household, InformationReport, Recognition
from services.recognition.repository import evaluations, households, reports
from services.recognition.repository.registers import Record, records_of
from services.recognition.service.announcing import announce_recognitions
from services.recognition.service.concerns import keep_concern, recorded
from services.recognition.service.reports import last_day_of
from services.recognition.service.rules import rules_of
from services.recognition.service.standing import failing
from shared.contracts.recognition import RecognitionConfirmed
from shared.policy.recognition.model import Recognition as Rules
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem


@dataclass(frozen=True)
class Asked:
    """What one confirmation rests on. `before`: what was said of the year already."""

    recognition: Recognition
    year: int
    household: Household
    record: Record
    report: InformationReport | None
    before: Confirmation | None


async def confirm(
    session: AsyncSession, wanted: Sequence[tuple[Recognition, int]], caller: Caller
) -> list[Confirmation]:
    """Locked recognitions for a year each: told to the bus when the standards are met, else put before the deciders
    with everything that is not. What they rest on is read once for all, what was found is written together.

    Nothing is cancelled here: that is a decision. What was not met may be judged again; who is confirmed, is.
    409 with every reason why a year cannot be confirmed yet.
    """
    asked = await read(session, wanted)
    for one in asked:
        if reasons := reasons_against(one, await rules_of(session, one.recognition.policy_hash)):
            raise Problem(409, "not-confirmable", "目前不能确认", "；".join(reasons), reasons=list(reasons))
    done = [await judge_one(session, one, caller) for one in asked]
    told = [(one.recognition, {"year": one.year}) for one, said in zip(asked, done, strict=True) if said.confirmed]
    await announce_recognitions(session, RecognitionConfirmed, told, actor=caller.subject)
    return done


async def read(session: AsyncSession, wanted: Sequence[tuple[Recognition, int]]) -> list[Asked]:
    """What the confirmations rest on, with five statements for however many."""
    codes, keys = [one.uscc for one, _ in wanted], [(one.id, year) for one, year in wanted]
    known = await households.among(session, codes)
    records = await records_of(session, codes, clock.today())
    filed = await reports.among(session, keys)
    before = await evaluations.confirmations_among(session, keys)
    return [
        Asked(one, year, known[one.uscc], records[one.uscc], filed.get((one.id, year)), before.get((one.id, year)))
        for one, year in wanted
    ]


async def judge_one(session: AsyncSession, asked: Asked, caller: Caller) -> Confirmation:
    """Whether the standards are met, kept with everything that is not."""
    recognition = asked.recognition
    rules = await rules_of(session, recognition.policy_hash)
    said = failing(recognition, asked.household, asked.record, rules)
    confirmation = asked.before or Confirmation(recognition_id=recognition.id, year=asked.year)
    confirmation.confirmed, confirmation.failing = not said, said
    confirmation.confirmed_by, confirmation.confirmed_at = caller.subject, clock.now()
    session.add(confirmation)
    keep_concern(recognition, ConcernKind.STANDARDS, said)
    if confirmation.confirmed:
        recognition.version += 1
    await recorded(session, recognition, caller, "recognition:confirm", {"year": asked.year, "failing": said})
    return confirmation


def reasons_against(asked: Asked, rules: Rules) -> Sequence[str]:
    """Why a year cannot be confirmed: the recognition has ended, it is done, the year's typing or report is not."""
    found, recognition, year = [], asked.recognition, asked.year
    state = standing(recognition.state, recognition.valid_until, clock.today())
    if state is not RecognitionState.VALID:
        found.append(f"认定当前为“{LABELS[state]}”，只有有效的认定才确认")
    if asked.before is not None and asked.before.confirmed:
        found.append(f"{year} 年度已经确认过")
    if (typed := asked.household.typed_year) != year:
        found.append(f"该年分型结果尚未发布：要确认 {year} 年度，这一户现有的是 {typed} 年的分型结果")
    if last_day_of(rules, year) is not None:
        found += unread(asked.report, year)
    return found


def unread(report: InformationReport | None, year: int) -> list[str]:
    """Why the year's information report does not stand yet; empty: it was reviewed."""
    if report is None:
        return [f"{year} 年度没有应报送的信息报告，不需要确认"]
    if report.state == ReportState.CONFIRMED:
        return []
    return [f"须先审核 {year} 年度的信息报告，再确认（信息报告当前：{REPORT_LABELS[ReportState(report.state)]}）"]
