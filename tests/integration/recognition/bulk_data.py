"""Many applications at once, written as they would stand, and what the service asks the database meanwhile."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import event, text

from services.recognition.season.models import Season
from shared.database.connections import Database
from tests.fixtures.season_county import fill
from tests.integration.recognition.walkthrough import Walkthrough

Statement = tuple[str, Any]


async def fill_applications(walkthrough: Walkthrough, numbers: range, step: str) -> list[uuid.UUID]:
    """So many households of the county whose applications are all at a step."""
    async with walkthrough.office.resources.database.transaction() as session:
        season = await session.get_one(Season, uuid.UUID(walkthrough.season["id"]))
    return await fill(walkthrough.office.resources.database, season, numbers, step)


async def add_second_county(walkthrough: Walkthrough, county: str) -> None:
    """A season of another county, and every third application there with its tasks."""
    async with walkthrough.office.resources.database.transaction() as session:
        changed = "jsonb_build_object('id', gen_random_uuid(), 'county', cast(:county as text))"
        await session.execute(
            text(f"insert into season select (jsonb_populate_record(s, {changed})).* from season s"), {"county": county}
        )
        for table, application in (("application", "id"), ("task", "application_id")):
            third = f"update {table} set county = :county where hashtext({application}::text) % 3 = 0"
            await session.execute(text(third), {"county": county})


@contextmanager
def recorded_statements(database: Database) -> Iterator[list[Statement]]:
    """What is sent to the database."""
    said: list[Statement] = []

    def listen(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        said.append((statement, parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", listen)
    yield said
    event.remove(database.engine.sync_engine, "before_cursor_execute", listen)


@asynccontextmanager
async def query_plans(database: Database, about: Callable[[str], bool]) -> AsyncIterator[list[str]]:
    """The plans of the statements that are sent meanwhile, as far as they are about something; filled at the end."""
    found: list[str] = []
    with recorded_statements(database) as said:
        yield found
    async with database.engine.connect() as connection:
        for statement, parameters in said:
            if about(statement):
                rows = await connection.exec_driver_sql(f"explain {statement}", parameters)
                found.append("\n".join(row[0] for row in rows))
