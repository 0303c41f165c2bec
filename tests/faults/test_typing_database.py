"""A run goes on by itself after its database was killed in the middle of a step."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from deploy.local.postgres import EmbeddedPostgres
from services.typing.run_worker import RunWorker
from services.typing.runs import steps as run_steps
from shared.database.migrations import upgrade
from tests.faults.counting_service import eventually
from tests.fixtures.service_client import Issuer
from tests.fixtures.waiting import PATIENCE
from tests.integration.typing.staged_city import Stages
from tests.integration.typing.typing_client import running_client

pytestmark = pytest.mark.faults


@pytest.fixture
def fragile(durable_postgres: EmbeddedPostgres, tmp_path: Path) -> Stages:
    """Stages on a server that will be killed."""

    def migrated(package: str) -> str:
        upgrade(durable_postgres.create_database("migrated", owner="minglu_test"), package)
        return "migrated"

    return Stages(durable_postgres, migrated, tmp_path)


async def test_a_run_resumes_after_the_database_was_killed_in_the_middle_of_a_step(
    fragile: Stages, durable_postgres: EmbeddedPostgres, tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, go_on = threading.Event(), threading.Event()
    freeze = run_steps.write_snapshot

    def slowly(*args: Any) -> Any:
        at_work.set()
        assert go_on.wait(60)
        return freeze(*args)

    monkeypatch.setattr(run_steps, "write_snapshot", slowly)
    monkeypatch.setattr("shared.worker.transient.LONGEST_PAUSE", 0.5)
    with fragile.copied("ordered", tmp_path, issuer) as settings:
        async with running_client(settings, issuer) as office:
            (run_id,) = fragile.at("ordered").runs
            worker = asyncio.ensure_future(RunWorker(office.resources, poll_seconds=0.05).run())
            naive = asyncio.ensure_future(RunWorker(office.resources, poll_seconds=0.05).take_steps())
            assert await asyncio.to_thread(at_work.wait, PATIENCE)
            durable_postgres.kill()
            await asyncio.sleep(0.5)
            assert not worker.done(), "it waits"
            durable_postgres.start()
            go_on.set()
            assert isinstance(await naive_end(naive), Exception), "the naive worker is gone"

            async def are_drafts() -> bool:
                return {row["state"] for row in await office.sql("select state from run")} == {"draft"}

            assert await eventually(are_drafts)
            assert not worker.done()
            again = await office.ordered()
            assert await eventually(are_drafts)
            assert (await office.stored(again)).digest == (await office.stored(run_id)).digest
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)


async def naive_end(naive: "asyncio.Future[None]") -> BaseException | None:
    """How a worker ended that does not wait for a lost database."""
    return (await asyncio.wait_for(asyncio.gather(naive, return_exceptions=True), PATIENCE))[0]
