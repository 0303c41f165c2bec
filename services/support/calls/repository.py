"""SQL of calls. Whatever is done to many is one statement for all of them."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.calls.domain import NO_LAST_DAY, CallState, HeardOccasion, SettledOccasion
from services.support.calls.models import Call, CallOccasion, HouseholdOfficial
from services.support.registers.models import Household
from services.support.rules.domain import CallReason
from shared.database.direct import fetch
from shared.platform.scope import in_region

REMEMBER = """
    INSERT INTO call_occasion (reason, uscc, key, happened_on, note)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::text[])
        AS n(reason, uscc, key, on_day, note)
    ORDER BY uscc, reason, key
    ON CONFLICT (reason, uscc, key) DO UPDATE
        SET settled_on = NULL, happened_on = excluded.happened_on, note = excluded.note
        WHERE call_occasion.settled_on IS NOT NULL
    RETURNING reason, uscc, key
"""
OPEN_CALLS = """
    INSERT INTO call (id, uscc, county, state, reason, opened_on, due_on, unverified, provisional,
                      assigned_to, assigned_name, department, version)
    SELECT n.id, n.uscc, n.county, CASE WHEN o.subject IS NULL THEN 'due' ELSE 'assigned' END, n.reason, $5, n.due_on,
           n.unverified, n.provisional, o.subject, o.name, o.department, 1
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $6::date[], $7::bool[], $8::bool[])
        AS n(id, uscc, county, reason, due_on, unverified, provisional)
    LEFT JOIN household h ON h.uscc = n.uscc
    LEFT JOIN household_official own ON own.uscc = n.uscc AND own.ended_at IS NULL
    LEFT JOIN household_official unit
        ON own.id IS NULL AND unit.county = n.county AND unit.unit = h.unit AND unit.ended_at IS NULL
    CROSS JOIN LATERAL (SELECT coalesce(own.subject, unit.subject) AS subject, coalesce(own.name, unit.name) AS name,
                               coalesce(own.department, unit.department) AS department) o
    ORDER BY n.uscc
    ON CONFLICT (uscc) WHERE state IN ('due', 'assigned', 'overdue') DO UPDATE SET version = call.version + 1
    RETURNING id, uscc, assigned_to
"""
JOIN_CALL = """
    UPDATE call_occasion SET call_id = n.call
    FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[]) AS n(reason, uscc, key, call)
    WHERE call_occasion.reason = n.reason AND call_occasion.uscc = n.uscc AND call_occasion.key = n.key
"""
OVERDUE = """
    UPDATE call SET state = 'overdue', version = version + 1
    WHERE id = ANY($1::uuid[]) AND state IN ('due', 'assigned') RETURNING id
"""
MOVE = """
    UPDATE call SET due_on = n.due_on, provisional = n.provisional, version = version + 1
    FROM unnest($1::uuid[], $2::date[], $3::bool[]) AS n(id, due_on, provisional)
    WHERE call.id = n.id AND call.state IN ('due', 'assigned')
"""
ASSIGN_OPEN = """
    UPDATE call SET state = CASE state WHEN 'overdue' THEN 'overdue' ELSE 'assigned' END, assigned_to = $2,
        assigned_name = $3, department = $4, version = version + 1
    WHERE uscc = ANY($1::text[]) AND state IN ('due', 'assigned', 'overdue')
"""
WAIVE = """
    UPDATE call SET state = 'waived', waived_because = $2, ended_by = $3, ended_at = $4, version = version + 1
    WHERE uscc = ANY($1::text[]) AND state IN ('due', 'assigned', 'overdue') AND NOT EXISTS (
        SELECT FROM call_occasion o WHERE o.call_id = call.id AND {still_counts}
    ) RETURNING id, uscc, county
"""
WAIVE_GONE = WAIVE.format(still_counts="o.reason = 'becoming-company'")
WAIVE_SETTLED = WAIVE.format(still_counts="o.settled_on IS NULL")
SETTLE = """
    UPDATE call_occasion o SET settled_on = $4 FROM unnest($1::text[], $2::text[], $3::text[]) AS n(reason, uscc, key)
    WHERE o.reason = n.reason AND o.uscc = n.uscc AND starts_with(o.key, n.key) AND o.settled_on IS NULL
        AND EXISTS (SELECT FROM call WHERE call.id = o.call_id AND call.state IN ('due', 'assigned', 'overdue'))
    RETURNING o.uscc
"""
MOVE_CALLS = """
    UPDATE call SET county = n.county, state = CASE state WHEN 'overdue' THEN 'overdue' ELSE 'due' END,
        assigned_to = NULL, assigned_name = NULL, department = NULL, version = version + 1
    FROM unnest($1::text[], $2::text[]) AS n(uscc, county)
    WHERE call.uscc = n.uscc AND state IN ('due', 'assigned', 'overdue')
"""


@dataclass(frozen=True, slots=True)
class CallScope:
    """Which calls somebody may see: those of a region, or of it only those that they are to make themselves."""

    region: str
    assigned_to: str | None = None

    def condition(self) -> tuple[ColumnElement[bool], ...]:
        """For a query."""
        inside = in_region(Call.county, self.region)
        return (inside,) if self.assigned_to is None else (inside, Call.assigned_to == self.assigned_to)


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to be opened, unless the household has an open one: then that one is joined."""

    id: uuid.UUID
    first: HeardOccasion
    due_on: dt.date
    unverified: bool
    provisional: bool


async def remember(session: AsyncSession, occasions: Sequence[HeardOccasion]) -> list[HeardOccasion]:
    """Those that were never heard of before, and those that were over before anybody came and are back; all are
    remembered for good.
    """
    ones = {(one.reason.value, one.uscc, one.key): one for one in occasions}
    rows = await fetch(
        session,
        REMEMBER,
        [one.reason.value for one in ones.values()],
        [one.uscc for one in ones.values()],
        [one.key for one in ones.values()],
        [one.happened_on for one in ones.values()],
        [one.note for one in ones.values()],
    )
    new = {tuple(row) for row in rows}
    return [one for key, one in ones.items() if key in new]


async def open_calls(
    session: AsyncSession, calls: Sequence[NewCall], day: dt.date
) -> Mapping[str, tuple[uuid.UUID, str | None]]:
    """Opens them; gives for each household the call that is open now, locked, and who is to make it."""
    rows = await fetch(
        session,
        OPEN_CALLS,
        [one.id for one in calls],
        [one.first.uscc for one in calls],
        [one.first.county for one in calls],
        [one.first.reason.value for one in calls],
        day,
        [one.due_on for one in calls],
        [one.unverified for one in calls],
        [one.provisional for one in calls],
    )
    return {uscc: (call, assigned) for call, uscc, assigned in rows}


async def join_calls(session: AsyncSession, joined: Sequence[tuple[HeardOccasion, uuid.UUID]]) -> None:
    """Which call each occasion belongs to."""
    ones = [one for one, _ in joined]
    keys = [[one.reason.value for one in ones], [one.uscc for one in ones], [one.key for one in ones]]
    await fetch(session, JOIN_CALL, *keys, [call for _, call in joined])


async def make_overdue(session: AsyncSession, calls: Sequence[uuid.UUID]) -> None:
    """Their last day is over; what has ended since stays as it is."""
    await fetch(session, OVERDUE, list(calls))


async def move_due_days(session: AsyncSession, moved: Mapping[uuid.UUID, tuple[dt.date, bool]]) -> None:
    """Last days that the announced holidays moved: the day, and whether it may move again."""
    days, provisional = [one[0] for one in moved.values()], [one[1] for one in moved.values()]
    await fetch(session, MOVE, list(moved), days, provisional)


EndedCalls = Sequence[tuple[uuid.UUID, str, str]]
"""Id, household and county of each"""


async def waive_gone(session: AsyncSession, codes: Sequence[str], because: str, by: str, at: dt.datetime) -> EndedCalls:
    """Ends the open calls of households that are no longer registered, unless they become a company."""
    return [tuple(row) for row in await fetch(session, WAIVE_GONE, list(codes), because, by, at)]


async def settle(session: AsyncSession, settled: Sequence[SettledOccasion], day: dt.date) -> list[str]:
    """Notes which occasions of open calls are none any more; the households that had one of them. What was visited, or
    waived by somebody, is dealt with: it is not over, and does not come back.
    """
    columns = [[getattr(one, name) for one in settled] for name in ("reason", "uscc", "key")]
    return [row[0] for row in await fetch(session, SETTLE, *columns, day)]


async def waive_settled(
    session: AsyncSession, codes: Sequence[str], because: str, by: str, at: dt.datetime
) -> EndedCalls:
    """Ends the open calls of households that nothing makes due any more."""
    return [tuple(row) for row in await fetch(session, WAIVE_SETTLED, list(codes), because, by, at)]


async def move_calls(session: AsyncSession, moved: Mapping[str, str]) -> None:
    """Open calls of households that are in another county now: nobody there is to make them yet."""
    await fetch(session, MOVE_CALLS, list(moved), list(moved.values()))


async def get_call(session: AsyncSession, call: uuid.UUID, scope: CallScope, *, lock: bool = False) -> Call | None:
    """A call that somebody may see, locked if it is to be changed."""
    query = select(Call).where(Call.id == call, *scope.condition())
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def list_calls(
    session: AsyncSession,
    scope: CallScope,
    states: Collection[CallState],
    reason: CallReason | None,
    after: tuple[dt.date, uuid.UUID] | None,
    limit: int,
) -> Sequence[Call]:
    """Calls by their last day; of a reason those to which it belongs, first or not."""
    query = select(Call).where(*scope.condition(), Call.state.in_(states))
    if reason is not None:
        of_reason = select(CallOccasion.call_id).where(CallOccasion.reason == reason, CallOccasion.call_id == Call.id)
        query = query.where(of_reason.exists())
    if after is not None:
        query = query.where(tuple_(Call.due_on, Call.id) > after)
    return (await session.execute(query.order_by(Call.due_on, Call.id).limit(limit))).scalars().all()


async def visits_of_operator(
    session: AsyncSession, operator_ref: str, after: tuple[dt.date, uuid.UUID] | None, limit: int
) -> Sequence[tuple[Call, str]]:
    """Visits that were made to the operator's households, the latest first, each with the household's name."""
    own = Household.operator_ref == operator_ref, Call.state == CallState.MADE
    query = select(Call, Household.name).join(Household, Household.uscc == Call.uscc).where(*own)
    if after is not None:
        query = query.where(tuple_(Call.visited_on, Call.id) < after)
    rows = await session.execute(query.order_by(Call.visited_on.desc(), Call.id.desc()).limit(limit))
    return [(call, name) for call, name in rows]


async def assign_open(session: AsyncSession, codes: Sequence[str], official: HouseholdOfficial) -> None:
    """Gives the open calls of households to an official; an overdue one stays overdue."""
    await fetch(session, ASSIGN_OPEN, list(codes), official.subject, official.name, official.department.value)


async def occasions_of(session: AsyncSession, calls: Collection[uuid.UUID]) -> Mapping[uuid.UUID, list[CallOccasion]]:
    """What made each call due, the first first."""
    query = select(CallOccasion).where(CallOccasion.call_id.in_(calls))
    found: defaultdict[uuid.UUID, list[CallOccasion]] = defaultdict(list)
    for one in (await session.execute(query.order_by(CallOccasion.heard_at, CallOccasion.reason))).scalars():
        if one.call_id is not None:
            found[one.call_id].append(one)
    return found


def shown_last_day(day: dt.date) -> dt.date | None:
    """None where there is none."""
    return None if day == NO_LAST_DAY else day
