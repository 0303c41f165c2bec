"""SQL of the exchange."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import literal, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.exchange.domain import Intake
from services.objection.exchange.models import ExchangeCursor, ExchangedObjection, HandedInObjection
from services.objection.objections.domain import ENDED
from services.objection.objections.models import Objection


async def cursor_of(session: AsyncSession, directory: str) -> str:
    """How far a directory has been read; empty at the beginning."""
    found = await session.get(ExchangeCursor, directory)
    return found.cursor if found is not None else ""


async def save_cursor(session: AsyncSession, directory: str, cursor: str) -> None:
    """Everything before the cursor has been taken in."""
    statement = insert(ExchangeCursor).values(directory=directory, cursor=cursor)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["directory"], set_={"cursor": statement.excluded.cursor})
    )


async def is_settled(session: AsyncSession, peer_receipt: str) -> bool:
    """Whether a row of the directory has been taken in before, or never will be."""
    known = await session.get(ExchangedObjection, peer_receipt)
    return known is not None and known.intake is not Intake.WAITING


async def save_row(session: AsyncSession, row: ExchangedObjection) -> None:
    """What came of a row, in place of its waiting."""
    waited = await session.get(ExchangedObjection, row.peer_receipt, with_for_update=True)
    if waited is None:
        session.add(row)
        return
    waited.objection_id, waited.region, waited.intake = row.objection_id, row.region, row.intake
    waited.reason, waited.try_at = row.reason, row.try_at


async def next_unanswered(session: AsyncSession, now: dt.datetime) -> ExchangedObjection | None:
    """A row whose objection is over, or that was not taken for good, and that the directory has not been told of."""
    over = select(Objection.id).where(Objection.id == ExchangedObjection.objection_id, Objection.state.in_(ENDED))
    query = select(ExchangedObjection).where(
        ExchangedObjection.answered_at.is_(None),
        ExchangedObjection.intake != Intake.WAITING,
        ExchangedObjection.try_at <= now,
        or_(ExchangedObjection.objection_id.is_(None), over.exists()),
    )
    query = query.order_by(ExchangedObjection.try_at, ExchangedObjection.peer_receipt).limit(1)
    return (await session.execute(query)).scalar_one_or_none()


async def waiting_hand_ins(
    session: AsyncSession, behind: tuple[uuid.UUID, dt.datetime] | None, limit: int
) -> Sequence[tuple[uuid.UUID, dt.datetime]]:
    """Objections from the national systems that could not be taken yet, with when they were told, oldest first."""
    place = tuple_(HandedInObjection.told_at, HandedInObjection.hand_in)
    query = select(HandedInObjection.hand_in, HandedInObjection.told_at)
    query = query.where(HandedInObjection.intake == Intake.WAITING)
    if behind is not None:
        query = query.where(place > tuple_(literal(behind[1]), literal(behind[0])))
    rows = await session.execute(query.order_by(HandedInObjection.told_at, HandedInObjection.hand_in).limit(limit))
    return [(hand_in, told_at) for hand_in, told_at in rows]


async def note_waiting(session: AsyncSession, hand_in: uuid.UUID, reason: str) -> None:
    """Why one waits on."""
    waits = (HandedInObjection.hand_in == hand_in, HandedInObjection.intake == Intake.WAITING)
    await session.execute(update(HandedInObjection).where(*waits).values(reason=reason))


async def list_exchanged(
    session: AsyncSession, scope: str, after: str | None, limit: int
) -> Sequence[ExchangedObjection]:
    """Rows of a region, by their number at the directory."""
    query = select(ExchangedObjection).where(ExchangedObjection.region.startswith(scope, autoescape=True))
    if after is not None:
        query = query.where(ExchangedObjection.peer_receipt > after)
    return (await session.execute(query.order_by(ExchangedObjection.peer_receipt).limit(limit))).scalars().all()
