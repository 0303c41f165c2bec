"""T1 at the service: a worker killed anywhere and begun again brings a run to the digest of an undisturbed one."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
import pytest

from deploy.local.postgres import EmbeddedPostgres
from services.typing.engine.digest import run_digest, snapshot_digest
from services.typing.runs.models import Run
from services.typing.tidying import clear_killed_attempts
from tests.faults import typing_worker
from tests.faults.counting_service import eventually
from tests.faults.processes import KILLS
from tests.fixtures.service_client import Issuer
from tests.integration.typing.staged_city import StagedCity, Stages, stages_of
from tests.integration.typing.typing_client import running_client

pytestmark = pytest.mark.faults

SHARE = max(4, KILLS * 8 // 30)
LONGEST = 60.0


@pytest.fixture
def stages(
    postgres_server: EmbeddedPostgres, template_of: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Stages:
    return stages_of(postgres_server, template_of, tmp_path_factory.mktemp)


@pytest.fixture
async def city(stages: Stages, tmp_path: Path, issuer: Issuer) -> AsyncIterator[StagedCity]:
    """A city with a run that waits for a worker."""
    with stages.copied("ordered", tmp_path, issuer) as settings:
        async with running_client(settings, issuer) as office:
            yield StagedCity(office, stages.at("ordered").runs, stages, settings)


@pytest.fixture
async def undisturbed(stages: Stages, tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> str:
    """The digest of a run that nobody kills."""
    with stages.copied("drafted", tmp_path_factory.mktemp("undisturbed"), issuer) as settings:
        async with running_client(settings, issuer) as office:
            run = await office.stored(stages.at("drafted").runs[-1])
    assert run.digest is not None
    return run.digest


def assert_files_are_what_the_run_says(city: StagedCity, run: Run) -> None:
    """What lies under a final name is whole; what the run has put its digest on is that very file."""
    files = city.office.resources.workspace
    for path in (files.snapshot(run.id), files.results(run.id), files.announcement(run.id)):
        assert not path.exists() or pq.read_metadata(path).num_rows > 0
    if run.state in ("frozen", "typed", "draft"):
        assert snapshot_digest(files.snapshot(run.id)) == run.snapshot
    if run.state in ("typed", "draft"):
        assert run_digest(run.policy_hash, run.snapshot or "", run.as_of, files.results(run.id)) == run.digest


async def died(worker: ForkServerProcess) -> bool:
    await asyncio.to_thread(worker.join, LONGEST)
    return worker.exitcode == -9


async def kill(worker: ForkServerProcess) -> None:
    worker.kill()
    await asyncio.to_thread(worker.join)


async def ended(city: StagedCity, run_id: str) -> Run:
    """The run when it is a draft, or failed."""
    deadline = time.monotonic() + LONGEST
    while (run := await city.office.stored(run_id)).state not in ("draft", "failed"):
        assert time.monotonic() < deadline, run.state
        await asyncio.sleep(0.02)
    return run


async def finished(city: StagedCity, run_id: str, variant: str = "") -> Run:
    """The run after a worker that is left in peace."""
    worker = typing_worker.start(city.settings, variant=variant)
    try:
        return await ended(city, run_id)
    finally:
        await kill(worker)


async def assert_draft_is_complete(city: StagedCity, run: Run, digest: str) -> None:
    """Also that nothing of a killed worker stays: its last attempt is cleared away by the service, not by a step."""
    assert run.state == "draft", run.failure
    assert run.digest == digest
    assert_files_are_what_the_run_says(city, run)
    (rows,) = await city.office.sql("select count(*) from result where run_number = $1", run.number)
    changes = await city.office.sql("select sum(households)::int from change where run_number = $1", run.number)
    completed = await city.office.sql(
        "select value from outbox where convert_from(value, 'utf8') like $1", f"%{run.id}%"
    )
    assert rows[0] == changes[0][0] == run.households
    assert len(completed) == 1
    folder = city.office.resources.workspace.folder(UUID(str(run.id)))

    async def cleared() -> bool:
        await clear_killed_attempts(city.office.resources)
        return not any(folder.glob("attempts/*"))

    assert await eventually(cleared), "once the killed worker's lease has ended"
    assert {path.name for path in folder.iterdir()} - {"attempts"} == {
        "snapshot.parquet",
        "results.parquet",
        "announcement.parquet",
    }


PATH = [
    "after half the snapshot",
    *("before a file gets its name", "before the commit", "after the commit"),
    *("before a file gets its name", "before the commit", "after the commit"),
    *("while rows are copied", "after rows are loaded", "before a file gets its name", "before the commit"),
    "after the commit",
]
"""One run, killed at every boundary on its way, in order."""


async def test_killed_at_every_boundary_of_every_step(city: StagedCity, undisturbed: str) -> None:
    states = []
    for point in PATH:
        assert await died(typing_worker.start(city.settings, point)), point
        run = await city.office.stored(city.last)
        assert_files_are_what_the_run_says(city, run)
        states.append(run.state)
    assert states == ["queued"] * 3 + ["frozen"] * 3 + ["typed"] * 5 + ["draft"]
    await assert_draft_is_complete(city, await finished(city, city.last), undisturbed)


async def test_killed_at_random_again_and_again(city: StagedCity, undisturbed: str) -> None:
    moments, current, drafts = random.Random(20260701), city.last, 0
    began = time.monotonic()
    run = await finished(city, await city.office.ordered())
    duration = time.monotonic() - began
    for _ in range(SHARE):
        worker = typing_worker.start(city.settings)
        await asyncio.sleep(moments.uniform(0.0, duration))
        await kill(worker)
        run = await city.office.stored(current)
        assert_files_are_what_the_run_says(city, run)
        if run.state == "draft":
            await assert_draft_is_complete(city, run, undisturbed)
            current, drafts = await city.office.ordered(), drafts + 1
    await assert_draft_is_complete(city, await finished(city, current), undisturbed)


async def test_a_file_written_under_its_final_name_would_be_caught(city: StagedCity) -> None:
    naive = typing_worker.start(city.settings, "after half the snapshot", "files under their final name")
    assert await died(naive)
    with pytest.raises(Exception, match=r"[Pp]arquet"):
        assert_files_are_what_the_run_says(city, await city.office.stored(city.last))


async def test_a_run_moved_on_before_its_file_is_whole_would_be_caught(city: StagedCity, undisturbed: str) -> None:
    assert await died(typing_worker.start(city.settings, "after half the snapshot", "state before the file"))
    with pytest.raises((AssertionError, FileNotFoundError)):
        assert_files_are_what_the_run_says(city, await city.office.stored(city.last))
    run = await finished(city, city.last)
    assert (run.state, run.digest) != ("draft", undisturbed)
