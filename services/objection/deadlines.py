"""What happens on a day: the handler of each kind of deadline that the service sets."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.examination import service as examination_service
from services.objection.objections import due_day_repository, overdue
from services.objection.objections.clearing import NOTICE_DEADLINE, announce_clearing
from services.objection.objections.domain import DueDay
from services.objection.objections.due_days import CLIMB_DEADLINE, LAST_DAY_KINDS, REMINDER_DEADLINE
from shared.worker.deadlines import Deadline, Handler


async def on_notice_over(session: AsyncSession, deadline: Deadline) -> None:
    """A notice's last day is over by the own clock; its closing was heard before."""
    await announce_clearing(session, UUID(deadline.subject))


async def on_last_day_near(session: AsyncSession, deadline: Deadline) -> None:
    """Those concerned are reminded."""
    await overdue.remind(session, [UUID(deadline.subject)])


async def on_overdue(session: AsyncSession, deadline: Deadline) -> None:
    """A bureau's last day is over: it climbs for the first time."""
    await overdue.climb(session, {UUID(deadline.subject): 1})


async def on_still_undone(session: AsyncSession, deadline: Deadline) -> None:
    """A further period is over: it climbs again."""
    due_day, _, number = deadline.subject.partition(":")
    await overdue.climb(session, {UUID(due_day): int(number)})


async def on_not_completed(session: AsyncSession, deadline: Deadline) -> None:
    """The objector's last day for completing a returned objection is over: it is declined."""
    for _, objection in await due_day_repository.lock_running(session, [UUID(deadline.subject)]):
        await examination_service.decline_incomplete(session, objection)


async def on_no_response(session: AsyncSession, deadline: Deadline) -> None:
    """The objector's last day for responding to an explanation is over: silence closes it."""
    for _, objection in await due_day_repository.lock_running(session, [UUID(deadline.subject)]):
        await examination_service.close_unanswered(session, objection)


DEADLINES: Mapping[str, Handler] = {
    NOTICE_DEADLINE: on_notice_over,
    REMINDER_DEADLINE: on_last_day_near,
    CLIMB_DEADLINE: on_still_undone,
    LAST_DAY_KINDS[DueDay.ACCEPT]: on_overdue,
    LAST_DAY_KINDS[DueDay.EXPLAIN]: on_overdue,
    LAST_DAY_KINDS[DueDay.VERIFY]: on_overdue,
    LAST_DAY_KINDS[DueDay.DECIDE]: on_overdue,
    LAST_DAY_KINDS[DueDay.COMPLETE]: on_not_completed,
    LAST_DAY_KINDS[DueDay.RESPOND]: on_no_response,
}
"""Every kind of deadline, with its handler, which ignores what has ended since."""
