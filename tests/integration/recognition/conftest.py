"""A recognition service on a database of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fixtures.service import Issuer
from tests.integration.recognition.bureau import Bureau, opened, settings_for


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.recognition"


@pytest.fixture
async def bureau(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[Bureau]:
    """The service, running, without any data."""
    async with opened(settings_for(database_url, tmp_path / "recognition", issuer), issuer) as bureau:
        yield bureau
