"""Reads and writes of spot checks. A check is seen by whoever's region it lies in or that lies in its region."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, Select, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.spot_checks import CheckOutcome
from services.recognition.models import Application, Season, SpotCheck, SpotCheckItem
from services.recognition.repository.sights import OF_OPERATOR

Item = tuple[SpotCheckItem, Application]
DEMANDED = (CheckOutcome.SUPPLEMENT.value, CheckOutcome.OVERDUE.value)


def handed_in(check: SpotCheck) -> Select[uuid.UUID, str, str]:
    """What a check is drawn from (id, code and county): applications and recommendations of its counties' seasons that
    were handed in in time, each household's last one, whatever has become of it.
    """
    return (
        select(Application.id, Application.uscc, Application.county)
        .join(Season, Season.id == Application.season_id)
        .where(Season.county.in_(check.seeds), Season.year == check.year)
        .where(Application.submitted_at < check.handed_in_before)
        .order_by(Application.uscc, Application.submitted_at.desc(), Application.id)
        .ext(distinct_on(Application.uscc))
    )


async def population(session: AsyncSession, check: SpotCheck) -> dict[str, Row[uuid.UUID, str, str]]:
    """What is drawn from, by household."""
    return {one.uscc: one for one in await session.execute(handed_in(check))}


async def codes(session: AsyncSession, check: SpotCheck, scope: str) -> Sequence[str]:
    """The codes that are drawn from, as far as they lie in a scope, sorted."""
    inner = handed_in(check).subquery()
    query = select(inner.c.uscc).where(inner.c.county.startswith(scope, autoescape=True)).order_by(inner.c.uscc)
    return (await session.execute(query)).scalars().all()


def visible(scope: str) -> ColumnElement[bool]:
    """The check's region and the scope lie one in the other."""
    return or_(SpotCheck.region.startswith(scope, autoescape=True), literal(scope).startswith(SpotCheck.region))


async def get(session: AsyncSession, check_id: uuid.UUID, scope: str) -> SpotCheck | None:
    """A check that may be seen."""
    return (await session.execute(select(SpotCheck).where(SpotCheck.id == check_id, visible(scope)))).scalar()


async def listed(session: AsyncSession, scope: str, year: int | None) -> Sequence[SpotCheck]:
    """Checks that may be seen, the newest first."""
    query = select(SpotCheck).where(visible(scope))
    if year is not None:
        query = query.where(SpotCheck.year == year)
    return (await session.execute(query.order_by(SpotCheck.year.desc(), SpotCheck.region))).scalars().all()


async def items(
    session: AsyncSession, check_id: uuid.UUID, scope: str, after: uuid.UUID | None, limit: int
) -> list[Item]:
    """A check's applications inside a region, by id."""
    query = _items().where(SpotCheckItem.check_id == check_id, inside(scope))
    if after is not None:
        query = query.where(SpotCheckItem.application_id > after)
    rows = await session.execute(query.order_by(SpotCheckItem.application_id).limit(limit))
    return [(item, application) for item, application in rows]


async def item(session: AsyncSession, check_id: uuid.UUID, application_id: uuid.UUID, scope: str) -> Item | None:
    """One drawn application inside a region."""
    query = _items().where(
        SpotCheckItem.check_id == check_id, SpotCheckItem.application_id == application_id, inside(scope)
    )
    found = (await session.execute(query)).first()
    return (found[0], found[1]) if found else None


async def lock(session: AsyncSession, found: Item) -> None:
    """Lock a drawn application, then its check, as everywhere."""
    item, application = found
    await session.refresh(application, with_for_update=True)
    await session.refresh(item, with_for_update=True)


async def demands_on(session: AsyncSession, operator_ref: str) -> list[Item]:
    """What is demanded of a household, for its operator of today."""
    query = _items().where(OF_OPERATOR, SpotCheckItem.outcome.in_(DEMANDED)).order_by(SpotCheckItem.due_on)
    rows = await session.execute(query, {"operator": operator_ref})
    return [(item, application) for item, application in rows]


def inside(scope: str) -> ColumnElement[bool]:
    """The drawn application's county lies inside the scope."""
    return SpotCheckItem.county.startswith(scope, autoescape=True)


def _items() -> Select[SpotCheckItem, Application]:
    return select(SpotCheckItem, Application).join(Application, Application.id == SpotCheckItem.application_id)
