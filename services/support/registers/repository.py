"""SQL of the copies."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.registers.models import Household, RecognitionCopy
from shared.contracts.payload import StatePayload
from shared.contracts.typing import HouseholdChanged, HouseholdTyped
from shared.database.direct import fetch
from shared.messaging.events import Event
from shared.platform.household_copy import HouseholdCopy
from shared.reference.industries import section_of

HOUSEHOLDS = HouseholdCopy(Household)
REVISIONS = "SELECT uscc, {of}_revision FROM household WHERE uscc = ANY($1::text[])"
KEEP_YEAR_TYPES = """
    INSERT INTO household_year_type (uscc, year, type)
    SELECT * FROM unnest($1::text[], $2::int[], $3::text[]) AS n(uscc, year, type) ORDER BY uscc
    ON CONFLICT (uscc, year) DO UPDATE SET type = excluded.type
"""
KEEP_TRADES = """
    UPDATE household h SET industry_section = coalesce(n.section, h.industry_section),
           established_on = coalesce(n.established_on, h.established_on)
    FROM unnest($1::text[], $2::text[], $3::date[]) AS n(uscc, section, established_on)
    WHERE h.uscc = n.uscc AND (coalesce(n.section, h.industry_section), coalesce(n.established_on, h.established_on))
          IS DISTINCT FROM (h.industry_section, h.established_on)
"""
TYPED, CHANGED = (REVISIONS.format(of=of) for of in ("typed", "changed"))


async def keep_year_types(session: AsyncSession, typed: Sequence[HouseholdTyped]) -> None:
    """The types of their years; one payload per household."""
    columns = [one.uscc for one in typed], [one.year for one in typed], [one.type for one in typed]
    await fetch(session, KEEP_YEAR_TYPES, *columns)


async def keep_trades(session: AsyncSession, said: Sequence[HouseholdTyped | HouseholdChanged]) -> None:
    """The trades and days of establishment, of households that the copy has, where they are said."""
    told = [one for one in said if one.industry_code is not None or one.established_on is not None]
    sections = [section_of(one.industry_code) for one in told]
    if told:
        await fetch(session, KEEP_TRADES, [one.uscc for one in told], sections, [one.established_on for one in told])


async def newly_typed(session: AsyncSession, events: Sequence[Event]) -> list[Event]:
    """The events that say something later of their household's type than the copy knows."""
    return await _newer(session, TYPED, events)


async def newly_changed(session: AsyncSession, events: Sequence[Event]) -> list[Event]:
    """The events that say something later of their household's register entry than the copy knows."""
    return await _newer(session, CHANGED, events)


async def _newer(session: AsyncSession, statement: str, events: Sequence[Event]) -> list[Event]:
    rows = await fetch(session, statement, [event.subject for event in events])
    known: Mapping[str, int] = {row[0]: row[1] for row in rows}
    return [event for event in events if revision_of(event) > known.get(event.subject, 0)]


def revision_of(event: Event) -> int:
    """The revision of a state."""
    if not isinstance(event.data, StatePayload):
        raise TypeError(f"{event.data.event_type} has no revision")
    return event.data.revision


async def save_recognition(session: AsyncSession, told: RecognitionCopy) -> bool:
    """The recognition, unless a later event about it is known; whether it is valid, as the latest event says. A state
    that does not say when the benefits begin leaves what was said before, in whatever order the two are heard.
    """
    values = {column.key: getattr(told, column.key) for column in RecognitionCopy.__table__.columns}
    statement = insert(RecognitionCopy).values(values)
    newer = {name: getattr(statement.excluded, name) for name in values if name != "recognition"}
    newer["benefits_from"] = func.coalesce(statement.excluded.benefits_from, RecognitionCopy.benefits_from)
    replaced = statement.on_conflict_do_update(
        index_elements=["recognition"], set_=newer, where=RecognitionCopy.revision < statement.excluded.revision
    )
    await session.execute(replaced)
    if told.benefits_from is not None:
        late = {"benefits_from": func.coalesce(RecognitionCopy.benefits_from, statement.excluded.benefits_from)}
        await session.execute(statement.on_conflict_do_update(index_elements=["recognition"], set_=late))
    query = select(RecognitionCopy.valid).where(RecognitionCopy.recognition == told.recognition)
    return (await session.execute(query)).scalar_one()
