"""Closes the DuckDB connection that the comparisons of this folder share."""

from collections.abc import Iterator

import pytest

from tests.unit.law.policy_samples import connection


@pytest.fixture(scope="session", autouse=True)
def closed_afterwards() -> Iterator[None]:
    """Let go of the connection before the interpreter ends."""
    yield
    connection().close()
    connection.cache_clear()
