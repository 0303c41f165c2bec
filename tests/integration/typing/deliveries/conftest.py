"""The intake of the typing service over a real database and directory, and a bureau that delivers to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.typing.deliveries.intake import TypingIntake
from tests.fixtures.service_client import Issuer, running
from tests.integration.typing.deliveries.bureau_client import PSEUDONYM, Bureau, delivery_routes


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.typing"


@pytest.fixture
def intake(tmp_path: Path) -> TypingIntake:
    return TypingIntake.open(tmp_path / "data", PSEUDONYM, memory_limit="500MB")


@pytest.fixture
async def bureau(database_url: str, issuer: Issuer, intake: TypingIntake) -> AsyncIterator[Bureau]:
    async with delivery_routes(database_url, issuer, intake) as app, running(app) as client:
        yield Bureau(client, issuer, intake)
