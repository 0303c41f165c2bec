"""The migrations make exactly the schema that the models describe, and can be taken back."""

from services.typing.models import Base
from shared.service.migrations import downgrade, drift, upgrade
from tests.fixtures.postgres import MakeDatabase

PACKAGE = "services.typing"


def test_models_and_migrations_agree(make_database: MakeDatabase) -> None:
    url = make_database(PACKAGE)
    assert drift(url, PACKAGE) == []


def test_a_table_without_a_migration_would_be_noticed(make_database: MakeDatabase) -> None:
    assert Base.metadata.tables
    url = make_database()
    assert drift(url, PACKAGE)


def test_the_first_schema_can_be_taken_back_and_made_again(make_database: MakeDatabase) -> None:
    url = make_database(PACKAGE)
    downgrade(url, PACKAGE, "base")
    upgrade(url, PACKAGE)
    assert drift(url, PACKAGE) == []
