"""Finds and stores sessions and kept forms."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.portal.sessions.models import BrowserSession, KeptForm
from shared.database.connections import Database
from shared.platform.sealed_fields.values import SealedText

FIND = """
    SELECT subject, tokens, seen_at < now() - interval '1 minute' AS unseen,
           ended_at IS NULL AND now() < ends_at AND now() < seen_at + make_interval(secs => idle_seconds) AS lasts
      FROM browser_session WHERE id = $1
"""
SEEN = text("UPDATE browser_session SET seen_at = now() WHERE id = :id AND seen_at < now() - interval '1 minute'")
FORGOTTEN_AFTER = dt.timedelta(days=1)
"""Rows of sessions that have ended, and forms that nobody came back for; no text gives the term: unverified (未核对)"""


@dataclass(frozen=True)
class StoredSession:
    """A session as it is stored. `lasts`: it has neither been ended nor run out; `unseen`: `seen_at` is due."""

    subject: str
    tokens: SealedText
    lasts: bool
    unseen: bool


async def find(database: Database, key: str) -> StoredSession | None:
    """By its id, ended or not."""
    pool = await database.pool()
    row = await pool.fetchrow(FIND, key)
    if row is None:
        return None
    return StoredSession(row["subject"], SealedText(bytes(row["tokens"])), row["lasts"], row["unseen"])


async def note_seen(database: Database, key: str) -> None:
    """Somebody uses it."""
    async with database.transaction() as session:
        await session.execute(SEEN, {"id": key})


async def lasting(session: AsyncSession, subject: str) -> Sequence[BrowserSession]:
    """A person's sessions that have neither been ended nor run out, the last begun first."""
    idle = func.make_interval(0, 0, 0, 0, 0, 0, BrowserSession.idle_seconds)
    lasts = (
        BrowserSession.ended_at.is_(None),
        BrowserSession.ends_at > func.now(),
        BrowserSession.seen_at + idle > func.now(),
    )
    query = select(BrowserSession).where(BrowserSession.subject == subject, *lasts)
    return (await session.scalars(query.order_by(BrowserSession.begun_at.desc(), BrowserSession.id))).all()


async def end(session: AsyncSession, key: str) -> None:
    """This one."""
    ended = update(BrowserSession).where(BrowserSession.id == key, BrowserSession.ended_at.is_(None))
    await session.execute(ended.values(ended_at=func.now()))


async def end_all(session: AsyncSession, subject: str) -> None:
    """All of a person."""
    ended = update(BrowserSession).where(BrowserSession.subject == subject, BrowserSession.ended_at.is_(None))
    await session.execute(ended.values(ended_at=func.now()))


async def kept_form(session: AsyncSession, form_id: uuid.UUID, subject: str) -> KeptForm | None:
    """A form that this person had filled in."""
    return await session.scalar(select(KeptForm).where(KeptForm.id == form_id, KeptForm.subject == subject))


async def forget_old(database: Database) -> None:
    """Delete what has ended long ago."""
    async with database.transaction() as session:
        for before, table in ((BrowserSession.seen_at, BrowserSession), (KeptForm.kept_at, KeptForm)):
            await session.execute(delete(table).where(before < func.now() - FORGOTTEN_AFTER))
