"""The yearly confirmation: after the information report was reviewed and the year's typing published, once a year."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.recognitions import (
    LABELS,
    REPORT_LABELS,
    ConcernKind,
    RecognitionState,
    ReportState,
    standing,
)
from services.recognition.models import Confirmation, Household, Recognition
from services.recognition.repository import evaluations, reports
from services.recognition.service.announcing import announce_recognition
from services.recognition.service.concerns import keep_concern, recorded
from services.recognition.service.reports import last_day_of
from services.recognition.service.rules import rules_of
from services.recognition.service.standing import failing
from shared.contracts.recognition import RecognitionConfirmed
from shared.policy.recognition.model import Recognition as Rules
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem


async def confirm(session: AsyncSession, recognition: Recognition, year: int, caller: Caller) -> Confirmation:
    """Told to the bus when the standards are met, else put before the deciders with everything that is not.

    Nothing is cancelled here: that is a decision. What was not met may be judged again; who is confirmed, is.
    409 with every reason why the year cannot be confirmed yet.
    """
    rules = await rules_of(session, recognition.policy_hash)
    before = await evaluations.confirmation(session, recognition.id, year)
    if reasons := await reasons_against(session, recognition, rules, year, before):
        raise Problem(409, "not-confirmable", "目前不能确认", "；".join(reasons), reasons=list(reasons))
    said = await failing(session, recognition, rules)
    row = Confirmation(
        recognition_id=recognition.id, year=year, confirmed=not said, failing=said, confirmed_by=caller.subject,
        confirmed_at=clock.now(),
    )  # fmt: skip
    confirmation = await session.merge(row)
    keep_concern(recognition, ConcernKind.STANDARDS, said)
    if confirmation.confirmed:
        recognition.version += 1
        await announce_recognition(session, RecognitionConfirmed, recognition, actor=caller.subject, year=year)
    await recorded(session, recognition, caller, "recognition:confirm", {"year": year, "failing": said})
    return confirmation


async def reasons_against(
    session: AsyncSession, recognition: Recognition, rules: Rules, year: int, before: Confirmation | None
) -> Sequence[str]:
    """Why a year cannot be confirmed: the recognition has ended, it is done, the year's typing or report is not."""
    found = []
    state = standing(recognition.state, recognition.valid_until, clock.today())
    if state is not RecognitionState.VALID:
        found.append(f"认定当前为“{LABELS[state]}”，只有有效的认定才确认")
    if before is not None and before.confirmed:
        found.append(f"{year} 年度已经确认过")
    household = await session.get_one(Household, recognition.uscc)
    if household.typed_year != year:
        found.append(f"该年分型结果尚未发布：要确认 {year} 年度，这一户现有的是 {household.typed_year} 年的分型结果")
    if last_day_of(rules, year) is not None:
        found += await unread(session, recognition, year)
    return found


async def unread(session: AsyncSession, recognition: Recognition, year: int) -> list[str]:
    """Why the year's information report does not stand yet; empty: it was reviewed."""
    report = await reports.get(session, recognition.id, year)
    if report is None:
        return [f"{year} 年度没有应报送的信息报告，不需要确认"]
    if report.state == ReportState.CONFIRMED:
        return []
    return [f"须先审核 {year} 年度的信息报告，再确认（信息报告当前：{REPORT_LABELS[ReportState(report.state)]}）"]
