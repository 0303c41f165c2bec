"""The worker's run driver: takes waiting runs and trials further, one step at a time.

A run is held by an advisory lock of PostgreSQL on its number (`run_lease`), which ends with the connection. When a
worker is killed, another one starts the same step again: a step leaves nothing behind until its last transaction
moves the run on. The offline counterpart is `engine.offline_run`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import asyncpg
import structlog

from services.typing.resources import Resources
from services.typing.runs import repository as runs_repository, steps as run_steps
from services.typing.runs.domain import RunState
from services.typing.runs.step_context import RunStateChanged, StepContext, StepFailed
from services.typing.trials.service import take_one_trial
from shared.database.advisory_locks import SESSION_UNLOCK, TRY_SESSION_LOCK, AdvisoryLock
from shared.database.connections import Database
from shared.worker.transient import is_transient, run_forever

log = structlog.get_logger()

STEPS: dict[RunState, Callable[[StepContext], Awaitable[None]]] = {
    RunState.QUEUED: run_steps.freeze_snapshot,
    RunState.FROZEN: run_steps.type_households,
    RunState.TYPED: run_steps.prepare_draft,
}
MOST_TRIES = 3


class RunWorker:
    """Works until cancelled. Several may run at once; each run or trial is taken by one of them."""

    def __init__(self, resources: Resources, *, poll_seconds: float = 0.5) -> None:
        self.resources = resources
        self.poll_seconds = poll_seconds
        self.tries: dict[tuple[UUID, RunState], int] = {}

    async def run(self) -> None:
        """Take steps until cancelled; polls every ``poll_seconds`` when nothing waits, and survives a lost database."""
        await run_forever("runs", self.take_steps)

    async def take_steps(self) -> None:
        """Take steps until the database is unavailable."""
        while True:
            if not await self.take_one_step():
                await asyncio.sleep(self.poll_seconds)

    async def take_one_step(self) -> bool:
        """Execute one step of one waiting run, or else one waiting trial; False when there was none."""
        async with self.resources.database.session() as session:
            waiting = [(run.id, run.number) for run in await runs_repository.workable_runs(session)]
        for run_id, number in waiting:
            async with run_lease(self.resources.database, number) as mine:
                if mine and await self.take(run_id):
                    return True
        return await take_one_trial(self.resources)

    async def take(self, run_id: UUID) -> bool:
        """Execute the run's next step; its state is read again now that the lease is held."""
        async with self.resources.database.session() as session:
            run = await runs_repository.get_run(session, run_id, "")
        if run is None or (step := STEPS.get(run.state)) is None:
            return False
        taken = StepContext(self.resources, run)
        try:
            await self.attempt(step, taken)
        except RunStateChanged:
            log.info("run_moved_meanwhile", run=str(run_id))
        finally:
            await asyncio.to_thread(taken.clear)
        return True

    async def attempt(self, step: Callable[[StepContext], Awaitable[None]], taken: StepContext) -> None:
        """Execute the step and handle its errors; an unavailable database does not count against the run."""
        try:
            await step(taken)
        except RunStateChanged:
            raise
        except StepFailed as failed:
            await taken.fail(str(failed))
        except Exception as error:
            if is_transient(error):
                raise
            await self.give_up_after_tries(taken)

    async def give_up_after_tries(self, step: StepContext) -> None:
        """After an unexpected error: retry a little later, and fail the run after ``MOST_TRIES``."""
        key = (step.run.id, step.run.state)
        self.tries[key] = self.tries.get(key, 0) + 1
        log.exception("run_step_failed", run=str(step.run.id), state=step.run.state, tries=self.tries[key])
        if self.tries[key] >= MOST_TRIES:
            await step.fail("判定程序出错，已重试三次，请联系运维人员查看日志")
        await asyncio.sleep(self.poll_seconds * self.tries[key])


@asynccontextmanager
async def run_lease(database: Database, number: int) -> AsyncIterator[bool]:
    """Hold the run's lock inside the block; False when another worker holds it."""
    pool = await database.pool()
    async with pool.acquire() as connection:
        mine = await connection.fetchval(TRY_SESSION_LOCK, AdvisoryLock.RUN.value, str(number))
        try:
            yield bool(mine)
        finally:
            if mine:
                await release_lease(connection, number)


async def release_lease(connection: asyncpg.Connection, number: int) -> None:
    """Release the lock; if that fails, the connection is terminated, which releases it too."""
    try:
        await connection.execute(SESSION_UNLOCK, AdvisoryLock.RUN.value, str(number))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        log.warning("lease_lost", run=number, error=type(error).__name__)
        terminate_connection(connection)
    except BaseException:
        terminate_connection(connection)
        raise


def terminate_connection(connection: asyncpg.Connection) -> None:
    """Close without waiting; the pool may have taken a broken connection back already."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()
