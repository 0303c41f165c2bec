"""A recognition service on a database of the test's own, and a county whose season is open."""

import asyncio
import copy
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deploy.local.postgres import EmbeddedPostgres
from tests.fixtures.postgres import OWNER, ROLE, MakeDatabase
from tests.fixtures.service_client import Issuer
from tests.integration.recognition.recognition_client import RecognitionClient, open_client, settings_for
from tests.integration.recognition.walkthrough import Walkthrough, start_walkthrough


@dataclass(frozen=True)
class OpenedSeason:
    """A database with an open season of a county with fifty places, to be copied, and the season as it was answered."""

    template: str
    season: dict[str, Any]


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.recognition"


@pytest.fixture(scope="session")
def opened_season(
    postgres_server: EmbeddedPostgres, template_of: Callable[[str], str], issuer: Issuer, tmp_path_factory: Any
) -> Callable[[], OpenedSeason]:
    """Opened over HTTP once in a worker process, when the first test asks for it."""

    async def opened(url: str, data: Path) -> dict[str, Any]:
        async with open_client(settings_for(url, data, issuer), issuer) as office:
            return (await start_walkthrough(office)).season

    @cache
    def make() -> OpenedSeason:
        template = "template_with_open_season"
        url = postgres_server.create_database(
            template, owner=OWNER, role=ROLE, template=template_of("services.recognition")
        )
        with ThreadPoolExecutor(1) as beside_any_loop:
            made = beside_any_loop.submit(lambda: asyncio.run(opened(url, tmp_path_factory.mktemp("season"))))
            return OpenedSeason(template, made.result())

    return make


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest,
    make_database: MakeDatabase,
    service_package: str,
    as_owner: bool,
    opened_season: Callable[[], OpenedSeason],
) -> str:
    """A fresh database for this test; the open season is in it if the test asks for the walkthrough."""
    template = opened_season().template if "walkthrough" in request.fixturenames else None
    return make_database(service_package, as_owner=as_owner, template=template)


@pytest.fixture
async def office(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[RecognitionClient]:
    """The service, running, without any data."""
    async with open_client(settings_for(database_url, tmp_path / "recognition", issuer), issuer) as office:
        yield office


@pytest.fixture
def walkthrough(office: RecognitionClient, opened_season: Callable[[], OpenedSeason]) -> Walkthrough:
    """An open season of a county with fifty places."""
    return Walkthrough(office, copy.deepcopy(opened_season().season))
