"""What the objection service says about a notice: applications that no open objection holds go on to the decision.

It speaks when it has heard of the closing and its own clock has passed the last day. The two clocks may differ by
minutes: a word that comes before this service has closed the notice is kept and counts at the closing; one that its
sender dated before the end of the last day, by more than clocks differ, never counts, since an objection could still
be filed.
"""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository, workflow
from services.recognition.applications.domain import NOTICE_STATES, ApplicationState, NoticeState, NoticeWord
from services.recognition.applications.models import Application, PublicNotice
from services.recognition.examination import repository as examination_repository
from services.recognition.season.models import Season
from shared import clock
from shared.contracts.objection import PublicNoticeCleared
from shared.law.model.recognition import StepKind
from shared.platform import audit
from shared.platform.system_callers import CLOCK
from shared.worker import deadlines

CLOCK_SKEW = dt.timedelta(minutes=5)
"""How far the clocks of two services may differ."""


async def on_notice_cleared(session: AsyncSession, report: PublicNoticeCleared, at: dt.datetime) -> None:
    """The objection service reports which applications open objections hold; `at`: when, by its clock.

    Each report replaces the one before: an application may be freed by a later one, or held again until its decision.
    """
    notice = await examination_repository.get_notice(session, report.public_notice, "", lock=True)
    if notice is None or at < deadlines.end_of_day(notice.closes_on) - CLOCK_SKEW:
        return
    word = NoticeWord(report.open_objections, None if report.held is None else tuple(sorted(report.held)))
    if notice.state == NoticeState.OPEN:
        notice.word = word
    else:
        await apply_word(session, notice, word)


async def apply_word(session: AsyncSession, notice: PublicNotice, word: NoticeWord) -> None:
    """Hold the applications on a closed notice that the word holds, and let the others continue that wait on it."""
    before = notice.open_objections
    notice.open_objections = word.open_objections
    items = await examination_repository.lock_notice_items(session, notice.id)
    for item, application in items:
        item.held = word.holds(application.id)
        item.objected = item.objected or item.held
    freed = [application for item, application in items if not item.held and waits_on_notice(application)]
    await let_continue(session, notice, freed)
    held = [str(application.id) for item, application in items if item.held]
    if notice.state == NoticeState.CLOSED and not held:
        NOTICE_STATES.require(notice.state, NoticeState.CLEARED)
        notice.state, notice.cleared_at = NoticeState.CLEARED, clock.now()
        notice.version += 1
        await audit.record(session, notice, CLOCK, "public-notice:clear")
    elif freed or before != word.open_objections:
        details = {"open_objections": word.open_objections, "held": held, "freed": len(freed)}
        await audit.record(session, notice, CLOCK, "public-notice:word", details)


async def let_continue(session: AsyncSession, notice: PublicNotice, freed: Sequence[Application]) -> None:
    """Close the notice step of applications and open their decision."""
    season = await session.get_one(Season, notice.season_id)
    tasks = await application_repository.lock_tasks(session, freed, StepKind.PUBLIC_NOTICE)
    record = {"public_notice": str(notice.id), "closes_on": notice.closes_on.isoformat()}
    for application in freed:
        await workflow.finish_task(
            session,
            application,
            tasks.get(application.id),
            StepKind.PUBLIC_NOTICE,
            CLOCK,
            passed=True,
            record=record,
            by_itself=True,
        )
        await workflow.open_next_step(session, application, season)


def waits_on_notice(application: Application) -> bool:
    """Whether the application is still at its public notice."""
    return application.state == ApplicationState.IN_PROGRESS and application.step == StepKind.PUBLIC_NOTICE
