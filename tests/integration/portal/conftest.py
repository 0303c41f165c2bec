"""The portal before stand-ins of the services, which answer as their committed descriptions say."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fixtures.service_client import Issuer
from tests.integration.portal.visitor import Visitor, open_portal


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.portal"


@pytest.fixture
async def visitor(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[Visitor]:
    """Somebody with a browser, at the portal."""
    async with open_portal(database_url, tmp_path, issuer) as visitor:
        yield visitor
