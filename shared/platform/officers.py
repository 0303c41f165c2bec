"""Who has acted in a service: the people that work can be assigned to and that lists show by name.

`TransactionalRoute` records the member of staff who changes something, at most once a day in each process, in the
transaction of the change or, where another one of theirs is in the way, directly after it; operators and systems are
not recorded. The data come from tokens: the table holds what the latest one said.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import ARRAY, Column, Date, MetaData, String, Table, Text, bindparam, text
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.bounded_cache import BoundedCache
from shared.database.advisory_locks import AdvisoryLock, try_lock
from shared.database.connections import Database
from shared.database.transient_errors import is_transient_database_error
from shared.platform.identity import Caller, Role
from shared.reference.departments import Department

log = structlog.get_logger()

RECORDED_ROLES = frozenset({Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR})
MOST_REMEMBERED = 10_000
ACTED_LATELY = dt.timedelta(days=180)
"""Whoever has not acted for so long is not proposed for work: they may have left"""


def officer_tables(metadata: MetaData) -> None:
    """Adds the table to a service's metadata."""
    Table(
        "officer",
        metadata,
        Column("subject", String(200), primary_key=True),
        Column("name", String(100)),
        Column("roles", ARRAY(Text), nullable=False),
        Column("department", String(30)),
        Column("region", String(6), nullable=False),
        Column("last_day", Date, nullable=False),
    )


UPSERT = text(
    """
    INSERT INTO officer AS known (subject, name, roles, department, region, last_day)
    VALUES (:subject, :name, :roles, :department, :region, :last_day)
    ON CONFLICT (subject) DO UPDATE SET name = excluded.name, roles = excluded.roles, department = excluded.department,
        region = excluded.region, last_day = excluded.last_day
    WHERE known.last_day <= excluded.last_day AND (known.name, known.roles, known.department, known.region,
        known.last_day) IS DISTINCT FROM (excluded.name, excluded.roles, excluded.department, excluded.region,
        excluded.last_day)
    """
).bindparams(bindparam("roles", type_=ARRAY(Text)))
SHORT_WAIT = text("SET LOCAL lock_timeout = '1s'")
FIND = text("SELECT * FROM officer WHERE subject = ANY(:subjects)").bindparams(bindparam("subjects", type_=ARRAY(Text)))
FIND_COMPETENT = text(
    """
    SELECT * FROM officer
    WHERE starts_with(:region, region) AND :role = ANY(roles) AND last_day >= :since
        AND (CAST(:department AS text) IS NULL OR department = :department)
    ORDER BY length(region) DESC, name, subject
    """
)


@dataclass(frozen=True)
class Officer:
    """A member of staff who has acted; the other fields are as of `last_day`."""

    subject: str
    name: str | None
    roles: frozenset[Role]
    department: Department | None
    region: str
    last_day: dt.date

    @classmethod
    def of(cls, row: Mapping[str, object]) -> "Officer":
        """From the stored row; roles that no longer exist are ignored."""
        roles, department = row["roles"], row["department"]
        converted = {
            "roles": frozenset(role for role in Role if role.value in roles),  # type: ignore[operator]  # a list
            "department": Department(str(department)) if department else None,
        }
        return cls(**(dict(row) | converted))  # type: ignore[arg-type]  # the columns are the fields


class RecordedToday:
    """Who has been recorded today by this process: nobody is recorded twice a day."""

    def __init__(self) -> None:
        self._days = BoundedCache[Caller, dt.date](MOST_REMEMBERED)

    def is_due(self, caller: Caller) -> bool:
        """Whether somebody is to be recorded, and has not been today."""
        return bool(caller.roles & RECORDED_ROLES) and self._days.get(caller) != clock.today()

    def remember(self, caller: Caller) -> None:
        """Somebody has been recorded."""
        self._days.put(caller, clock.today())


async def record_officer(session: AsyncSession, caller: Caller) -> bool:
    """Records who acts, in the transaction of the change. False: another change of theirs, not yet committed, is about
    to record it. That one is never waited for: it may itself be waiting for what this change has locked.
    """
    if not await try_lock(session, AdvisoryLock.OFFICER, caller.subject):
        return False
    await _upsert(session, caller)
    return True


async def record_officer_afterwards(database: Database, caller: Caller) -> bool:
    """Records who has acted after a change whose own transaction left it to another one, which may have been rolled
    back since. The change is committed and holds no locks, so the other one can be waited for, for a second at most.
    False: it did not end, or the database cannot be reached; the next change records them.
    """
    try:
        async with database.transaction() as session:
            await session.execute(SHORT_WAIT)
            await _upsert(session, caller)
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        if not is_transient_database_error(error):
            raise
        log.warning("officer_not_recorded", error=type(error).__name__)
        return False
    return True


async def _upsert(session: AsyncSession, caller: Caller) -> None:
    values = {"subject": caller.subject, "name": caller.name, "department": caller.department, "region": caller.region}
    roles = sorted(role.value for role in caller.roles)
    await session.execute(UPSERT, values | {"roles": roles, "last_day": clock.today()})


async def officers_by_subject(session: AsyncSession, subjects: Collection[str]) -> Mapping[str, Officer]:
    """Those of the subjects who have acted, to show them by name."""
    rows = (await session.execute(FIND, {"subjects": list(subjects)})).mappings()
    return {row["subject"]: Officer.of(dict(row)) for row in rows}


async def officers_for(
    session: AsyncSession, region: str, role: Role, *, since: dt.date, department: Department | None = None
) -> Sequence[Officer]:
    """To whom something in a region can be assigned: they have the role there, have acted since that day, and are of
    the department if it is said; the nearest level first.
    """
    wanted = {"region": region, "role": role.value, "since": since, "department": department}
    return [Officer.of(dict(row)) for row in (await session.execute(FIND_COMPETENT, wanted)).mappings()]
