"""A typing service on a database of the test's own: empty, or with a city at some stage of its year."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploy.local.postgres import EmbeddedPostgres
from tests.fixtures.service import Issuer
from tests.integration.typing.city import City, Stages, stages_of
from tests.integration.typing.office import CITY, Office, opened, settings_for

__all__ = ["CITY", "Office"]


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.typing"


@pytest.fixture
async def office(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[Office]:
    """The service, running, without any data."""
    async with opened(settings_for(database_url, tmp_path / "typing", issuer), issuer) as office:
        yield office


@pytest.fixture(scope="session")
def stages(
    postgres_server: EmbeddedPostgres,
    template_of: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Stages:
    return stages_of(postgres_server, template_of, tmp_path_factory.mktemp)


@asynccontextmanager
async def city_at(stage: str, stages: Stages, folder: Path, issuer: Issuer) -> AsyncIterator[City]:
    with stages.copied(stage, folder, issuer) as settings:
        async with opened(settings, issuer) as office:
            yield City(office, stages.at(stage).runs, stages, settings)


@pytest.fixture
async def city(request: pytest.FixtureRequest, stages: Stages, tmp_path: Path, issuer: Issuer) -> AsyncIterator[City]:
    """A city of the test's own; `@at("drafted")` (module `city`) names its stage."""
    async with city_at(getattr(request, "param", "published"), stages, tmp_path, issuer) as city:
        yield city


@pytest.fixture(scope="module")
async def public_city(stages: Stages, tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> AsyncIterator[City]:
    """A published city for tests that only read; one for all tests of a module."""
    async with city_at("published", stages, tmp_path_factory.mktemp("city"), issuer) as city:
        yield city
