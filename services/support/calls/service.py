"""Calls: made due by what happens, assigned, made or waived; once for the same occasion, whatever is heard again."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.base import ANNOUNCER
from services.support.calls import repository as call_repository
from services.support.calls.domain import CALL_STATES, NO_LAST_DAY, CallState, HeardOccasion, SettledOccasion
from services.support.calls.models import Call
from services.support.calls.problems import CallWaivedByOneself, HappenedLater, VisitDayWrong
from services.support.calls.repository import EndedCalls, NewCall
from services.support.problems.domain import ProblemKind, ProblemSource
from services.support.problems.service import Raised, collect
from services.support.registers.repository import HOUSEHOLDS
from services.support.rules.domain import CallReason
from services.support.rules.service import SupportRulesOnDay, rules_on
from shared import clock
from shared.contracts.support import CallDue
from shared.law.model.support import SupportNumber
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import BUS
from shared.reference.departments import Department
from shared.worker import deadlines
from shared.worker.reckoning import MovedDeadline, Reckoning, reckon, reckoned_deadlines, schedule_all_reckoned

CALL_DEADLINE = "call"
"""Kind of the deadline that fires when a call's last day is over. Its subject is the call's id."""
MOVED_DEADLINE = "call-moved"
"""Kind of the deadline that takes a moved last day over"""
GONE = "这一户已经不在登记中，不用再走访。"
SETTLED = "需要走访的情形已经不存在（例如已经补报年报、恢复经营、认定已经撤销），不用再走访。"


@dataclass(frozen=True)
class Opened:
    """What came of occasions: new calls, open calls that were joined, and occasions that had been heard of before."""

    opened: int
    joined: int
    known: int


async def make_due(session: AsyncSession, occasions: Sequence[HeardOccasion], caller: Caller) -> Opened:
    """Opens a call for every household with something new, unless one is open: then that one is joined (several
    occasions, one visit). Any number of households at once; CallDue is said once for each call.
    """
    new = await call_repository.remember(session, occasions)
    known = len(occasions) - len(new)
    if not new:
        return Opened(0, 0, known)
    first: dict[str, HeardOccasion] = {}
    for one in sorted(new, key=lambda one: (one.happened_on, one.reason)):
        first.setdefault(one.uscc, one)
    day = clock.today()
    reckonings = _reckonings(await rules_on(session, day), {one.county for one in first.values()}, day)
    calls = [_new_call(one, reckonings[one.county]) for one in first.values()]
    now_open = await call_repository.open_calls(session, calls, day)
    await call_repository.join_calls(session, [(one, now_open[one.uscc][0]) for one in new])
    opened = [call for call in calls if now_open[call.first.uscc][0] == call.id]
    await _announce(session, [(call, now_open[call.first.uscc][1]) for call in opened], reckonings, caller)
    return Opened(len(opened), len(new) - len(opened), known)


async def _announce(
    session: AsyncSession,
    opened: Sequence[tuple[NewCall, str | None]],
    reckonings: Mapping[str, Reckoning | None],
    caller: Caller,
) -> None:
    """What follows for new calls, each with who is to make it: their last day, the event, the audit entry."""
    last_days = {str(call.id): reckonings[call.first.county] for call, _ in opened}
    reckoned = {call: reckoning for call, reckoning in last_days.items() if reckoning is not None}
    await schedule_all_reckoned(session, {CALL_DEADLINE: reckoned})
    said = [(call.first.uscc, _due_event(call, assigned)) for call, assigned in opened]
    await ANNOUNCER.announce_all(session, said, actor=caller.subject)
    for call, _ in opened:
        what = audit.about(call.id, call.first.county, reason=call.first.reason.value)
        await audit.record(session, what, caller, "call:due")


def _reckonings(rules: SupportRulesOnDay, counties: set[str], day: dt.date) -> Mapping[str, Reckoning | None]:
    """How the last day follows in each county; None where no number of days is set."""
    return {county: reckon(rules.number(SupportNumber.CALL_DAYS, county), day) for county in counties}


def _new_call(first: HeardOccasion, reckoning: Reckoning | None) -> NewCall:
    if reckoning is None:
        return NewCall(uuid.uuid4(), first, NO_LAST_DAY, unverified=True, provisional=False)
    last = reckoning.last
    return NewCall(uuid.uuid4(), first, last.due, reckoning.unverified, last.provisional)


def _due_event(call: NewCall, assigned: str | None) -> CallDue:
    return CallDue(
        call=call.id,
        uscc=call.first.uscc,
        region=call.first.county,
        trigger=call.first.reason.value,
        due_on=call_repository.shown_last_day(call.due_on),
        assigned=assigned,
        unverified=call.unverified,
    )


async def make_due_where_it_applies(session: AsyncSession, occasions: Sequence[HeardOccasion]) -> None:
    """What events show: only where the policy, or a bureau, wants a visit in that case."""
    if not occasions:
        return
    rules = await rules_on(session, clock.today())
    places = {(one.reason, one.county) for one in occasions}
    applying = {place for place in places if rules.call(*place).applies}
    await make_due(session, [one for one in occasions if (one.reason, one.county) in applying], BUS)


@dataclass(frozen=True)
class ByHand:
    """What an officer knows of households of a region that the data do not show."""

    reason: CallReason
    codes: Sequence[str]
    happened_on: dt.date
    note: str | None


async def make_due_by_hand(session: AsyncSession, said: ByHand, caller: Caller) -> tuple[Opened, list[str]]:
    """Calls for these households, and the codes that are none of the caller's region. The day and reason are the key:
    the same list sent again makes nothing due twice.
    """
    if said.happened_on > clock.today():
        raise HappenedLater
    known = await HOUSEHOLDS.by_code(session, said.codes)
    inside = {code: one.region for code, one in known.items() if caller.covers(one.region)}
    key, reason = f"hand/{said.happened_on}", said.reason
    occasions = [
        HeardOccasion(reason, code, county, key, said.happened_on, said.note) for code, county in sorted(inside.items())
    ]
    opened = await make_due(session, occasions, caller)
    return opened, [code for code in dict.fromkeys(said.codes) if code not in inside]


@dataclass(frozen=True)
class Official:
    """Who makes a visit or is in touch with a household, as the household reads it."""

    subject: str
    name: str
    department: Department


async def assign(session: AsyncSession, call: Call, official: Official, caller: Caller) -> Call:
    """A locked call is given to somebody; to somebody else if somebody had it."""
    target = CallState.OVERDUE if call.state is CallState.OVERDUE else CallState.ASSIGNED
    CALL_STATES.require(call.state, target)
    call.state = target
    call.assigned_to, call.assigned_name, call.department = official.subject, official.name, official.department
    return await _changed(session, call, caller, "call:assign", {"to": official.subject})


@dataclass(frozen=True)
class Visit:
    """A visit that was made, and the problems that it found: what kind, and in words."""

    visited_on: dt.date
    finding: str
    problems: Sequence[tuple[ProblemKind, str]] = ()


async def record_visit(session: AsyncSession, call: Call, visit: Visit, caller: Caller) -> Call:
    """The visit was made: what it found ends the locked call, with every occasion that it was due for."""
    CALL_STATES.require(call.state, CallState.MADE)
    [since] = (await call_repository.occasions_of(session, [call.id])).values()
    earliest = min(one.happened_on for one in since)
    if not earliest <= visit.visited_on <= clock.today():
        raise VisitDayWrong(f"走访日期应在 {earliest} 到今天之间，不能是 {visit.visited_on}")
    call.state, call.visited_on, call.finding = CallState.MADE, visit.visited_on, visit.finding
    if call.assigned_to is None:
        call.assigned_to, call.assigned_name, call.department = caller.subject, caller.name, caller.department
    for kind, statement in visit.problems:
        found = Raised(call.uscc, call.county, ProblemSource.VISIT, kind, statement, call=call.id)
        await collect(session, found, caller)
    return await _ended(session, call, caller, "call:made")


async def waive(session: AsyncSession, call: Call, reason: str, caller: Caller) -> Call:
    """No visit is needed, for a reason: said by somebody else than who is to make it."""
    CALL_STATES.require(call.state, CallState.WAIVED)
    if call.assigned_to == caller.subject:
        raise CallWaivedByOneself
    call.state, call.waived_because = CallState.WAIVED, reason
    return await _ended(session, call, caller, "call:waived")


async def _ended(session: AsyncSession, call: Call, caller: Caller, action: str) -> Call:
    call.ended_by, call.ended_at = caller.subject, clock.now()
    await deadlines.cancel_all(session, [CALL_DEADLINE], [str(call.id)])
    return await _changed(session, call, caller, action, {})


async def _changed(
    session: AsyncSession, call: Call, caller: Caller, action: str, details: Mapping[str, object]
) -> Call:
    call.version += 1
    await session.flush()
    await audit.record(session, call, caller, action, details)
    return call


async def waive_of_gone(session: AsyncSession, codes: Sequence[str]) -> None:
    """Households that are not registered any more are not visited; those that become a company still are."""
    if codes:
        await _waived_by_data(session, await call_repository.waive_gone(session, codes, GONE, BUS.subject, clock.now()))


async def waive_settled(session: AsyncSession, settled: Sequence[SettledOccasion]) -> None:
    """What made visits due is over: those that nothing else makes due are not made."""
    codes = await call_repository.settle(session, settled, clock.today()) if settled else ()
    if codes:
        ended = await call_repository.waive_settled(session, codes, SETTLED, BUS.subject, clock.now())
        await _waived_by_data(session, ended)


async def _waived_by_data(session: AsyncSession, ended: EndedCalls) -> None:
    await deadlines.cancel_all(session, [CALL_DEADLINE], [str(call) for call, _, _ in ended])
    for call, uscc, county in ended:
        await audit.record(session, audit.about(call, county, uscc=uscc), BUS, "call:waived")


async def note_moved(session: AsyncSession, moved: Sequence[MovedDeadline]) -> None:
    """The holidays of a year moved last days: each is noted as due at once, and taken over under the locks that every
    other step takes.
    """
    subjects = {one.subject for one in moved if one.kind == CALL_DEADLINE}
    await deadlines.schedule_all(session, {MOVED_DEADLINE: dict.fromkeys(subjects, clock.now())})


async def take_over_moved(session: AsyncSession, calls: Sequence[uuid.UUID]) -> None:
    """Takes over the last days of calls as the kit has them now."""
    found = await reckoned_deadlines(session, [CALL_DEADLINE], [str(one) for one in calls])
    moved = {uuid.UUID(one.subject): (one.due_on, one.provisional) for one in found}
    await call_repository.move_due_days(session, moved)
