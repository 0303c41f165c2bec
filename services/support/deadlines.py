"""What happens on a day: the handler of each kind of deadline that the service sets."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.calls import repository as call_repository, service as call_service
from services.support.calls.service import CALL_DEADLINE, MOVED_DEADLINE
from services.support.monitoring import service as monitoring_service
from services.support.problems import due_days, repository as problem_repository, service as problem_service
from shared.platform.system_callers import CLOCK
from shared.worker.deadlines import Deadline, Handlers, Together
from shared.worker.reckoning import MovedDeadline


async def on_calls_overdue(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """The last days of visits are over."""
    await call_repository.make_overdue(session, [UUID(deadline.subject) for deadline in due])


async def on_calls_moved(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """Last days of visits that are others now."""
    await call_service.take_over_moved(session, [UUID(deadline.subject) for deadline in due])


async def on_moved(session: AsyncSession, moved: Sequence[MovedDeadline]) -> None:
    """The holidays of a year were announced, and last days moved."""
    await call_service.note_moved(session, moved)
    await due_days.note_moved(session, moved)


async def on_problems_overdue(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """The owner's last days are over: these problems are supervised."""
    await due_days.supervise(session, [UUID(deadline.subject) for deadline in due])


async def on_still_unanswered(session: AsyncSession, deadline: Deadline) -> None:
    """A further period is over: the next superior supervises the problem."""
    problem, _, climbs = deadline.subject.partition(":")
    await due_days.supervise(session, [UUID(problem)], int(climbs))


async def on_no_response(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """The households' last days for saying something are over."""
    problems = await problem_repository.lock_all(session, [UUID(deadline.subject) for deadline in due])
    await problem_service.close_unanswered(session, problems, CLOCK)


async def on_problems_moved(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """Last days of problems that are others now."""
    await due_days.take_over_moved(session, [UUID(deadline.subject) for deadline in due])


async def on_terms_over(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """The last days of households on a list are over."""
    await monitoring_service.end_terms(session, [UUID(deadline.subject) for deadline in due])


DEADLINES: Handlers = {
    CALL_DEADLINE: Together(on_calls_overdue),
    MOVED_DEADLINE: Together(on_calls_moved),
    monitoring_service.TERM_DEADLINE: Together(on_terms_over),
    due_days.FORWARD_DEADLINE: Together(on_problems_overdue),
    due_days.ANSWER_DEADLINE: Together(on_problems_overdue),
    due_days.SUPERVISE_DEADLINE: on_still_unanswered,
    due_days.RESPOND_DEADLINE: Together(on_no_response),
    due_days.MOVED_DEADLINE: Together(on_problems_moved),
}
"""Every kind of deadline, with its handler, which ignores what has ended since."""
