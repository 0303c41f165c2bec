"""The platform at a stage of its year, one of the test's own."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from deploy.local.postgres import EmbeddedPostgres
from tests.fixtures.service_client import Issuer
from tests.integration.typing.staged_city import stages_of
from tests.loop.stages import WorldStages
from tests.loop.world import World


@pytest.fixture(scope="session")
def world_stages(
    postgres_server: EmbeddedPostgres,
    template_of: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
    issuer: Issuer,
) -> WorldStages:
    typing = stages_of(postgres_server, template_of, tmp_path_factory.mktemp)
    return WorldStages(postgres_server, template_of, typing, tmp_path_factory.mktemp("worlds"), issuer)


@pytest.fixture
async def world(request: pytest.FixtureRequest, world_stages: WorldStages, tmp_path: Path) -> AsyncIterator[World]:
    """At the stage that the test's parameter names: `typed` unless it names another."""
    async with world_stages.copied(getattr(request, "param", "typed"), tmp_path) as world:
        yield world
