"""What happens when a day is over: deadline kind → use case, for the worker."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.domain.notices import NoticeState
from services.recognition.domain.seasons import SeasonState
from services.recognition.repository import applications, notices, recognitions, seasons, spot_checks
from services.recognition.service import check_outcomes, consultations, endings, evaluations, public_notices, reports
from services.recognition.service import seasons as season_use
from services.recognition.service.applications import SUPPLEMENT
from services.recognition.service.clocked import CLOCK
from services.recognition.service.reviews import refuse_and_tell
from shared.messaging.deadlines import Deadline, Handler


def deadline_handlers() -> dict[str, Handler]:
    """Every kind of deadline that the service sets, with what it brings about. What ended meanwhile needs nothing."""
    return {
        SUPPLEMENT: supplement_overdue,
        consultations.SILENCE: consultation_over,
        public_notices.CLOSES: notice_over,
        season_use.CLOSES: season_over,
        reports.REMINDER: report_near,
        reports.DUE: report_over,
        endings.LAST_YEAR: last_year_begun,
        endings.EXPIRES: validity_over,
        check_outcomes.SUPPLEMENT: spot_check_over,
    }


async def supplement_overdue(session: AsyncSession, deadline: Deadline) -> None:
    """A returned application was not completed in time: refused, and said so."""
    application = await applications.get(session, UUID(deadline.subject), "", lock=True)
    if application is not None and application.state == ApplicationState.RETURNED:
        await refuse_and_tell(session, [application], f"逾期没有补正（截止日期 {application.due_on}）", CLOCK)


async def consultation_over(session: AsyncSession, deadline: Deadline) -> None:
    """Whoever has not answered has no objection."""
    application = await applications.get(session, UUID(deadline.subject), "", lock=True)
    if application is not None and application.state == ApplicationState.IN_PROGRESS:
        await consultations.conclude(session, [application], CLOCK)


async def notice_over(session: AsyncSession, deadline: Deadline) -> None:
    """A notice's last day is over."""
    notice = await notices.get(session, UUID(deadline.subject), "", lock=True)
    if notice is not None and notice.state == NoticeState.OPEN:
        await public_notices.close_notice(session, notice)


async def season_over(session: AsyncSession, deadline: Deadline) -> None:
    """The last day for decisions is over: whatever is still under way ends, and says why."""
    season = await seasons.get(session, UUID(deadline.subject), "", lock=True)
    if season is None or season.state != SeasonState.OPEN:
        return
    await season_use.close_season(session, season)
    unfinished = await applications.unfinished(session, season.id)
    for application in unfinished:
        application.unplaced = True
    await refuse_and_tell(session, unfinished, f"认定季已于 {season.decisions_until} 结束，未能认定", CLOCK)


async def report_near(session: AsyncSession, deadline: Deadline) -> None:
    """The last day of an information report comes near."""
    recognition_id, _, year = deadline.subject.partition(":")
    recognition = await recognitions.get(session, UUID(recognition_id), "", lock=True)
    if recognition is not None:
        await reports.remind(session, recognition, int(year))


async def report_over(session: AsyncSession, deadline: Deadline) -> None:
    """The last day of an information report is over."""
    recognition_id, _, year = deadline.subject.partition(":")
    recognition = await recognitions.get(session, UUID(recognition_id), "", lock=True)
    if recognition is not None:
        await reports.report_overdue(session, recognition, int(year))


async def last_year_begun(session: AsyncSession, deadline: Deadline) -> None:
    """The last year of a recognition begins."""
    recognition = await recognitions.get(session, UUID(deadline.subject), "", lock=True)
    if recognition is not None:
        await evaluations.last_year_begins(session, recognition)


async def validity_over(session: AsyncSession, deadline: Deadline) -> None:
    """The last day of a recognition is over."""
    recognition = await recognitions.get(session, UUID(deadline.subject), "", lock=True)
    if recognition is not None:
        await endings.expire(session, recognition)


async def spot_check_over(session: AsyncSession, deadline: Deadline) -> None:
    """The last day for what a superior demanded is over."""
    check_id, _, application_id = deadline.subject.partition(":")
    found = await spot_checks.item(session, UUID(check_id), UUID(application_id), "")
    if found is not None:
        await seasons.get(session, found[1].season_id, "", lock=True)  # before the application, as at a selection
        await spot_checks.lock(session, found)
        await check_outcomes.supplement_over(session, found)
