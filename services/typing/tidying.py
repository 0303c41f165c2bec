"""What typing tidies up once a minute: rows and files of discarded runs, what killed workers left, expired trials."""

import asyncio
import datetime as dt
import shutil
from uuid import UUID

import asyncpg
import structlog

from services.typing.resources import Resources
from services.typing.run_worker import run_lease
from services.typing.runs import partitions, repository as runs_repository
from services.typing.runs.domain import WORKABLE_STATES, RunState
from services.typing.runs.models import Run
from services.typing.trials import repository as trials_repository
from shared import clock

log = structlog.get_logger()

TRIALS_KEPT = dt.timedelta(days=7)
"""How long trials can be read."""


async def clear_discarded(resources: Resources) -> int:
    """Drop the partitions and files of discarded runs; returns how many. Skips runs that a worker holds."""
    async with resources.database.session() as session:
        discarded = await runs_repository.runs_in_state(session, RunState.DISCARDED)
    left = [run for run in discarded if resources.workspace.exists(run.id)]
    cleared = 0
    for run in left:
        async with run_lease(resources.database, run.number) as mine:
            if mine:
                await clear(resources, run)
                cleared += 1
    return cleared


async def clear(resources: Resources, run: Run) -> None:
    """Remove one run's rows, then its files: as long as there are files, the run is not cleared."""
    connection = await asyncpg.connect(**resources.database.connect_options())
    try:
        await partitions.drop_results(connection, run.number)
    finally:
        await connection.close()
    await asyncio.to_thread(shutil.rmtree, resources.workspace.folder(run.id), ignore_errors=True)
    log.info("discarded_run_cleared", run=str(run.id))


async def clear_killed_attempts(resources: Resources) -> int:
    """Remove attempts of killed workers at runs that no step waits for, which nobody else would; returns how many.

    The next step of a run begins with an empty folder. After the last one a province's rows would stay for ever.
    """
    cleared = 0
    for run_id in await asyncio.to_thread(resources.workspace.attempted):
        async with resources.database.session() as session:
            run = await runs_repository.get_run(session, run_id, "")
        if run is None or run.state in WORKABLE_STATES:
            continue
        async with run_lease(resources.database, run.number) as mine:
            if mine and not await waits_for_a_step(resources, run_id):
                await asyncio.to_thread(resources.workspace.clear_attempts, run_id)
                cleared += 1
    return cleared


async def waits_for_a_step(resources: Resources, run_id: UUID) -> bool:
    """Whether a worker will take the run further; asked under the run's lease, an officer may have ordered it anew."""
    async with resources.database.session() as session:
        run = await runs_repository.get_run(session, run_id, "")
    return run is not None and run.state in WORKABLE_STATES


async def clear_old_trials(resources: Resources) -> int:
    """Remove expired trials, files first: an interrupted removal is completed the next time."""
    async with resources.database.transaction() as session:
        old = await trials_repository.trials_created_before(session, clock.now() - TRIALS_KEPT)
        for trial in old:
            folder = resources.workspace.trial_folder(trial.run_id, trial.id)
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        await trials_repository.delete_trials(session, [trial.id for trial in old])
    return len(old)
