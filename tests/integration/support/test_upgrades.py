"""Every released schema of the support database, with rows in it, is brought to the newest one."""

import asyncio

from deploy.local.postgres import EmbeddedPostgres
from shared.platform import audit
from shared.platform.system_callers import CLOCK
from tests.fixtures.releases import assert_upgrades, dumped, freeze_if_asked, frozen
from tests.integration.support.support_client import COUNTY, SupportClient, household_typed

PACKAGE = "services.support"


async def test_the_schema_of_now_is_loaded_from_a_dump_and_upgraded(
    office: SupportClient, postgres_server: EmbeddedPostgres
) -> None:
    await office.hear(household_typed(1, type="ineligible", defects=["base.not-reported"]))
    async with office.resources.database.transaction() as session:
        await audit.record(session, audit.about("1", COUNTY), CLOCK, "support:test")
    database = office.resources.database.url.database
    assert database is not None
    dump = await asyncio.to_thread(dumped, postgres_server, database)
    await asyncio.to_thread(assert_upgrades, postgres_server, PACKAGE, dump)
    freeze_if_asked("support", dump)


def test_every_released_schema_is_upgraded(postgres_server: EmbeddedPostgres) -> None:
    for release in frozen("support"):
        assert_upgrades(postgres_server, PACKAGE, release.read_text("utf-8"))
