"""SQL of filings."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.objections.domain import UNDECIDED
from services.objection.objections.models import (
    OPEN,
    RECEIPT_NUMBERS,
    UNHEARD,
    Objection,
    ObjectionDocument,
    ObjectionDueDay,
)
from services.objection.registers.domain import Against
from services.objection.registers.models import Household
from shared.database.advisory_locks import TAKE_LOCK, AdvisoryLock
from shared.database.direct import fetch, fetch_row

NOBODY = uuid.UUID(int=0)
"""Stands for no subject in the index of open objections."""


NEXT_RECEIPT = f"SELECT nextval('{RECEIPT_NUMBERS.name}')"
LOCK_AND_NUMBERS = f"""
    {TAKE_LOCK}, nextval('{RECEIPT_NUMBERS.name}'), nextval('{ANNOUNCER.sequence}'),
    EXISTS (SELECT 1 FROM policy_version WHERE content_hash = $3)
"""
OPEN_ONE = f"""
    SELECT id FROM objection
    WHERE against = $1 AND uscc = $2 AND objector_key = ANY($3) AND coalesce(subject, '{NOBODY}'::uuid) = $4
      AND ($5::int IS NULL OR coalesce(year, $5) = $5) AND {OPEN}
    ORDER BY year DESC NULLS LAST LIMIT 1 FOR UPDATE
"""


@dataclass(frozen=True, slots=True)
class FilingNumbers:
    """What a new objection is given: the serial number of its receipt and the revision of its first event; whether its
    policy is stored.
    """

    receipt: int
    revision: int
    policy_stored: bool


async def next_receipt_number(session: AsyncSession) -> int:
    """A serial number of a receipt, never given out again."""
    return int((await fetch(session, NEXT_RECEIPT))[0][0])


async def lock_filing(
    session: AsyncSession, against: Against, uscc: str, objector_key: str, policy_hash: str
) -> FilingNumbers:
    """Take the lock on one objector's filings against one thing, with the numbers of a new one: they are never given
    out again, also if it is joined to an open one.
    """
    subject = f"{against}:{uscc}:{objector_key}"
    locked = await fetch(session, LOCK_AND_NUMBERS, AdvisoryLock.FILING.value, subject, policy_hash)
    return FilingNumbers(*locked[0][1:])


async def lock_open_objection(
    session: AsyncSession,
    against: Against,
    uscc: str,
    subject: uuid.UUID | None,
    year: int | None,
    objector_keys: Sequence[str],
) -> Objection | None:
    """The objector's open objection to the same thing, locked. Types of two years are two things; a year that is not
    known yet may be any.
    """
    found = await fetch_row(session, OPEN_ONE, against.value, uscc, list(objector_keys), subject or NOBODY, year)
    return await session.get_one(Objection, found[0], populate_existing=True) if found is not None else None


def _unheard() -> Select[Objection]:
    """Objections to something not heard of yet, or of a household not heard of, locked to be judged."""
    query = select(Objection).where(text(UNHEARD))
    return query.order_by(Objection.id).with_for_update().execution_options(populate_existing=True)


async def lock_unheard_of_households(session: AsyncSession, codes: Sequence[str]) -> Sequence[Objection]:
    """Those of these households."""
    query = _unheard().where(Objection.uscc.in_(codes))
    return (await session.execute(query)).scalars().all()


async def lock_unheard_of_run(session: AsyncSession, run: uuid.UUID) -> Sequence[Objection]:
    """Those against the type that a run gave."""
    of_run = select(Household.uscc).where(Household.uscc == Objection.uscc, Household.typed_run == run).exists()
    query = _unheard().where(Objection.against == Against.TYPING, of_run)
    return (await session.execute(query)).scalars().all()


async def lock_unheard_of_subjects(
    session: AsyncSession, against: Against, subjects: Sequence[uuid.UUID]
) -> Sequence[Objection]:
    """Those against a kind of decision about these applications or recognitions."""
    query = _unheard().where(Objection.against == against, Objection.subject.in_(subjects))
    return (await session.execute(query)).scalars().all()


async def lock_undecided_of_application(session: AsyncSession, application: uuid.UUID) -> Sequence[Objection]:
    """Undecided objections about an application, on notice or refused."""
    query = select(Objection).where(Objection.subject == application, Objection.state.in_(UNDECIDED))
    query = query.order_by(Objection.id).with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalars().all()


async def list_own(
    session: AsyncSession, operator_ref: str, after: uuid.UUID | None, limit: int
) -> Sequence[Objection]:
    """An operator's objections, by id."""
    query = select(Objection).where(Objection.operator_ref == operator_ref)
    if after is not None:
        query = query.where(Objection.id > after)
    return (await session.execute(query.order_by(Objection.id).limit(limit))).scalars().all()


async def get_document(session: AsyncSession, document: uuid.UUID) -> ObjectionDocument | None:
    """A document; whether the caller may see it follows from its objection."""
    return await session.get(ObjectionDocument, document)


async def move_due_days(session: AsyncSession, objection: Objection) -> None:
    """The last days of an objection follow it to the county that it turns out to belong to."""
    due = update(ObjectionDueDay).where(ObjectionDueDay.objection_id == objection.id)
    await session.execute(due.values(county=objection.county))
