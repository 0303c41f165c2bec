"""Each service's kinds of kept data: in the table of terms, erasable on its schema, and stopped by a hold on all."""

import asyncio
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import text

from deploy.services import SERVICES
from shared.database.connections import Database
from shared.platform.legal_holds import lift_hold, place_hold
from shared.platform.retention import Retention, retention_table
from shared.platform.service import DeclarationError, Service
from tests.fixtures.ledger.service import SERVICE as LEDGER
from tests.fixtures.postgres import MakeDatabase

DEAD = text(
    "insert into dead_letter (consumer, topic, event_id, value, kind, cause, settled_at) "
    "values ('ledger', 'a.events', '1', '', 'discarded', 'x', now() - interval '451 days')"
)
"""Longer ago than the bus keeps what could be read again"""


@pytest.mark.parametrize("package", [service.package() for service in SERVICES])
def test_each_kind_of_the_table_is_erased_by_its_service(make_database: MakeDatabase, package: str) -> None:
    service = import_module(f"{package}.service").SERVICE
    erased = asyncio.run(erase(make_database(package), service))
    assert erased == dict.fromkeys(erased, 0)
    assert set(erased) == {one.kind for one in retention_table() if one.service in ("*", service.name)}


async def erase(url: str, service: Service[Any, Any]) -> Mapping[str, int]:
    """One round in a database of its own."""
    database = Database(url)
    try:
        return await Retention.of(service.name, service.retained, {}).erase(database)
    finally:
        await database.close()


async def test_a_hold_on_everything_stops_what_names_no_household(database: Database) -> None:
    retention = Retention.of("ledger", (), {})
    async with database.transaction() as session:
        await session.execute(DEAD)
        hold = await place_hold(session, None, None, "（2026）1号", "法规处")
    assert await retention.erase(database) == {"dead-letter": 0, "refused-delivery": 0}
    async with database.transaction() as session:
        await lift_hold(session, hold, "法规处")
    assert (await Retention.of("ledger", (), {"dead-letter": 500}).erase(database))["dead-letter"] == 0
    assert (await retention.erase(database))["dead-letter"] == 1


def test_a_kind_that_the_table_does_not_name_ends_the_start() -> None:
    with pytest.raises(LookupError, match="differ"):
        Retention.of("objection", (), {})
    with pytest.raises(DeclarationError):
        Service(
            LEDGER.settings, LEDGER.resources, (), retained=import_module("services.objection.service").SERVICE.retained
        ).check()
