"""SQL of spot checks and of lists filed with superiors."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, Select, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.models import Application
from services.recognition.applications.visibility import OF_OPERATOR
from services.recognition.recognitions.models import Recognition
from services.recognition.season.models import Season
from services.recognition.supervision.domain import CheckOutcome
from services.recognition.supervision.models import Filing, SpotCheck, SpotCheckItem

CheckItem = tuple[SpotCheckItem, Application]
DEMANDED_OUTCOMES = (CheckOutcome.SUPPLEMENT, CheckOutcome.OVERDUE)


def drawable_applications(check: SpotCheck) -> Select[uuid.UUID, str, str]:
    """What a check is drawn from (id, code and county): the last application or recommendation of each household of its
    counties' seasons that was submitted in time, whatever its state.
    """
    return (
        select(Application.id, Application.uscc, Application.county)
        .join(Season, Season.id == Application.season_id)
        .where(Season.county.in_(check.seeds), Season.year == check.year)
        .where(Application.submitted_at < check.handed_in_before)
        .order_by(Application.uscc, Application.submitted_at.desc(), Application.id)
        .ext(distinct_on(Application.uscc))
    )


async def population_by_code(session: AsyncSession, check: SpotCheck) -> dict[str, Row[uuid.UUID, str, str]]:
    """The population of a check, by household."""
    return {row.uscc: row for row in await session.execute(drawable_applications(check))}


async def population_codes(session: AsyncSession, check: SpotCheck, scope: str) -> Sequence[str]:
    """The codes of the population inside a scope, sorted."""
    inner = drawable_applications(check).subquery()
    query = select(inner.c.uscc).where(inner.c.county.startswith(scope, autoescape=True)).order_by(inner.c.uscc)
    return (await session.execute(query)).scalars().all()


def check_visible(scope: str) -> ColumnElement[bool]:
    """The check's region and the scope lie one inside the other."""
    return or_(SpotCheck.region.startswith(scope, autoescape=True), literal(scope).startswith(SpotCheck.region))


async def draws_of(session: AsyncSession, region: str, year: int, percent: int) -> Sequence[SpotCheck]:
    """What was drawn over a region with a share before."""
    query = select(SpotCheck).filter_by(region=region, year=year, percent=percent).order_by(SpotCheck.number)
    return (await session.execute(query)).scalars().all()


async def get_check(session: AsyncSession, check_id: uuid.UUID, scope: str) -> SpotCheck | None:
    """A check that the caller may see."""
    return (await session.execute(select(SpotCheck).where(SpotCheck.id == check_id, check_visible(scope)))).scalar()


async def list_checks(session: AsyncSession, scope: str, year: int | None) -> Sequence[SpotCheck]:
    """Checks that the caller may see, the newest first."""
    query = select(SpotCheck).where(check_visible(scope))
    if year is not None:
        query = query.where(SpotCheck.year == year)
    return (await session.execute(query.order_by(SpotCheck.year.desc(), SpotCheck.region))).scalars().all()


async def list_items(
    session: AsyncSession, check_id: uuid.UUID, scope: str, after: uuid.UUID | None, limit: int
) -> list[CheckItem]:
    """A check's applications inside a region, by id."""
    query = _item_query().where(SpotCheckItem.check_id == check_id, item_in_region(scope))
    if after is not None:
        query = query.where(SpotCheckItem.application_id > after)
    rows = await session.execute(query.order_by(SpotCheckItem.application_id).limit(limit))
    return [(item, application) for item, application in rows]


async def get_item(
    session: AsyncSession, check_id: uuid.UUID, application_id: uuid.UUID, scope: str
) -> CheckItem | None:
    """One drawn application inside a region."""
    query = _item_query().where(
        SpotCheckItem.check_id == check_id, SpotCheckItem.application_id == application_id, item_in_region(scope)
    )
    row = (await session.execute(query)).first()
    return (row[0], row[1]) if row else None


async def lock_item(session: AsyncSession, check_item: CheckItem) -> None:
    """Lock a drawn application, then its check."""
    item, application = check_item
    await session.refresh(application, with_for_update=True)
    await session.refresh(item, with_for_update=True)


async def demands_on_operator(session: AsyncSession, operator_ref: str) -> list[CheckItem]:
    """What is demanded of the households of an operator."""
    query = (
        _item_query().where(OF_OPERATOR, SpotCheckItem.outcome.in_(DEMANDED_OUTCOMES)).order_by(SpotCheckItem.due_on)
    )
    rows = await session.execute(query, {"operator": operator_ref})
    return [(item, application) for item, application in rows]


def item_in_region(scope: str) -> ColumnElement[bool]:
    """The drawn application's county lies inside the scope."""
    return SpotCheckItem.county.startswith(scope, autoescape=True)


def _item_query() -> Select[SpotCheckItem, Application]:
    return select(SpotCheckItem, Application).join(Application, Application.id == SpotCheckItem.application_id)


async def filings_of_season(session: AsyncSession, season_id: uuid.UUID) -> Sequence[Filing]:
    """A season's filings, the oldest first."""
    query = select(Filing).filter_by(season_id=season_id).order_by(Filing.filed_on, Filing.filed_at)
    return (await session.execute(query)).scalars().all()


async def recognitions_of_season(session: AsyncSession, season_id: uuid.UUID) -> Sequence[Recognition]:
    """Every recognition of a season, valid or ended, by category and code."""
    of_its = select(Application.id).where(Application.season_id == season_id)
    query = select(Recognition).where(Recognition.application_id.in_(of_its))
    return (await session.execute(query.order_by(Recognition.category, Recognition.uscc))).scalars().all()
