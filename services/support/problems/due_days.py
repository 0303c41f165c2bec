"""The last days of a problem, in working days: set for the next step, supervised when they pass (督办)."""

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.base import ANNOUNCER
from services.support.problems import repository as problem_repository
from services.support.problems.domain import PROBLEM_STATES, ProblemState
from services.support.problems.models import RaisedProblem
from services.support.rules.service import rules_on
from shared import clock
from shared.contracts.support import ProblemOverdue
from shared.law.model.support import SupportNumber
from shared.platform import audit
from shared.platform.system_callers import CLOCK
from shared.reference.regions import parents_of
from shared.worker import deadlines
from shared.worker.reckoning import MovedDeadline, reckon, reckoned_deadlines, schedule_all_reckoned

FORWARD_DEADLINE, ANSWER_DEADLINE, RESPOND_DEADLINE = "problem-forward", "problem-answer", "problem-respond"
SUPERVISE_DEADLINE = "problem-supervise"
"""Fires each further period until an overdue problem is answered; its subject is the id and the number of the climb."""
MOVED_DEADLINE = "problem-moved"
KINDS = {
    SupportNumber.PROBLEM_FORWARD_DAYS: FORWARD_DEADLINE,
    SupportNumber.PROBLEM_ANSWER_DAYS: ANSWER_DEADLINE,
    SupportNumber.PROBLEM_RESPOND_DAYS: RESPOND_DEADLINE,
}
"""The kind of deadline of each period; the subject is the problem's id"""
WAITS_FOR = {SupportNumber.PROBLEM_FORWARD_DAYS: "forward", SupportNumber.PROBLEM_ANSWER_DAYS: "answer"}
RUNNING = (ProblemState.COLLECTED, ProblemState.FORWARDED, ProblemState.HANDLING, ProblemState.SUPERVISED)


async def set_last_day(session: AsyncSession, problem: RaisedProblem, name: SupportNumber) -> None:
    """The last day of a locked problem's next step, in place of any before; none where no number is set."""
    await end_last_days(session, problem)
    rules = await rules_on(session, clock.today())
    number = rules.number(name, problem.county)
    reckoning = reckon(number, clock.today())
    last = reckoning.last.due if reckoning is not None else None
    problem.unverified = not number.verified
    if name is SupportNumber.PROBLEM_RESPOND_DAYS:
        problem.respond_by, problem.due_on = last, None
    else:
        problem.due_on, problem.respond_by = last, None
        problem.waits_for, problem.climbs, problem.supervised_by = WAITS_FOR[name], 0, None
    if reckoning is not None:
        await schedule_all_reckoned(session, {KINDS[name]: {str(problem.id): reckoning}})
    await session.flush()


async def end_last_days(session: AsyncSession, problem: RaisedProblem) -> None:
    """What was due is done, or no longer needed."""
    subjects = [str(problem.id), climb_subject(problem.id, problem.climbs)]
    await deadlines.cancel_all(session, [*KINDS.values(), SUPERVISE_DEADLINE], subjects)


def climb_subject(problem: uuid.UUID, climbs: int) -> str:
    """The subject of the deadline by which an overdue problem climbs again."""
    return f"{problem}:{climbs}"


async def supervise(session: AsyncSession, problems: Sequence[uuid.UUID], climbs: int = 0) -> None:
    """The last day of these problems is over: the superior supervises them. `climbs`: so many times before, when a
    further period passed; what has been done since stays as it is.
    """
    for problem in await problem_repository.lock_all(session, problems):
        if problem.state not in RUNNING or problem.climbs != climbs:
            continue
        due_on = problem.due_on or clock.today()
        PROBLEM_STATES.require(problem.state, ProblemState.SUPERVISED)
        above = parents_of(problem.supervised_by or problem.owner_region)
        by = above[0] if above else problem.supervised_by or problem.owner_region
        problem.state, problem.supervised_by = ProblemState.SUPERVISED, by
        problem.climbs += 1
        problem.version += 1
        said = ProblemOverdue(
            problem=problem.id,
            receipt=problem.receipt,
            uscc=problem.uscc,
            region=problem.county,
            what=problem.waits_for,
            department=problem.department.value,
            owner_region=problem.owner_region,
            due_on=due_on,
            supervised_by=by,
        )
        await ANNOUNCER.announce(session, said, subject=problem.uscc or problem.county, actor=CLOCK.subject)
        await problem_repository.add_step(session, problem, clock.now(), "supervise", None)
        await audit.record(session, problem, CLOCK, "problem:supervise")
        if above:
            await _climb_again(session, problem)


async def _climb_again(session: AsyncSession, problem: RaisedProblem) -> None:
    """After a further period the next superior supervises it, where there is one."""
    number = (await rules_on(session, clock.today())).number(SupportNumber.PROBLEM_SUPERVISE_DAYS, problem.county)
    reckoning = reckon(number, clock.today())
    if reckoning is not None:
        subject = climb_subject(problem.id, problem.climbs)
        await schedule_all_reckoned(session, {SUPERVISE_DEADLINE: {subject: reckoning}})


async def note_moved(session: AsyncSession, moved: Sequence[MovedDeadline]) -> None:
    """The holidays of a year moved last days: each is noted as due at once, and taken over under the problem's lock."""
    subjects = {one.subject for one in moved if one.kind in KINDS.values()}
    await deadlines.schedule_all(session, {MOVED_DEADLINE: dict.fromkeys(subjects, clock.now())})


async def take_over_moved(session: AsyncSession, problems: Sequence[uuid.UUID]) -> None:
    """Takes over the last days of problems as the kit has them now."""
    found = await reckoned_deadlines(session, list(KINDS.values()), [str(one) for one in problems])
    moved = {(one.subject, one.kind): one.due_on for one in found}
    for problem in await problem_repository.lock_all(session, problems):
        if problem.state is ProblemState.ANSWERED:
            problem.respond_by = moved.get((str(problem.id), RESPOND_DEADLINE), problem.respond_by)
        else:
            kind = FORWARD_DEADLINE if problem.waits_for == "forward" else ANSWER_DEADLINE
            problem.due_on = moved.get((str(problem.id), kind), problem.due_on)
    await session.flush()
