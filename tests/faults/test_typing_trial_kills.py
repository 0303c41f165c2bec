"""A worker killed while it tries a draft of the law: another begins the trial anew and ends it with the same matrix."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.local.postgres import EmbeddedPostgres
from shared.platform.identity import Role
from tests.faults import typing_worker
from tests.fixtures.service_client import Issuer
from tests.integration.typing.staged_city import StagedCity, Stages, stages_of
from tests.integration.typing.typing_client import running_client

pytestmark = pytest.mark.faults

DRAFT = {"policy": "zhengzhou-2025", "readings": {"growth-1-zero": "positive-only"}}
LONGEST = 60.0


@pytest.fixture
async def city(
    postgres_server: EmbeddedPostgres,
    template_of: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
    issuer: Issuer,
) -> AsyncIterator[StagedCity]:
    """A city with a draft run, on which a policy can be tried."""
    stages: Stages = stages_of(postgres_server, template_of, tmp_path_factory.mktemp)
    with stages.copied("drafted", tmp_path, issuer) as settings:
        async with running_client(settings, issuer) as office:
            yield StagedCity(office, stages.at("drafted").runs, stages, settings)


async def ordered(city: StagedCity) -> str:
    answer = await city.office.client.post(
        f"/v1/runs/{city.last}/trials", json=DRAFT, headers=city.office.as_(Role.OFFICER)
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def ended_by_another_worker(city: StagedCity, trial: str) -> list[dict[str, Any]]:
    """The matrix after a worker that is left in peace."""
    worker = typing_worker.start(city.settings)
    deadline = time.monotonic() + LONGEST
    try:
        while (await city.office.get(f"/v1/trials/{trial}")).json()["state"] == "queued":
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
    finally:
        worker.kill()
        await asyncio.to_thread(worker.join)
    answer = await city.office.get(f"/v1/trials/{trial}/comparison")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["changes"])


async def killed_at(city: StagedCity, point: str, variant: str = "") -> str:
    """A trial whose worker died at the point; it must be as if nobody had begun it."""
    trial = await ordered(city)
    killed = typing_worker.start(city.settings, point, variant)
    await asyncio.to_thread(killed.join, LONGEST)
    assert killed.exitcode == -9
    assert (await city.office.get(f"/v1/trials/{trial}")).json()["state"] == "queued"
    return trial


@pytest.mark.parametrize("point", ["after half a trials file", "before a trial is committed"])
async def test_a_killed_workers_trial_is_ended_by_another_one(city: StagedCity, point: str) -> None:
    undisturbed = await ended_by_another_worker(city, await ordered(city))
    trial = await killed_at(city, point)
    assert await ended_by_another_worker(city, trial) == undisturbed
    folder = city.office.resources.workspace.trial_folder(UUID(city.last), UUID(trial))
    assert [path.name for path in folder.iterdir()] == ["households.parquet"]
    page = await city.office.get(f"/v1/trials/{trial}/households")
    assert page.status_code == 200


async def test_a_trial_that_is_done_before_its_file_is_there_would_be_caught(city: StagedCity) -> None:
    with pytest.raises(AssertionError, match="'done' == 'queued'"):
        await killed_at(city, "after half a trials file", "a trial done before its file")
