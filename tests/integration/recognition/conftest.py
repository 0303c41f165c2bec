"""A recognition service on a database of the test's own, and a county whose season is open."""

import copy
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from deploy.local.postgres import EmbeddedPostgres
from tests.fixtures.postgres import MakeDatabase
from tests.fixtures.service_client import Issuer
from tests.integration.recognition.recognition_client import RecognitionClient, open_client, settings_for
from tests.integration.recognition.route_access import Ids
from tests.integration.recognition.scoring_setup import Scoring
from tests.integration.recognition.stages import BEGINS, Stage, Stages
from tests.integration.recognition.walkthrough import Walkthrough


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.recognition"


@pytest.fixture(scope="session")
def stages(
    postgres_server: EmbeddedPostgres,
    template_of: Callable[[str], str],
    issuer: Issuer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stages:
    return Stages(postgres_server, template_of, tmp_path_factory.mktemp("stages"), issuer)


@pytest.fixture
def stage(request: pytest.FixtureRequest, stages: Stages) -> Stage | None:
    """What the test begins at: what it says itself (`at_stage`), or what its fixtures need; None: without any data."""
    needed = [name for fixture, name in BEGINS.items() if fixture in request.fixturenames]
    name = getattr(request, "param", needed[0] if needed else None)
    return stages.at(name) if name else None


@pytest.fixture
def database_url(make_database: MakeDatabase, service_package: str, as_owner: bool, stage: Stage | None) -> str:
    """A database of the test's own, at its stage."""
    return make_database(service_package, as_owner=as_owner, template=stage.template if stage else None)


@pytest.fixture
async def office(
    database_url: str, tmp_path: Path, issuer: Issuer, stage: Stage | None
) -> AsyncIterator[RecognitionClient]:
    """The service, running, at the test's stage."""
    if stage:
        shutil.copytree(stage.data, tmp_path / "recognition")
    async with open_client(settings_for(database_url, tmp_path / "recognition", issuer), issuer) as office:
        yield office


def begun(stage: Stage | None) -> Stage:
    assert stage, "the test says no stage"
    return stage


@pytest.fixture
def walkthrough(office: RecognitionClient, stage: Stage | None) -> Walkthrough:
    """An open season of a county with fifty places."""
    return Walkthrough(office, copy.deepcopy(begun(stage).season))


@pytest.fixture
def scoring(walkthrough: Walkthrough) -> Scoring:
    """A season that was opened with a sheet; nobody was fined."""
    return Scoring(walkthrough)


@pytest.fixture
def one_of_each(stage: Stage | None) -> Ids:
    """Of everything in the county that a path may name."""
    found: Ids = begun(stage).made
    return found


@pytest.fixture
def owned_by_departments(stage: Stage | None) -> Ids:
    """What was asked of departments, recommended and delivered by them."""
    found: Ids = begun(stage).made
    return found


@pytest.fixture
def applications(stage: Stage | None) -> list[str]:
    """The applications of households 1, 2, … at the test's stage."""
    return list(begun(stage).made)


@pytest.fixture
def application(applications: list[str]) -> str:
    """The application of household 1: handed in, unless the test says another stage."""
    (only,) = applications
    return only


@pytest.fixture
def recognitions(applications: list[str]) -> list[str]:
    """The recognitions of households 1, 2, …"""
    return applications


@pytest.fixture
def recognition(applications: list[str]) -> str:
    """The recognition of household 1."""
    (only,) = applications
    return only
