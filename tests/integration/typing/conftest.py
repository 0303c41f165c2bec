"""A typing service on a database of the test's own: empty, or with a city at some stage of its year."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploy.local.postgres import EmbeddedPostgres
from tests.fixtures.service_client import Issuer
from tests.integration.typing.staged_city import StagedCity, Stages, stages_of
from tests.integration.typing.typing_client import TypingClient, running_client, typing_settings


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.typing"


@pytest.fixture
async def office(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[TypingClient]:
    """The service, running, without any data."""
    async with running_client(typing_settings(database_url, tmp_path / "typing", issuer), issuer) as office:
        yield office


@pytest.fixture(scope="session")
def stages(
    postgres_server: EmbeddedPostgres,
    template_of: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Stages:
    return stages_of(postgres_server, template_of, tmp_path_factory.mktemp)


@asynccontextmanager
async def city_at(stage: str, stages: Stages, folder: Path, issuer: Issuer) -> AsyncIterator[StagedCity]:
    with stages.copied(stage, folder, issuer) as settings:
        async with running_client(settings, issuer) as office:
            yield StagedCity(office, stages.at(stage).runs, stages, settings)


@pytest.fixture
async def city(
    request: pytest.FixtureRequest, stages: Stages, tmp_path: Path, issuer: Issuer
) -> AsyncIterator[StagedCity]:
    """A city of the test's own; `@at("drafted")` (module `city`) names its stage."""
    async with city_at(getattr(request, "param", "published"), stages, tmp_path, issuer) as city:
        yield city


@pytest.fixture(scope="module")
async def public_city(
    stages: Stages, tmp_path_factory: pytest.TempPathFactory, issuer: Issuer
) -> AsyncIterator[StagedCity]:
    """A published city for tests that only read; one for all tests of a module."""
    async with city_at("published", stages, tmp_path_factory.mktemp("city"), issuer) as city:
        yield city
