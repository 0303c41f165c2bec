"""A recognition service on a database of the test's own, and a county whose season is open."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fixtures.service_client import Issuer
from tests.integration.recognition.recognition_client import RecognitionClient, open_client, settings_for
from tests.integration.recognition.walkthrough import Walkthrough, start_walkthrough


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.recognition"


@pytest.fixture
async def office(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[RecognitionClient]:
    """The service, running, without any data."""
    async with open_client(settings_for(database_url, tmp_path / "recognition", issuer), issuer) as office:
        yield office


@pytest.fixture
async def walkthrough(office: RecognitionClient) -> Walkthrough:
    """An open season of a county with fifty places."""
    return await start_walkthrough(office)
