"""Every released schema of the typing database, with rows in it, is brought to the newest one."""

import pytest

from deploy.local.postgres import EmbeddedPostgres
from shared.database.connections import Database
from shared.database.migrations import drift
from tests.fixtures.postgres import fetch
from tests.fixtures.releases import assert_upgrades, dumped, freeze_if_asked, frozen, loaded
from tests.integration.typing.staged_city import Stages

PACKAGE = "services.typing"
FEW = """
    DELETE FROM result WHERE uscc NOT IN (SELECT uscc FROM result ORDER BY uscc LIMIT 20);
    DELETE FROM outbox WHERE position > 20;
"""


@pytest.fixture(scope="module")
def dump(stages: Stages, postgres_server: EmbeddedPostgres) -> str:
    """A published city of few households."""
    published = stages.at("published").template
    postgres_server.create_database("few_households", owner="minglu_test", template=published)
    postgres_server.sql(FEW, "few_households")
    return dumped(postgres_server, "few_households")


def test_the_schema_of_now_is_loaded_from_a_dump_and_upgraded(dump: str, postgres_server: EmbeddedPostgres) -> None:
    assert_upgrades(postgres_server, PACKAGE, dump)
    freeze_if_asked("typing", dump)


def test_every_released_schema_is_upgraded(postgres_server: EmbeddedPostgres) -> None:
    for release in frozen("typing"):
        assert_upgrades(postgres_server, PACKAGE, release.read_text("utf-8"))


def test_a_released_migration_that_was_changed_would_be_noticed(dump: str, postgres_server: EmbeddedPostgres) -> None:
    """The planted fault: what 0001 makes today is not what it made in the release."""
    url = loaded(postgres_server, dump)
    fetch(url, "ALTER TABLE annual_report_closing DROP COLUMN actor")
    name = Database(url).url.database
    assert name is not None
    with pytest.raises(AssertionError, match="add_column"):
        assert_upgrades(postgres_server, PACKAGE, dumped(postgres_server, name))
    assert drift(url, PACKAGE)
