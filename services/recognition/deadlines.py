"""What happens when a deadline falls due: kind of deadline → handler, for the worker."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications.domain import ApplicationState, NoticeState
from services.recognition.applications.models import Application
from services.recognition.applications.service import SUPPLEMENT_DEADLINE
from services.recognition.applications.workflow import (
    LATE_RESERVE_DEADLINE,
    announce_application,
    refuse_applications,
)
from services.recognition.assessments import evaluations, reports
from services.recognition.examination import inquiries, notices, repository as examination_repository
from services.recognition.lifecycle import service as lifecycle_service
from services.recognition.recognitions import repository as recognition_repository, service
from services.recognition.season import repository as season_repository, service as season_service
from services.recognition.season.domain import SeasonState
from services.recognition.selection.service import lapse_late_reserve
from services.recognition.supervision import repository as supervision_repository, service as supervision_service
from shared import clock
from shared.contracts.recognition import ApplicationReturned
from shared.platform import audit
from shared.platform.system_callers import CLOCK
from shared.worker import deadlines
from shared.worker.deadlines import Deadline, Handler
from shared.worker.reckoning import MovedDeadline, reckoned_deadlines


async def on_supplement_overdue(session: AsyncSession, deadline: Deadline) -> None:
    """A returned application was not completed in time: refuse it."""
    application = await application_repository.get_application(session, UUID(deadline.subject), "", lock=True)
    if application is not None and application.state == ApplicationState.RETURNED:
        await refuse_applications(session, [application], f"逾期没有补正（截止日期 {application.due_on}）", CLOCK)


async def on_consultation_due(session: AsyncSession, deadline: Deadline) -> None:
    """The last day for answers is over: no answer means no objection."""
    application = await application_repository.get_application(session, UUID(deadline.subject), "", lock=True)
    if application is not None and application.state == ApplicationState.IN_PROGRESS:
        await inquiries.conclude_consultations(session, [application], CLOCK)


async def on_notice_end(session: AsyncSession, deadline: Deadline) -> None:
    """The last day of a notice is over."""
    notice = await examination_repository.get_notice(session, UUID(deadline.subject), "", lock=True)
    if notice is not None and notice.state == NoticeState.OPEN:
        await notices.close_notice(session, notice)


async def on_season_end(session: AsyncSession, deadline: Deadline) -> None:
    """The last day for decisions is over: close the season and end what is still under way, except what an objection
    holds, opened again or let in late: that may be decided after the season, and as many of the reserve wait for it.
    """
    season = await season_repository.get_season(session, UUID(deadline.subject), "", lock=True)
    if season is None or season.state != SeasonState.OPEN:
        return
    await season_service.close_season(session, season)
    unfinished = await application_repository.lock_unfinished(session, season.id)
    kept = await examination_repository.awaiting_objections(session, [one.id for one in unfinished])
    for application in unfinished:
        application.late = application.late or application.id in kept
    others = [one for one in unfinished if one.state != ApplicationState.RESERVE and not one.late]
    for application in others:
        application.unplaced = True
    await refuse_applications(session, others, f"认定季已于 {season.decisions_until} 结束，未能认定", CLOCK)
    for application in unfinished:
        application.late = application.late or application.state == ApplicationState.RESERVE
    await session.flush()
    await lapse_late_reserve(session, season)


async def on_late_reserve(session: AsyncSession, deadline: Deadline) -> None:
    """An application was decided after its season: part of the reserve may wait for nobody any more."""
    season = await season_repository.get_season(session, UUID(deadline.subject), "", lock=True)
    if season is not None and season.state == SeasonState.CLOSED:
        await lapse_late_reserve(session, season)


async def on_report_reminder(session: AsyncSession, deadline: Deadline) -> None:
    """The last day of an information report is near."""
    recognition_id, _, year = deadline.subject.partition(":")
    recognition = await recognition_repository.get_recognition(session, UUID(recognition_id), "", lock=True)
    if recognition is not None:
        await reports.remind_of_report(session, recognition, int(year))


async def on_report_due(session: AsyncSession, deadline: Deadline) -> None:
    """The last day of an information report is over."""
    recognition_id, _, year = deadline.subject.partition(":")
    recognition = await recognition_repository.get_recognition(session, UUID(recognition_id), "", lock=True)
    if recognition is not None:
        await reports.mark_report_overdue(session, recognition, int(year))


async def on_last_year(session: AsyncSession, deadline: Deadline) -> None:
    """The last year of a recognition begins."""
    recognition = await recognition_repository.get_recognition(session, UUID(deadline.subject), "", lock=True)
    if recognition is not None:
        await evaluations.flag_last_year(session, recognition)


async def on_expiry(session: AsyncSession, deadline: Deadline) -> None:
    """The last day of a recognition is over."""
    recognition = await recognition_repository.get_recognition(session, UUID(deadline.subject), "", lock=True)
    if recognition is not None:
        await lifecycle_service.expire_recognition(session, recognition)


async def on_check_supplement_due(session: AsyncSession, deadline: Deadline) -> None:
    """The last day for a supplement that a superior demanded is over."""
    check_id, _, application_id = deadline.subject.partition(":")
    check_item = await supervision_repository.get_item(session, UUID(check_id), UUID(application_id), "")
    if check_item is not None:
        await season_repository.get_season(
            session, check_item[1].season_id, "", lock=True
        )  # before the application, as in a selection
        await application_repository.lock_with_reserve(session, check_item[1])
        await supervision_repository.lock_item(session, check_item)
        await supervision_service.expire_supplement(session, check_item)


SHOWN_DEADLINES = (SUPPLEMENT_DEADLINE, inquiries.CONSULTATION_DEADLINE)
"""Kinds whose last day is also shown with the application or the consultation."""
MOVED_DEADLINE = "last-day-moved"
"""Kind of the deadline, due at once, at which what is shown follows a last day that moved."""


async def on_deadlines_moved(session: AsyncSession, moved: Sequence[MovedDeadline]) -> None:
    """The holidays of a year were announced: notes whose last days are shown, to be worked off one by one.

    The moved rows are locked here, and whoever works on an application locks that before its deadlines. A notice keeps
    the days that it was published with.
    """
    subjects = sorted({one.subject for one in moved if one.kind in SHOWN_DEADLINES})
    await deadlines.schedule_all(session, {MOVED_DEADLINE: dict.fromkeys(subjects, clock.now())})


async def on_last_day_moved(session: AsyncSession, deadline: Deadline) -> None:
    """A returned application and the consultations about one show their last days as they are now."""
    application = await application_repository.get_application(session, UUID(deadline.subject), "", lock=True)
    if application is None:
        return
    for one in await reckoned_deadlines(session, SHOWN_DEADLINES, [deadline.subject]):
        if one.fired:
            continue
        if one.kind == SUPPLEMENT_DEADLINE and application.state == ApplicationState.RETURNED:
            await move_supplement(session, application, one.due_on)
        elif one.kind == inquiries.CONSULTATION_DEADLINE:
            consultations = await examination_repository.lock_consultations_of(session, [application.id])
            for consultation in consultations[application.id]:
                if consultation.answered_at is None:
                    consultation.due_on = one.due_on
    await session.flush()


async def move_supplement(session: AsyncSession, application: Application, due_on: dt.date) -> None:
    """The last day of a locked, returned application is another one: who is to complete it is told."""
    before = application.due_on
    if before is None or before == due_on:
        return
    application.due_on = due_on
    application.version += 1
    await announce_application(
        session,
        ApplicationReturned,
        application,
        actor=CLOCK.subject,
        reason=application.reason,
        due_on=due_on,
        previously_due_on=before,
    )
    details = {"due_on": str(due_on), "previously_due_on": str(before)}
    await audit.record(session, application, CLOCK, "application:reschedule", details)


DEADLINES: Mapping[str, Handler] = {
    SUPPLEMENT_DEADLINE: on_supplement_overdue,
    inquiries.CONSULTATION_DEADLINE: on_consultation_due,
    MOVED_DEADLINE: on_last_day_moved,
    notices.NOTICE_DEADLINE: on_notice_end,
    season_service.SEASON_DEADLINE: on_season_end,
    LATE_RESERVE_DEADLINE: on_late_reserve,
    service.REPORT_REMINDER_DEADLINE: on_report_reminder,
    service.REPORT_DUE_DEADLINE: on_report_due,
    service.LAST_YEAR_DEADLINE: on_last_year,
    service.EXPIRY_DEADLINE: on_expiry,
    supervision_service.CHECK_SUPPLEMENT_DEADLINE: on_check_supplement_due,
}
"""Every kind of deadline that the service sets, with its handler, which ignores what has ended since."""
