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
SAID_OF_TRADES = "unnest($1::text[], $2::text[], $3::date[]) AS n(uscc, section, established_on)"
FILL_TRADES = f"""
    UPDATE household h SET industry_section = coalesce(h.industry_section, n.section),
           established_on = coalesce(h.established_on, n.established_on)
    FROM {SAID_OF_TRADES}
    WHERE h.uscc = n.uscc AND (h.industry_section IS NULL AND n.section IS NOT NULL
                               OR h.established_on IS NULL AND n.established_on IS NOT NULL)
"""
REPLACE_TRADES = f"""
    UPDATE household h SET industry_section = n.section, established_on = n.established_on
    FROM {SAID_OF_TRADES}
    WHERE h.uscc = n.uscc
          AND (n.section, n.established_on) IS DISTINCT FROM (h.industry_section, h.established_on)
"""
TRADES = frozenset({"industry_code", "established_on"})
TYPED, CHANGED = (REVISIONS.format(of=of) for of in ("typed", "changed"))


async def keep_year_types(session: AsyncSession, typed: Sequence[HouseholdTyped]) -> None:
    """The types of their years; one payload per household."""
    columns = [one.uscc for one in typed], [one.year for one in typed], [one.type for one in typed]
    await fetch(session, KEEP_YEAR_TYPES, *columns)


async def fill_trades(session: AsyncSession, typed: Sequence[HouseholdTyped]) -> None:
    """Trades and days of establishment that the copy does not know: the rows that a run rests on may be older than what
    the register has said since.
    """
    await _keep_trades(session, FILL_TRADES, typed)


async def replace_trades(session: AsyncSession, changed: Sequence[HouseholdChanged]) -> None:
    """As the register has them now, also where it has none, or none that can be read; an event from before they were
    said leaves them.
    """
    await _keep_trades(session, REPLACE_TRADES, [one for one in changed if one.model_fields_set >= TRADES])


async def _keep_trades(
    session: AsyncSession, statement: str, said: Sequence[HouseholdTyped | HouseholdChanged]
) -> None:
    if said:
        sections = [section_of(one.industry_code) for one in said]
        await fetch(session, statement, [one.uscc for one in said], sections, [one.established_on for one in said])


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
