"""The tortured service's database, and its topic."""

from collections.abc import AsyncIterator, Callable

import pytest

from shared.database.connections import Database
from tests.faults.counting_service import Kinds, create_tables, kinds_on


@pytest.fixture
async def service(make_database: Callable[..., str]) -> AsyncIterator[Database]:
    """A fresh database with the rig's tables."""
    database = Database(make_database())
    await create_tables(database)
    yield database
    await database.close()


@pytest.fixture
def service_url(service: Database) -> str:
    return service.url.render_as_string(hide_password=False)


@pytest.fixture
def kinds(topic: str) -> Kinds:
    return kinds_on(topic)
