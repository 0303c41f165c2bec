"""The small service of the fault tests, without the faults."""

from collections.abc import AsyncIterator, Callable

import pytest

from shared.database.connections import Database
from tests.faults.counting_service import Kinds, create_tables, kinds_on


@pytest.fixture
async def service(make_database: Callable[..., str]) -> AsyncIterator[Database]:
    database = Database(make_database())
    await create_tables(database)
    yield database
    await database.close()


@pytest.fixture
def kinds(topic: str) -> Kinds:
    return kinds_on(topic)
