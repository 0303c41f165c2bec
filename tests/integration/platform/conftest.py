"""These tests run on the little service of tests/fixtures/ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
def service_package() -> str:
    """Its schema."""
    return "tests.fixtures.ledger"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server with production settings, not yet started."""
    server = EmbeddedPostgres(tmp_path / "pg")
    yield server
    server.destroy()
