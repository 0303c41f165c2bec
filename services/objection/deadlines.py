"""What happens on a day: the handler of each kind of deadline that the service sets."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.decisions import worse
from services.objection.examination import service as examination_service
from services.objection.objections import due_day_repository, overdue
from services.objection.objections.clearing import NOTICE_DEADLINE, announce_clearing
from services.objection.objections.domain import DueDay, ObjectionState
from services.objection.objections.due_days import CLIMB_DEADLINE, LAST_DAY_KINDS, REMINDER_DEADLINE, settle_due
from services.objection.objections.rescheduling import MOVED_DEADLINE, reschedule
from services.objection.verifications import repository as verification_repository
from shared.worker.deadlines import Deadline, Handlers, Together


async def on_notice_over(session: AsyncSession, deadline: Deadline) -> None:
    """A notice's last day is over by the own clock; its closing was heard before."""
    await announce_clearing(session, UUID(deadline.subject))


async def on_last_days_near(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """Those concerned are reminded."""
    await on_moved(session, due)
    await overdue.remind(session, [UUID(deadline.subject) for deadline in due])


async def on_overdue(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """A bureau's last days are over: these objections climb for the first time. A day that a new calendar has just
    moved into the past is taken over before, so that what is told names the new one.
    """
    await on_moved(session, due)
    await overdue.climb(session, {UUID(deadline.subject): 1 for deadline in due})


async def on_still_undone(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """A further period is over: these objections climb again."""
    numbered = [deadline.subject.partition(":") for deadline in due]
    await overdue.climb(session, {UUID(due_day): int(number) for due_day, _, number in numbered})


async def on_moved(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """The holidays of a year were announced: last days that depend on them are others now."""
    of_verifications = await reschedule(session, [UUID(deadline.subject) for deadline in due])
    await verification_repository.set_due_days(session, of_verifications)


async def on_not_completed(session: AsyncSession, deadline: Deadline) -> None:
    """The objector's last day for completing a returned objection is over: it is declined."""
    for _, objection in await due_day_repository.lock_running(session, [UUID(deadline.subject)]):
        await examination_service.decline_incomplete(session, objection)


async def on_no_response(session: AsyncSession, deadline: Deadline) -> None:
    """The objector's last day for responding is over. Silence closes an explained objection, and lets typing apply the
    corrections that make the type worse; before a decision that may be worse it only ends the time to withdraw.
    """
    for _, objection in await due_day_repository.lock_running(session, [UUID(deadline.subject)]):
        if objection.state is ObjectionState.UPHELD:
            await worse.send_worse(session, objection)
        elif objection.state is ObjectionState.PROPOSED:
            await settle_due(session, objection, DueDay.RESPOND)
        else:
            await examination_service.close_unanswered(session, objection)


DEADLINES: Handlers = {
    NOTICE_DEADLINE: on_notice_over,
    REMINDER_DEADLINE: Together(on_last_days_near),
    MOVED_DEADLINE: Together(on_moved),
    CLIMB_DEADLINE: Together(on_still_undone),
    LAST_DAY_KINDS[DueDay.ACCEPT]: Together(on_overdue),
    LAST_DAY_KINDS[DueDay.EXPLAIN]: Together(on_overdue),
    LAST_DAY_KINDS[DueDay.VERIFY]: Together(on_overdue),
    LAST_DAY_KINDS[DueDay.DECIDE]: Together(on_overdue),
    LAST_DAY_KINDS[DueDay.COMPLETE]: on_not_completed,
    LAST_DAY_KINDS[DueDay.RESPOND]: on_no_response,
}
"""Every kind of deadline, with its handler, which ignores what has ended since."""
