"""SQL of recognitions."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ARRAY, ColumnElement, Date, String, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.recognitions.domain import RecognitionState
from services.recognition.recognitions.models import InformationReport, Recognition
from shared import clock


def valid_now(recognition: type[Recognition]) -> ColumnElement[bool]:
    """As `recognitions.domain.state_on`, on the day that the query runs."""
    today = bindparam("today", type_=Date, callable_=clock.today)
    not_over = or_(recognition.valid_until >= today, recognition.expiry_held)
    return and_(recognition.state == RecognitionState.VALID, not_over)


VALID = valid_now(Recognition)

RECOGNITION_BY_ID = select(Recognition).where(
    Recognition.id == bindparam("id"), func.starts_with(Recognition.county, bindparam("scope"))
)
RECOGNITION_LOCKED = RECOGNITION_BY_ID.with_for_update()
OWN_RECOGNITION = (
    select(Recognition)
    .where(Recognition.id == bindparam("id"), Recognition.operator_ref == bindparam("operator"))
    .with_for_update()
)


def any_of(codes: Sequence[str]) -> ColumnElement[str]:
    """One of many codes, as one array parameter."""
    return func.any(bindparam("codes", list(codes), ARRAY(String)))


async def get_recognition(
    session: AsyncSession, recognition_id: uuid.UUID, scope: str, *, lock: bool = False
) -> Recognition | None:
    """A recognition inside a caller's region."""
    result = await session.execute(
        RECOGNITION_LOCKED if lock else RECOGNITION_BY_ID, {"id": recognition_id, "scope": scope}
    )
    return result.scalar_one_or_none()


async def lock_recognitions(
    session: AsyncSession, ids: Collection[uuid.UUID], scope: str
) -> Mapping[uuid.UUID, Recognition]:
    """Recognitions inside a caller's region, by id, locked in the order of their ids and read again."""
    query = select(Recognition).where(Recognition.id.in_(ids), Recognition.county.startswith(scope, autoescape=True))
    locked = query.order_by(Recognition.id).with_for_update().execution_options(populate_existing=True)
    return {recognition.id: recognition for recognition in (await session.execute(locked)).scalars()}


async def get_valid_recognition(session: AsyncSession, uscc: str, *, lock: bool = False) -> Recognition | None:
    """The household's valid recognition."""
    query = select(Recognition).where(Recognition.uscc == uscc, VALID)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def list_valid(
    session: AsyncSession, scope: str, category: str | None, after: uuid.UUID | None, limit: int
) -> Sequence[Recognition]:
    """Valid recognitions of a region, by id."""
    query = select(Recognition).where(Recognition.county.startswith(scope, autoescape=True), VALID)
    if category is not None:
        query = query.where(Recognition.category == category)
    if after is not None:
        query = query.where(Recognition.id > after)
    return (await session.execute(query.order_by(Recognition.id).limit(limit))).scalars().all()


async def recognised_codes(session: AsyncSession, codes: Sequence[str]) -> Sequence[str]:
    """Which of the households have a valid recognition."""
    query = select(Recognition.uscc).where(Recognition.uscc == any_of(codes), VALID)
    return (await session.execute(query)).scalars().all()


async def lock_own_recognition(
    session: AsyncSession, recognition_id: uuid.UUID, operator_ref: str
) -> Recognition | None:
    """A recognition of an operator's own, locked."""
    result = await session.execute(OWN_RECOGNITION, {"id": recognition_id, "operator": operator_ref})
    return result.scalar_one_or_none()


async def recognitions_of_operator(session: AsyncSession, operator_ref: str) -> Sequence[Recognition]:
    """Every recognition of a person's households, the newest first."""
    query = select(Recognition).where(Recognition.operator_ref == operator_ref)
    return (await session.execute(query.order_by(Recognition.granted_on.desc(), Recognition.id))).scalars().all()


async def recognitions_of_household(session: AsyncSession, uscc: str, scope: str) -> Sequence[Recognition]:
    """Every recognition of a household inside a region, valid or ended, the newest first."""
    query = select(Recognition).where(Recognition.uscc == uscc, Recognition.county.startswith(scope, autoescape=True))
    return (await session.execute(query.order_by(Recognition.granted_on.desc(), Recognition.id))).scalars().all()


async def lock_conflicting(session: AsyncSession, county: str, operator_ref: str | None) -> Sequence[Recognition]:
    """A person's recognitions in a county that conflict with another one, locked, by id."""
    query = select(Recognition).where(
        Recognition.county == county, Recognition.operator_ref == operator_ref, VALID, Recognition.person_conflict
    )
    return (await session.execute(query.order_by(Recognition.id).with_for_update())).scalars().all()


async def get_by_certificate(session: AsyncSession, code: str) -> Recognition | None:
    """The recognition of a verification code."""
    return (await session.execute(select(Recognition).filter_by(certificate=code))).scalar_one_or_none()


async def lock_valid(session: AsyncSession, codes: Sequence[str]) -> Sequence[Recognition]:
    """The valid recognitions of households, locked, by code."""
    query = select(Recognition).where(Recognition.uscc == any_of(codes), VALID)
    return (await session.execute(query.order_by(Recognition.uscc).with_for_update())).scalars().all()


async def lock_recognition_of_application(session: AsyncSession, application_id: uuid.UUID) -> Recognition | None:
    """The recognition that an application led to, locked."""
    query = select(Recognition).filter_by(application_id=application_id)
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


INSERT_EXPECTED = insert(InformationReport).on_conflict_do_nothing()


async def insert_expected_reports(
    session: AsyncSession, recognitions: Sequence[uuid.UUID], year: int, due_on: dt.date
) -> None:
    """Reports are expected from now on; existing rows stay as they are."""
    rows = [{"recognition_id": id_, "year": year, "due_on": due_on, "content": None} for id_ in recognitions]
    if rows:
        await (await session.connection()).execute(INSERT_EXPECTED, rows)
