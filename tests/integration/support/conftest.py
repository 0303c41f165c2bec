"""A support service on a database of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fixtures.service_client import Issuer
from tests.integration.support.support_client import SupportClient, open_client, settings_for


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.support"


@pytest.fixture
async def office(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[SupportClient]:
    """The service, running, without any data."""
    async with open_client(settings_for(database_url, tmp_path / "support", issuer), issuer) as office:
        yield office
