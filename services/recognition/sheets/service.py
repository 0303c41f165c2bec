"""A region's scoring sheet of a year: drafted or copied by one officer, put in force by another, then unchanged.

A season takes the nearest sheet in force when it is opened, and keeps it. The policy says which levels set criteria,
and so how they are scored.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.rules.service import RulesOrder, check_setter, resolve_policy
from services.recognition.sheets import repository as sheet_repository
from services.recognition.sheets.models import StoredSheet
from services.recognition.sheets.problems import (
    RemovalOfOwnSheet,
    SheetExists,
    SheetInForce,
    SheetInUse,
    SheetOfOwn,
    SheetUnusable,
)
from shared import clock
from shared.bounded_cache import BoundedCache
from shared.law.language.errors import PolicyError
from shared.law.model.scoring import ScoringSheet
from shared.law.reader.scoring import parse_sheet, read_sheet
from shared.law.reader.yaml_tree import PlainData, from_plain, to_plain
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.identity import Caller


@dataclass(frozen=True)
class SheetOrder:
    """Which region's sheet of which year, under which policy. `replaces`: somebody else's draft, which was seen."""

    region: str
    year: int
    policy: str
    replaces: UUID | None = None


@dataclass(frozen=True)
class NewDocument:
    """The document that a copy rests on instead of the old one's, and its validity."""

    number: str
    issued_on: dt.date | None
    valid_from: dt.date
    valid_until: dt.date


async def draft_sheet(session: AsyncSession, order: SheetOrder, written: str, caller: Caller) -> StoredSheet:
    """Draft a sheet from its text. One's own draft of the same region and year is replaced; that of somebody else only
    where the order names it, so that nobody loses work unseen.
    """
    with sheet_problems():
        sheet, tree = parse_sheet(written)
    return await store_draft(session, order, sheet, to_plain(tree), caller)


async def copy_sheet(
    session: AsyncSession, order: SheetOrder, source: StoredSheet, document: NewDocument, caller: Caller
) -> StoredSheet:
    """Draft a sheet with the contents of another, under the document of its own year."""
    content = dict(source.content)
    issued = {"issued_on": document.issued_on.isoformat()} if document.issued_on else {}
    kept = {name: value for name, value in source.content["document"].items() if name not in ("issued_on", "text")}
    content["document"] = kept | {"number": document.number} | issued
    content |= {"valid_from": document.valid_from.isoformat(), "valid_until": document.valid_until.isoformat()}
    with sheet_problems():
        sheet = read_sheet(from_plain(content))
    return await store_draft(session, order, sheet, content, caller, copied_from=source.id)


async def store_draft(
    session: AsyncSession,
    order: SheetOrder,
    sheet: ScoringSheet,
    content: PlainData,
    caller: Caller,
    *,
    copied_from: UUID | None = None,
) -> StoredSheet:
    """Store a draft. 409 when the region's sheet of the year is in force or another's draft, 422 for a level that sets
    none.
    """
    policy, rules = await resolve_policy(session, RulesOrder(order.policy), order.region, order.year, caller)
    check_setter(rules, order.region)
    check_year(sheet, order.year)
    await remove_draft(session, order, caller)
    stored = StoredSheet(
        region=order.region,
        year=order.year,
        policy_hash=policy.content_hash,
        title=sheet.title,
        document=sheet.document.number,
        valid_from=sheet.valid_from,
        valid_until=sheet.valid_until,
        content=content,
        copied_from=copied_from,
        created_by=caller.subject,
    )
    async with refused_on_conflict(session, SheetExists(f"{order.region} 在 {order.year} 年的评分表刚刚由他人起草")):
        session.add(stored)
    await audit.record(session, stored, caller, "scoring-sheet:draft")
    return stored


def check_year(sheet: ScoringSheet, year: int) -> None:
    """422 unless the sheet is valid on some day of the year."""
    if not sheet.valid_from.year <= year <= sheet.valid_until.year:
        detail = f"评分表的有效期 {sheet.valid_from} 至 {sheet.valid_until} 不包括 {year} 年；请改有效期，或换年份"
        raise SheetUnusable(detail)


async def remove_draft(session: AsyncSession, order: SheetOrder, caller: Caller) -> None:
    """Delete a draft that is to be replaced. 409 when it is in force, or another's and not named."""
    known = await sheet_repository.lock_sheet_of(session, order.region, order.year)
    if known is None:
        return
    if known.in_force_at is not None:
        raise SheetInForce
    if known.created_by != caller.subject and known.id != order.replaces:
        detail = (
            f"{order.region} 在 {order.year} 年已有他人起草的评分表；看过以后确要替换的，在 replaces 中写 {known.id}"
        )
        raise SheetExists(detail)
    await session.delete(known)
    await session.flush()


async def put_in_force(session: AsyncSession, sheet: StoredSheet, caller: Caller) -> StoredSheet:
    """Put a draft in force. 409 when it is already, 403 for the person who drafted it."""
    if sheet.in_force_at is not None:
        raise SheetInForce
    if sheet.created_by == caller.subject:
        raise SheetOfOwn
    sheet.in_force_by, sheet.in_force_at = caller.subject, clock.now()
    sheet.version += 1
    await audit.record(session, sheet, caller, "scoring-sheet:in-force")
    return sheet


async def remove_sheet(session: AsyncSession, sheet: StoredSheet, caller: Caller) -> None:
    """Delete a draft, or a sheet in force that no season uses. 409 when one does; 403 where who drafted a sheet or put
    it in force would also take it out of force.
    """
    if sheet.in_force_at is not None and caller.subject in (sheet.created_by, sheet.in_force_by):
        raise RemovalOfOwnSheet
    await audit.record(session, sheet, caller, "scoring-sheet:remove")
    async with refused_on_conflict(session, SheetInUse()):
        await session.delete(sheet)


_sheets = BoundedCache[tuple[UUID, int], ScoringSheet](200)
"""By id and version: a sheet in force does not change."""


def sheet_of(stored: StoredSheet) -> ScoringSheet:
    """The sheet of a stored one."""
    key = (stored.id, stored.version)
    return _sheets.get(key) or _sheets.put(key, read_sheet(from_plain(stored.content)))


@contextmanager
def sheet_problems() -> Iterator[None]:
    """Wraps reading a sheet: errors become a 422, with the line if it is known."""
    try:
        yield
    except PolicyError as error:
        raise SheetUnusable(str(error), line=error.place.line if error.place else None) from error
