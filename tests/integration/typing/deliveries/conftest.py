"""The intake of the typing service over a real database and directory, and a bureau that delivers to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.feeds.intake.context import IntakeContext
from tests.fixtures.service_client import Issuer, running
from tests.integration.typing.deliveries.bureau_client import PSEUDONYM, Bureau, delivery_routes


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.typing"


@pytest.fixture
def intake(tmp_path: Path) -> IntakeContext:
    return IntakeContext.open(tmp_path / "data", PSEUDONYM, memory_limit="500MB")


@pytest.fixture
async def bureau(database_url: str, issuer: Issuer, intake: IntakeContext) -> AsyncIterator[Bureau]:
    async with delivery_routes(database_url, issuer, intake) as app, running(app) as client:
        yield Bureau(client, issuer, intake)
