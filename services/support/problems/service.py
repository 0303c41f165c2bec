"""The five steps of a problem: each changes its owner or state, sets the next last day, and is told."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.base import ANNOUNCER
from services.support.problems import repository as problem_repository
from services.support.problems.domain import (
    MOST_REFUSALS,
    PROBLEM_STATES,
    AnswerOutcome,
    ProblemKind,
    ProblemSource,
    ProblemState,
)
from services.support.problems.due_days import end_last_days, set_last_day
from services.support.problems.models import RaisedProblem
from services.support.problems.problems import (
    AnswerNotAwaited,
    ClosedByTheSuperior,
    EnforcementMissing,
    HouseholdDecides,
    OwnerAlready,
    OwnerElsewhere,
    ProblemOfAnotherHousehold,
    ProblemPlaceMissing,
)
from services.support.registers.models import Household
from services.support.registers.repository import HOUSEHOLDS
from shared import clock
from shared.contracts.support import ProblemAnswered, ProblemCollected, ProblemForwarded
from shared.law.model.support import SupportNumber
from shared.platform import audit
from shared.platform.identity import Caller, Role, require_region
from shared.reference.departments import Department


@dataclass(frozen=True)
class Raised:
    """What somebody raises: of a known household, or of a county's households in general."""

    uscc: str | None
    county: str | None
    source: ProblemSource
    kind: ProblemKind
    statement: str
    raised_by: str | None = None
    call: uuid.UUID | None = None


async def collect(session: AsyncSession, raised: Raised, caller: Caller) -> RaisedProblem:
    """Take a problem down (收集). Its owner is the market supervision of the county until it forwards it."""
    household = await _household(session, raised, caller)
    county = household.region if household is not None else raised.county
    if county is None:
        raise ProblemPlaceMissing
    if Role.OPERATOR not in caller.roles:
        require_region(caller, county)
    today, number = clock.today(), await problem_repository.next_receipt(session)
    problem = RaisedProblem(
        id=uuid.uuid4(),
        receipt=f"S{today.year}{county}{number:06d}",
        uscc=household.uscc if household is not None else None,
        county=county,
        operator_ref=household.operator_ref if household is not None else None,
        source=raised.source,
        raised_by=raised.raised_by,
        kind=raised.kind,
        statement=raised.statement,
        call_id=raised.call,
        entered_by=caller.subject,
        raised_on=today,
        state=ProblemState.COLLECTED,
        department=Department.MARKET,
        owner_region=county,
        waits_for="forward",
        unverified=False,
        climbs=0,
        refusals=0,
        version=1,
    )
    session.add(problem)
    await session.flush()
    await set_last_day(session, problem, SupportNumber.PROBLEM_FORWARD_DAYS)
    said = ProblemCollected(
        problem=problem.id, receipt=problem.receipt, uscc=problem.uscc, region=county, source=raised.source.value
    )
    await ANNOUNCER.announce(session, said, subject=problem.uscc or county, actor=caller.subject)
    await _note(session, problem, caller, "collect", None)
    return problem


async def _household(session: AsyncSession, raised: Raised, caller: Caller) -> Household | None:
    """The household that it is about; an operator's own. None: it is about a county."""
    found = await HOUSEHOLDS.get(session, raised.uscc) if raised.uscc is not None else None
    if Role.OPERATOR in caller.roles:
        if found is None or found.operator_ref != caller.operator_ref:
            raise ProblemOfAnotherHousehold
    elif raised.uscc is not None and (found is None or not caller.covers(found.region)):
        raise ProblemPlaceMissing
    return found


async def forward(
    session: AsyncSession, problem: RaisedProblem, department: Department, region: str, note: str | None, caller: Caller
) -> RaisedProblem:
    """Give a locked problem to its next owner (转办): a department of the county or above it, and nobody else. Whoever
    supervises it goes on doing so, unless the new owner is not below them; overdue again, it climbs from there.
    """
    if not problem.county.startswith(region):
        raise OwnerElsewhere(f"{region} 不管 {problem.county} 的事；请转给本县区或者它的上级地区的部门")
    PROBLEM_STATES.require(problem.state, ProblemState.FORWARDED)
    if problem.state is not ProblemState.COLLECTED and (problem.department, problem.owner_region) == (
        department,
        region,
    ):
        raise OwnerAlready(f"这件问题已经由 {region} 的{department.label}办理，最后一天不重新计算")
    supervisor = problem.supervised_by
    problem.state, problem.department, problem.owner_region = ProblemState.FORWARDED, department, region
    await set_last_day(session, problem, SupportNumber.PROBLEM_ANSWER_DAYS)
    if supervisor is not None and region != supervisor and region.startswith(supervisor):
        problem.supervised_by = supervisor
    said = ProblemForwarded(
        problem=problem.id,
        receipt=problem.receipt,
        uscc=problem.uscc,
        region=problem.county,
        department=department.value,
        owner_region=region,
        due_on=problem.due_on,
        unverified=problem.unverified,
    )
    await ANNOUNCER.announce(session, said, subject=problem.uscc or problem.county, actor=caller.subject)
    return await _note(session, problem, caller, "forward", note)


async def accept(session: AsyncSession, problem: RaisedProblem, caller: Caller) -> RaisedProblem:
    """The owner of a locked problem begins to handle it (处理)."""
    PROBLEM_STATES.require(problem.state, ProblemState.HANDLING)
    if problem.state is ProblemState.ANSWERED:
        raise AnswerNotAwaited("已经答复；经营者表示没有解决的，才再处理一次。")
    problem.state = ProblemState.HANDLING
    return await _note(session, problem, caller, "accept", None)


async def give_back(session: AsyncSession, problem: RaisedProblem, reason: str, caller: Caller) -> RaisedProblem:
    """The owner of a locked problem says that it is not theirs: it is the county's market supervision's again."""
    PROBLEM_STATES.require(problem.state, ProblemState.COLLECTED)
    problem.state, problem.department, problem.owner_region = ProblemState.COLLECTED, Department.MARKET, problem.county
    await set_last_day(session, problem, SupportNumber.PROBLEM_FORWARD_DAYS)
    return await _note(session, problem, caller, "give-back", reason)


@dataclass(frozen=True)
class Answer:
    """What the owner says; `enforcement`: to whom it was handed over."""

    text: str
    outcome: AnswerOutcome
    enforcement: Department | None


async def answer(session: AsyncSession, problem: RaisedProblem, said: Answer, caller: Caller) -> RaisedProblem:
    """The owner of a locked problem answers (反馈); the household may say that it is not solved."""
    if (said.outcome is AnswerOutcome.ENFORCEMENT) is (said.enforcement is None):
        raise EnforcementMissing
    if problem.state is ProblemState.ANSWERED:
        raise AnswerNotAwaited("已经答复；经营者表示没有解决的，才再处理一次。")
    PROBLEM_STATES.require(problem.state, ProblemState.ANSWERED)
    problem.state, problem.answer, problem.outcome = ProblemState.ANSWERED, said.text, said.outcome
    problem.enforcement = said.enforcement
    await set_last_day(session, problem, SupportNumber.PROBLEM_RESPOND_DAYS)
    told = ProblemAnswered(
        problem=problem.id,
        receipt=problem.receipt,
        uscc=problem.uscc,
        region=problem.county,
        department=problem.department.value,
        owner_region=problem.owner_region,
        answer=said.text,
        outcome=said.outcome.value,
        respond_by=problem.respond_by,
        again=problem.refusals > 0,
    )
    await ANNOUNCER.announce(session, told, subject=problem.uscc or problem.county, actor=caller.subject)
    return await _note(session, problem, caller, "answer", said.text)


async def respond(
    session: AsyncSession, problem: RaisedProblem, comment: str | None, caller: Caller, *, solved: bool
) -> RaisedProblem:
    """The household says of a locked problem whether it is solved. Not solved: handled again, once; the second time the
    superior closes it.
    """
    target = ProblemState.CLOSED if solved else ProblemState.HANDLING
    PROBLEM_STATES.require(problem.state, target)
    if problem.state is not ProblemState.ANSWERED:
        raise AnswerNotAwaited("还没有答复，不用表示意见。")
    if problem.refusals >= MOST_REFUSALS:
        raise AnswerNotAwaited
    await end_last_days(session, problem)
    if solved:
        return await _close(session, problem, comment or "经营者表示已经解决。", caller, "satisfied")
    problem.refusals += 1
    if problem.refusals < MOST_REFUSALS:
        problem.state, problem.climbs = ProblemState.HANDLING, 0
        await set_last_day(session, problem, SupportNumber.PROBLEM_ANSWER_DAYS)
    return await _note(session, problem, caller, "refuse", comment)


async def close(session: AsyncSession, problem: RaisedProblem, reason: str, caller: Caller) -> RaisedProblem:
    """Market supervision closes a locked problem with a reason: one that needs no handling, one whose answer nobody can
    accept or refuse, and, as the superior, one whose answer was refused twice.
    """
    PROBLEM_STATES.require(problem.state, ProblemState.CLOSED)
    if problem.refusals >= MOST_REFUSALS:
        if len(caller.region) >= len(problem.county):
            raise ClosedByTheSuperior
    elif problem.state is ProblemState.ANSWERED and problem.operator_ref is not None:
        raise HouseholdDecides
    await end_last_days(session, problem)
    return await _close(session, problem, reason, caller, "close")


async def close_unanswered(session: AsyncSession, problems: Sequence[RaisedProblem], caller: Caller) -> None:
    """The households' last days for saying something are over: silence closes these locked problems."""
    for problem in problems:
        if problem.state is ProblemState.ANSWERED and problem.refusals < MOST_REFUSALS:
            await _close(session, problem, "经营者在期限内没有表示不满意。", caller, "silence")


async def _close(
    session: AsyncSession, problem: RaisedProblem, reason: str, caller: Caller, what: str
) -> RaisedProblem:
    problem.state, problem.closed_because, problem.due_on = ProblemState.CLOSED, reason, None
    return await _note(session, problem, caller, what, reason)


async def _note(
    session: AsyncSession, problem: RaisedProblem, caller: Caller, what: str, note: str | None
) -> RaisedProblem:
    """Keep what was done, for those who read the problem and for the audit."""
    if what != "collect":
        problem.version += 1
    await session.flush()
    await problem_repository.add_step(session, problem, clock.now(), what, note)
    await audit.record(session, problem, caller, f"problem:{what}")
    return problem


async def counts(
    session: AsyncSession, scope: str, first: dt.date, last: dt.date
) -> list[tuple[ProblemKind, problem_repository.KindCount]]:
    """What comes up again and again: every kind in its fixed order, never sorted by how often."""
    found = await problem_repository.counts(session, scope, first, last)
    return [(kind, found.get(kind, problem_repository.KindCount())) for kind in ProblemKind]
