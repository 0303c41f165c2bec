"""Upheld objections about applications: one on notice is refused; a refused one, or one that was not selected, goes on.

Who had decided against it does not do the opened step again. The season's end does not end it; the quota is kept:
whoever is called up takes a free place, and the decision looks again.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository, workflow
from services.recognition.applications.domain import ApplicationState, Reopening, TaskOutcome, application_label
from services.recognition.applications.makers import SYSTEM
from services.recognition.applications.models import Application
from services.recognition.applications.workflow import announce_application
from services.recognition.examination.inquiries import conclude_consultations
from services.recognition.examination.repository import supersede_notices
from services.recognition.objections import repository as objection_repository
from services.recognition.objections.domain import NO_APPLICATION, Applied, Outcome, unchanged
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.domain import ConcernKind, RecognitionState
from services.recognition.recognitions.service import raise_concern
from services.recognition.season import repository as season_repository
from services.recognition.season.domain import SeasonState
from services.recognition.season.models import Season
from services.recognition.selection.service import (
    FIRST_ON_RESERVE,
    count_free_places,
    promote,
    refuse_and_promote_reserve,
)
from shared import clock
from shared.contracts.objection import ObjectionUpheld
from shared.contracts.recognition import ApplicationReopened
from shared.law.model.recognition import StepKind
from shared.platform import audit
from shared.platform.system_callers import BUS


async def lock_application(session: AsyncSession, upheld: ObjectionUpheld) -> tuple[Application, Season] | None:
    """The household's application that is objected to, locked, and its season, which is locked before."""
    if upheld.subject is None:
        return None
    unlocked = await application_repository.get_application(session, upheld.subject, "")
    if unlocked is None or unlocked.uscc != upheld.uscc:
        return None
    season = await season_repository.get_season(session, unlocked.season_id, "", lock=True)
    await application_repository.lock_with_reserve(session, unlocked)
    application = await application_repository.get_application(session, upheld.subject, "", lock=True)
    return None if application is None or season is None else (application, season)


async def apply_to_notice(session: AsyncSession, upheld: ObjectionUpheld) -> Applied:
    """The application is refused and the first of the reserve takes its place; the event may come after the notice was
    cleared, so every undecided one is refused. For a recognised household a concern is raised.
    """
    found = await lock_application(session, upheld)
    if found is None:
        return NO_APPLICATION
    application, _ = found
    sentence = f"公示期间的异议成立：{upheld.reason}"
    if application.state == ApplicationState.IN_PROGRESS:
        await refuse_and_promote_reserve(session, application, sentence, BUS)
        return Applied(Outcome.REFUSED, "申报不予通过")
    recognition = await recognition_repository.lock_recognition_of_application(session, application.id)
    if recognition is None or recognition.state != RecognitionState.VALID:
        return unchanged(stands(application))
    raise_concern(recognition, ConcernKind.OBJECTION, sentence)
    await audit.record(session, recognition, BUS, "recognition:objection", {"objection": str(upheld.objection)})
    return Applied(Outcome.CONCERN, "异议成立前已经认定，交由认定部门处理")


def stands(application: Application) -> str:
    """Why nothing could change, by where the application stands."""
    label = application_label(application.state, unplaced=application.unplaced)
    return f"申报当前为“{label}”，没有可以改变的决定"


async def reopen_refused(session: AsyncSession, upheld: ObjectionUpheld) -> Applied:
    """The step at which the application was refused is done again."""
    found = await lock_application(session, upheld)
    if found is None:
        return NO_APPLICATION
    application, season = found
    if application.state != ApplicationState.REFUSED:
        return unchanged(stands(application))
    if reason := await reopening_obstacle(session, application):
        return unchanged(reason)
    await reopen(session, application, upheld)
    if application.step == StepKind.PUBLIC_NOTICE:
        await supersede_notices(session, application.id)
    await workflow.open_step_task(session, application, season)
    await announce_reopened(session, application, upheld)
    if application.step == StepKind.CONSULTATION:
        await conclude_consultations(session, [application], BUS)  # whoever was asked may have answered long ago
    return Applied(Outcome.REOPENED, "由另一人重新办理作出决定的那一步")


async def reopening_obstacle(session: AsyncSession, application: Application) -> str | None:
    """Why the application cannot go on: the household has another one, or is recognised."""
    if await objection_repository.other_application(session, application) is not None:
        return "这一户在本认定季已有另一份申报"
    if await recognition_repository.get_valid_recognition(session, application.uscc) is not None:
        return "这一户已经认定"
    return None


async def reopen(session: AsyncSession, application: Application, upheld: ObjectionUpheld) -> None:
    """The application is under way again, at the step where it ended."""
    before = application.reopened
    same_step = before is not None and before.step == application.step
    barred = set(before.barred) if before is not None and same_step else set()
    barred |= await deciders_against(session, application)
    application.reopened = Reopening(upheld.objection, application.step, clock.today(), tuple(sorted(barred)))
    application.state, application.late, application.unplaced = ApplicationState.IN_PROGRESS, True, False
    application.reason = application.due_on = None
    application.version += 1
    await session.flush()


async def deciders_against(session: AsyncSession, application: Application) -> set[str]:
    """The person who refused it or left it on the reserve; of before that was kept, who failed its step."""
    if application.turned_down_by is not None:
        return {application.turned_down_by} - SYSTEM
    tasks = (await application_repository.tasks_by_application(session, [application.id]))[application.id]
    failed = [task for task in tasks if task.outcome is TaskOutcome.FAILED and task.step == application.step]
    return {task.done_by for task in failed if task.done_by is not None} - SYSTEM


async def announce_reopened(session: AsyncSession, application: Application, upheld: ObjectionUpheld) -> None:
    """Tell the household, with the audit entry."""
    step = application.step
    await announce_application(
        session,
        ApplicationReopened,
        application,
        actor=BUS.subject,
        reason=upheld.reason,
        objection=upheld.objection,
        step=step,
    )
    details = {"objection": str(upheld.objection), "reason": upheld.reason}
    await audit.record(session, application, BUS, "application:reopen", details)


async def reopen_unselected(session: AsyncSession, upheld: ObjectionUpheld) -> Applied:
    """Called up where a place is free; else the first of the reserve, while the season lasts."""
    found = await lock_application(session, upheld)
    if found is None:
        return NO_APPLICATION
    application, season = found
    lapsed = application.state == ApplicationState.REFUSED and application.step == StepKind.SELECTION
    if application.state != ApplicationState.RESERVE and not lapsed:
        return unchanged(stands(application))
    if lapsed and (reason := await reopening_obstacle(session, application)):
        return unchanged(reason)
    if await count_free_places(session, season):
        return await call_up(session, application, season, upheld)
    if season.state != SeasonState.OPEN:
        return unchanged("名额已满，认定季已经结束，没有可以递补的名额")
    await reopen(session, application, upheld)
    application.state, application.rank = ApplicationState.RESERVE, FIRST_ON_RESERVE
    await announce_reopened(session, application, upheld)
    return Applied(Outcome.REOPENED, "目前没有空余名额，列为第一候补，有空余名额时递补")


async def call_up(session: AsyncSession, application: Application, season: Season, upheld: ObjectionUpheld) -> Applied:
    """It passes the selection and goes on."""
    await reopen(session, application, upheld)
    await workflow.open_step_task(session, application, season)
    await promote(session, [application], season, BUS)
    await announce_reopened(session, application, upheld)
    return Applied(Outcome.REOPENED, "有空余名额，已递补，进入下一步")
