"""Every released schema of the recognition database, with rows in it, is brought to the newest one."""

import asyncio

from deploy.local.postgres import EmbeddedPostgres
from tests.fixtures.releases import assert_upgrades, dumped, freeze_if_asked, frozen
from tests.integration.recognition.recognition_client import RecognitionClient
from tests.integration.recognition.walkthrough import start_walkthrough

PACKAGE = "services.recognition"


async def test_the_schema_of_now_is_loaded_from_a_dump_and_upgraded(
    office: RecognitionClient, postgres_server: EmbeddedPostgres
) -> None:
    walkthrough = await start_walkthrough(office)
    recognised, *_ = await walkthrough.to_decision(1, 2, 3)
    assert (await walkthrough.decide(recognised)).status_code == 201
    database = office.resources.database.url.database
    assert database is not None
    dump = await asyncio.to_thread(dumped, postgres_server, database)
    await asyncio.to_thread(assert_upgrades, postgres_server, PACKAGE, dump)
    freeze_if_asked("recognition", dump)


def test_every_released_schema_is_upgraded(postgres_server: EmbeddedPostgres) -> None:
    for release in frozen("recognition"):
        assert_upgrades(postgres_server, PACKAGE, release.read_text("utf-8"))
