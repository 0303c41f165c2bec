"""A service's migrations make exactly the schema that its models describe, and can be taken back."""

from importlib import import_module

import pytest

from deploy.services import SERVICES
from shared.database.migrations import PLATFORM, downgrade, drift, upgrade
from tests.fixtures.postgres import MakeDatabase, fetch

PACKAGES = [service.package() for service in SERVICES]
WITH_TABLES = [package for package in PACKAGES if import_module(f"{package}.models").metadata.tables]
"""The portal has the platform's tables alone."""


@pytest.mark.parametrize("package", PACKAGES)
def test_models_and_migrations_agree(make_database: MakeDatabase, package: str) -> None:
    url = make_database(package, as_owner=True)
    assert drift(url, package) == []


@pytest.mark.parametrize("package", WITH_TABLES)
def test_a_table_without_a_migration_would_be_noticed(make_database: MakeDatabase, package: str) -> None:
    url = make_database()
    assert drift(url, package)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_first_schema_can_be_taken_back_and_made_again(make_database: MakeDatabase, package: str) -> None:
    url = make_database(package, as_owner=True)
    downgrade(url, package, "base")
    upgrade(url, package)
    assert drift(url, package) == []


@pytest.mark.parametrize("package", WITH_TABLES)
def test_a_difference_in_either_history_is_noticed(make_database: MakeDatabase, package: str) -> None:
    url = make_database(package, as_owner=True)
    own = next(iter(import_module(f"{package}.models").metadata.tables))
    for table in ("outbox", own):
        fetch(url, f"ALTER TABLE {table} ADD COLUMN stray integer")
    assert [difference[:1] + difference[2:3] for difference in drift(url, package)] == [
        ("remove_column", "outbox"),
        ("remove_column", own),
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_service_does_not_make_or_remove_the_platforms_tables(make_database: MakeDatabase, package: str) -> None:
    platform, own = import_module("shared.migrations.tables").metadata, import_module(f"{package}.models").metadata
    assert not set(platform.tables) & set(own.tables)
    url = make_database(package, as_owner=True)
    downgrade(url, package, "base")
    assert set(platform.tables) | {"platform_version", "alembic_version"} == tables_of(url)
    downgrade(url, PLATFORM, "base")
    assert tables_of(url) == {"platform_version", "alembic_version"}
    upgrade(url, package)
    assert drift(url, package) == []


def tables_of(url: str) -> set[str]:
    """The tables of the schema `public`."""
    found = fetch(url, "SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = 'public'")
    assert isinstance(found, list)
    return set(found)
