"""How runs are taken: each by one worker at a time, with progress that grows, and errors that end in words."""

import asyncio
import shutil
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.typing import run_worker
from services.typing.engine.digest import snapshot_digest
from services.typing.engine.files import Workspace
from services.typing.run_worker import STEPS, RunWorker
from services.typing.runs import step_context, steps as run_steps
from services.typing.runs.domain import RunState
from services.typing.runs.models import Run
from services.typing.runs.step_context import StepContext
from services.typing.tidying import clear_discarded
from shared.database.advisory_locks import AdvisoryLock
from shared.database.connections import Database
from shared.platform.identity import Role
from tests.faults.counting_service import eventually, running
from tests.integration.typing.staged_city import FIRST_DAY, StagedCity, at_stage

Take = Callable[[StepContext], Awaitable[None]]
END_LEASES = """
    select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
    where l.locktype = 'advisory' and l.classid = (hashtext($1)::bigint & 4294967295)::oid
        and d.datname = current_database()
"""


@asynccontextmanager
async def another_worker(city: StagedCity) -> AsyncIterator[RunWorker]:
    """A worker with connections of its own, as in another process."""
    database = Database(city.settings.database_url, application="another")
    yield RunWorker(replace(city.office.resources, database=database))
    await database.close()


async def is_in(city: StagedCity, run_id: str, *states: str) -> bool:
    return (await city.office.stored(run_id)).state in states


def wrapped(monkeypatch: pytest.MonkeyPatch, state: RunState, around: Callable[[Take], Take]) -> None:
    monkeypatch.setitem(STEPS, state, around(STEPS[state]))


# -- one at a time -------------------------------------------------------------------------------------------------


async def most_at_once(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many of four workers were ever at one run, while three runs are taken to their end, or until two were."""
    at_work: Counter[UUID] = Counter()
    most = 0

    def watched(take: Take) -> Take:
        async def watch(taken: StepContext) -> None:
            nonlocal most
            at_work[taken.run.id] += 1
            most = max(most, at_work[taken.run.id])
            try:
                await asyncio.sleep(0.05)
                await take(taken)
            finally:
                at_work[taken.run.id] -= 1

        return watch

    for state in list(STEPS):
        wrapped(monkeypatch, state, watched)
    ids = [city.last, await city.office.ordered(), await city.office.ordered()]

    async def seen_or_over(run_id: str) -> bool:
        return most > 1 or await is_in(city, run_id, "draft", "failed")

    async with another_worker(city) as one, another_worker(city) as two:
        mine = RunWorker(city.office.resources)
        workers = [mine, RunWorker(city.office.resources), one, two]
        for worker in workers:
            worker.poll_seconds = 0.02
        async with running(*(worker.run() for worker in workers)):
            for run_id in ids:
                assert await eventually(lambda run_id=run_id: seen_or_over(run_id))  # type: ignore[misc]
    return most


@at_stage("ordered")
async def test_no_two_workers_take_the_same_run_at_once(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await most_at_once(city, monkeypatch) == 1
    assert {row["state"] for row in await city.office.sql("select state from run")} == {"draft"}


@at_stage("ordered")
async def test_workers_without_a_lease_would_be_caught(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault."""

    @asynccontextmanager
    async def no_lease(_database: Database, _number: int) -> AsyncIterator[bool]:
        yield True

    monkeypatch.setattr(run_worker, "run_lease", no_lease)
    assert await most_at_once(city, monkeypatch) > 1


class Slow:
    """Freezing that waits in its thread, after the evidence was read, until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self._freeze = run_steps.write_snapshot
        monkeypatch.setattr(run_steps, "write_snapshot", self)

    def __call__(self, *args: Any) -> Any:
        if not self.reached.is_set():
            self.reached.set()
            assert self.go_on.wait(30)
        return self._freeze(*args)


async def lose_the_lease(city: StagedCity, slow: Slow) -> Run:
    """A worker loses its lease while it freezes; meanwhile the feeds change and another one freezes the run."""
    office = city.office
    mine = asyncio.ensure_future(RunWorker(office.resources).take_one_step())
    assert await asyncio.to_thread(slow.reached.wait, 30)
    assert await office.sql(END_LEASES, AdvisoryLock.RUN.value), "a lease was held"
    await office.deliver(credit_of_everybody(city), feed="credit")
    async with another_worker(city) as other:
        assert await other.take_one_step()
    slow.go_on.set()
    await asyncio.gather(mine, return_exceptions=True)
    return await office.stored(city.last)


def credit_of_everybody(city: StagedCity) -> Path:
    """A later credit feed: nobody is marked any more."""
    table = pq.read_table(city.stages.sample(FIRST_DAY) / "credit.parquet")
    place = table.schema.get_field_index("abnormal")
    path = city.office.resources.workspace.root / "credit.parquet"
    pq.write_table(table.set_column(place, "abnormal", pa.array([False] * len(table))), path)
    return path


@at_stage("ordered")
async def test_who_lost_the_run_replaces_nothing(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await lose_the_lease(city, Slow(monkeypatch))
    assert run.state == "frozen"
    assert snapshot_digest(city.office.resources.workspace.snapshot(run.id)) == run.snapshot


@at_stage("ordered")
async def test_files_renamed_without_the_run_s_lock_would_be_caught(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: each attempt writes where the last one's file lies."""
    monkeypatch.setattr(Workspace, "attempt", Workspace.folder)
    monkeypatch.setattr(StepContext, "clear", lambda _: None)
    run = await lose_the_lease(city, Slow(monkeypatch))
    assert snapshot_digest(city.office.resources.workspace.snapshot(run.id)) != run.snapshot


@at_stage("ordered")
async def test_a_stopped_worker_keeps_the_run_until_its_thread_has_ended(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch)
    stopped = asyncio.ensure_future(RunWorker(city.office.resources).run())
    assert await asyncio.to_thread(slow.reached.wait, 30)
    stopped.cancel()
    async with another_worker(city) as other:
        await asyncio.sleep(0.1)
        assert not await other.take_one_step()
        slow.go_on.set()
        await asyncio.gather(stopped, return_exceptions=True)
        assert await other.take_one_step()


# -- progress ------------------------------------------------------------------------------------------------------


@at_stage("ordered")
async def test_progress_grows_to_one(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_context, "PROGRESS_SECONDS", 0.01)
    failed_once = False

    def once_in_vain(take: Take) -> Take:
        async def fail_first(taken: StepContext) -> None:
            nonlocal failed_once
            await take(taken) if failed_once else await taken.in_thread(taken.progress, 0.9)
            if not failed_once:
                await taken.save_progress()
                failed_once = True
                raise RuntimeError("in vain")

        return fail_first

    wrapped(monkeypatch, RunState.FROZEN, once_in_vain)
    seen: list[float] = []
    async with running(RunWorker(city.office.resources, poll_seconds=0.01).run()):
        while not seen or seen[-1] < 1.0:
            seen.append((await city.office.run(city.last)).json()["progress"])
    assert seen == sorted(seen)
    assert {0.5, 0.7} & set(seen)
    assert len(set(seen)) > 3


# -- errors --------------------------------------------------------------------------------------------------------


def failing(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The second step fails so often, then works."""
    left = times

    def spoilt(take: Take) -> Take:
        async def fail(taken: StepContext) -> None:
            nonlocal left
            if left:
                left -= 1
                raise RuntimeError("spoilt")
            await take(taken)

        return fail

    wrapped(monkeypatch, RunState.FROZEN, spoilt)


@at_stage("ordered")
async def test_a_step_that_fails_twice_is_tried_again(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, 2)
    await city.office.work()
    assert await is_in(city, city.last, "draft")


@at_stage("ordered")
async def test_a_step_that_fails_three_times_fails_the_run_in_words(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, 3)
    await city.office.work()
    run = (await city.office.run(city.last)).json()
    assert (run["state"], run["state_label"]) == ("failed", "失败")
    assert "已重试三次" in run["failure"]
    assert run["progress"] == 0.5
    (entry,) = await city.office.sql("select actor, details from audit_entry where action = 'run:fail'")
    assert entry["actor"] == "worker/typing"


@at_stage("ordered")
async def test_a_database_that_is_away_is_no_failed_try(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    away = 5

    def interrupted(take: Take) -> Take:
        async def interrupt(taken: StepContext) -> None:
            nonlocal away
            if away:
                away -= 1
                raise ConnectionResetError
            await take(taken)

        return interrupt

    wrapped(monkeypatch, RunState.FROZEN, interrupted)
    monkeypatch.setattr("shared.worker.transient.LONGEST_PAUSE", 0.05)
    async with running(RunWorker(city.office.resources, poll_seconds=0.01).run()):
        assert await eventually(lambda: is_in(city, city.last, "draft"))


async def test_a_run_without_registrations_fails_at_once_in_words(office: Any) -> None:
    run_id = await office.ordered()
    await office.work()
    run = (await office.run(run_id)).json()
    assert run["state"] == "failed"
    assert "登记注册数据" in run["failure"]


# -- discarding ----------------------------------------------------------------------------------------------------


@at_stage("ordered")
async def test_a_run_discarded_while_it_is_worked_on_stays_discarded_and_is_cleared(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, slow = city.office, Slow(monkeypatch)
    work = asyncio.ensure_future(office.work())
    assert await asyncio.to_thread(slow.reached.wait, 30)
    assert (await office.decide(city.last, "discard", {"reason": "重复发起"}, Role.OFFICER)).status_code == 200
    assert await clear_discarded(office.resources) == 0, "not under the feet of who works on it"
    slow.go_on.set()
    await work
    assert await is_in(city, city.last, "discarded")
    assert await clear_discarded(office.resources) == 1
    assert not office.resources.workspace.exists(UUID(city.last))
    assert await clear_discarded(office.resources) == 0


@at_stage("drafted")
async def test_a_discarded_draft_leaves_neither_rows_nor_files_and_disturbs_no_reader(city: StagedCity) -> None:
    office = city.office
    await office.decide(city.last, "discard", {"reason": "数据有误"}, Role.OFFICER)
    shutil.rmtree(office.resources.workspace.folder(UUID(city.last)) / "attempts")
    pool = await office.resources.database.pool()
    async with pool.acquire() as reader, reader.transaction():
        await reader.fetchval("select count(*) from current_run")
        assert await clear_discarded(office.resources) == 1
    assert await office.sql("select to_regclass('result_partition.run_1')") == [(None,)]
    assert await office.sql("select count(*) from result") == [(0,)]
