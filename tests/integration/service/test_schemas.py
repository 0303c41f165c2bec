"""A service's migrations make exactly the schema that its models describe, and can be taken back."""

from importlib import import_module

import pytest

from shared.service.migrations import downgrade, drift, upgrade
from tests.fixtures.postgres import MakeDatabase

PACKAGES = ["services.typing", "services.recognition"]


@pytest.mark.parametrize("package", PACKAGES)
def test_models_and_migrations_agree(make_database: MakeDatabase, package: str) -> None:
    url = make_database(package)
    assert drift(url, package) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_table_without_a_migration_would_be_noticed(make_database: MakeDatabase, package: str) -> None:
    assert import_module(f"{package}.models").metadata.tables
    url = make_database()
    assert drift(url, package)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_first_schema_can_be_taken_back_and_made_again(make_database: MakeDatabase, package: str) -> None:
    url = make_database(package)
    downgrade(url, package, "base")
    upgrade(url, package)
    assert drift(url, package) == []
