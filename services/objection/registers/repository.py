"""SQL of what the other services told."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, not_, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.registers.domain import Against, NoticeState
from services.objection.registers.models import ContestableDecision, Household, NoticeCopy, NoticeItem, PublishedRun
from shared.database.direct import fetch_row
from shared.platform.household_copy import HouseholdCopy
from shared.platform.system_callers import BUS, CLOCK

HOUSEHOLDS = HouseholdCopy(Household)
NOBODY = frozenset({BUS.subject, CLOCK.subject})
"""Who acts when no person does: nobody who could take part again."""


async def save_run(session: AsyncSession, run: PublishedRun) -> None:
    """A published run; hearing of it twice changes nothing."""
    values = {column.key: getattr(run, column.key) for column in PublishedRun.__table__.columns}
    await session.execute(insert(PublishedRun).values(values).on_conflict_do_nothing())


async def get_run(session: AsyncSession, run: uuid.UUID) -> PublishedRun | None:
    """A published run."""
    return await session.get(PublishedRun, run)


TYPE_IN_FORCE = """
    SELECT h.region, h.operator_ref, h.changed_revision, h.typed_run, h.typed_year,
           r.policy, r.published_on, r.region AS decided_by_region
    FROM household h LEFT JOIN published_run r ON r.run = h.typed_run WHERE h.uscc = $1
"""


@dataclass(frozen=True, slots=True)
class TypeInForce:
    """A household with its type, if it has one, and what is known of the run that gave it."""

    region: str
    operator_ref: str | None
    changed_revision: int
    typed_run: uuid.UUID | None
    typed_year: int | None
    policy: str | None
    published_on: dt.date | None
    decided_by_region: str | None


async def type_in_force(session: AsyncSession, uscc: str) -> TypeInForce | None:
    """A household and its type, read together."""
    row = await fetch_row(session, TYPE_IN_FORCE, uscc)
    return TypeInForce(*row) if row is not None else None


async def save_decision(session: AsyncSession, decision: ContestableDecision) -> None:
    """A decision of recognition, unless a later event about the same is known (by revision). Who served a decision is
    not who made it, nor is the service that repeats it: that person stays, or becomes known if the events come in
    disorder. Everybody who took part is kept, in whatever order that is told.
    """
    values = {column.key: getattr(decision, column.key) for column in ContestableDecision.__table__.columns}
    values["made_by"] = list(decision.made_by or ())
    statement = insert(ContestableDecision).values(values)
    newer = {name: getattr(statement.excluded, name) for name in values if name not in ("against", "subject")}
    del newer["made_by"]
    if decision.served_on is not None:
        newer["decided_on"] = func.least(ContestableDecision.decided_on, statement.excluded.decided_on)
    if decision.served_on is not None or decision.decided_by in NOBODY:
        newer["decided_by"] = func.coalesce(ContestableDecision.decided_by, statement.excluded.decided_by)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["against", "subject"],
            set_=newer,
            where=ContestableDecision.revision < statement.excluded.revision,
        )
    )
    if decision.stands and decision.served_on is None:
        served_since = update(ContestableDecision).where(
            ContestableDecision.against == decision.against,
            ContestableDecision.subject == decision.subject,
            ContestableDecision.revision > decision.revision,
            ContestableDecision.served_on.is_not(None),
        )
        await session.execute(served_since.values(decided_by=decision.decided_by, decided_on=decision.decided_on))
    row = ContestableDecision.against == decision.against, ContestableDecision.subject == decision.subject
    await _add_makers(session, ContestableDecision, row, decision.made_by)


async def _add_makers(
    session: AsyncSession,
    table: type[ContestableDecision] | type[NoticeCopy],
    row: Sequence[ColumnElement[bool]],
    makers: Sequence[str],
) -> None:
    """These took part, too."""
    told = literal(list(makers), JSONB)
    both = func.jsonb_array_elements(table.made_by.op("||", return_type=JSONB())(told)).table_valued("value")
    merged = select(func.jsonb_agg(both.c.value.distinct())).select_from(both).scalar_subquery()
    missing = not_(table.made_by.op("@>", is_comparison=True)(told))
    if makers:
        await session.execute(update(table).where(*row, missing).values(made_by=merged))


async def get_decision(session: AsyncSession, against: Against, subject: uuid.UUID) -> ContestableDecision | None:
    """The latest decision of a kind about an application or a recognition."""
    return await session.get(ContestableDecision, (against, subject))


async def decisions_of_household(session: AsyncSession, uscc: str) -> Sequence[ContestableDecision]:
    """All decisions against a household that stand, the latest first."""
    query = select(ContestableDecision).where(ContestableDecision.uscc == uscc, ContestableDecision.stands)
    return (await session.execute(query.order_by(ContestableDecision.decided_on.desc()))).scalars().all()


async def lock_notice(session: AsyncSession, notice: uuid.UUID) -> NoticeCopy | None:
    """A public notice, locked."""
    query = (
        select(NoticeCopy).where(NoticeCopy.id == notice).with_for_update().execution_options(populate_existing=True)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def get_notice(session: AsyncSession, notice: uuid.UUID) -> NoticeCopy | None:
    """A public notice."""
    return await session.get(NoticeCopy, notice)


async def save_opened_notice(session: AsyncSession, notice: NoticeCopy, items: Sequence[NoticeItem]) -> None:
    """An opened notice with its applications; its closing may have been heard before and stays."""
    values = {column.key: getattr(notice, column.key) for column in NoticeCopy.__table__.columns}
    values.pop("announced")
    values["made_by"] = list(notice.made_by or ())
    statement = insert(NoticeCopy).values(values)
    told = {name: getattr(statement.excluded, name) for name in ("opens_on", "opened_by", "decided_by_region")}
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=told))
    await _add_makers(session, NoticeCopy, [NoticeCopy.id == notice.id], notice.made_by)
    rows = [{column.key: getattr(item, column.key) for column in NoticeItem.__table__.columns} for item in items]
    if rows:
        await session.execute(insert(NoticeItem).values(rows).on_conflict_do_nothing())


async def save_closed_notice(session: AsyncSession, notice: uuid.UUID, county: str, closes_on: dt.date) -> None:
    """The closing of a notice, whether its opening has been heard or not."""
    statement = insert(NoticeCopy).values(id=notice, county=county, state=NoticeState.CLOSED, closes_on=closes_on)
    closed = {"state": statement.excluded.state, "closes_on": statement.excluded.closes_on}
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=closed))


async def notice_item(session: AsyncSession, notice: uuid.UUID, application: uuid.UUID) -> NoticeItem | None:
    """One application on a notice."""
    return await session.get(NoticeItem, (notice, application))


async def applications_on_notice(session: AsyncSession, notice: uuid.UUID, uscc: str) -> Sequence[uuid.UUID]:
    """What a household has on a notice."""
    query = select(NoticeItem.application).where(NoticeItem.notice == notice, NoticeItem.uscc == uscc)
    return (await session.scalars(query)).all()


async def latest_notice_of(session: AsyncSession, application: uuid.UUID) -> uuid.UUID | None:
    """The notice that an application is on, or was on last."""
    query = select(NoticeItem.notice).join(NoticeCopy, NoticeCopy.id == NoticeItem.notice)
    query = query.where(NoticeItem.application == application)
    return (await session.execute(query.order_by(NoticeCopy.closes_on.desc()).limit(1))).scalar_one_or_none()


async def lock_notice_shared(session: AsyncSession, notice: uuid.UUID) -> NoticeCopy | None:
    """A public notice, locked together with others who file against it; its clearing waits for all of them."""
    query = select(NoticeCopy).where(NoticeCopy.id == notice).with_for_update(read=True)
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
