"""Clears away: what discarded runs left, and answers kept for callers who try again."""

import asyncio
import datetime as dt
import shutil

import asyncpg
import structlog

from services.typing.domain import RunState
from services.typing.jobs.lease import lease
from services.typing.models import Run
from services.typing.repository import partitions, runs, trials
from services.typing.resources import Resources
from services.typing.service.corrections import count_waiting_reports
from services.typing.service.deliveries import sweep_files
from shared.messaging.faults import keep_doing
from shared.service import clock
from shared.service.idempotency import ANSWERS_KEPT, forget_answers

log = structlog.get_logger()

TRIALS_KEPT = dt.timedelta(days=7)
"""How long officers can look at what a draft of the law would have changed."""


async def keep_tidy(resources: Resources, *, every_seconds: float = 60.0) -> None:
    """For ever, once a minute: discarded runs, old trials, late reports not yet counted, old answers, lost files."""

    async def tidy_and_wait() -> None:
        while True:
            await clear_discarded(resources)
            await clear_old_trials(resources)
            await count_waiting_reports(resources)
            async with resources.database.transaction() as session:
                await forget_answers(session, clock.now() - ANSWERS_KEPT)
                await sweep_files(session, resources.desk)
            await asyncio.sleep(every_seconds)

    await keep_doing("housekeeping", tidy_and_wait)


async def clear_discarded(resources: Resources) -> int:
    """Drop the partitions and files of runs discarded since; how many. A step under way is waited for."""
    async with resources.database.session() as session:
        discarded = await runs.in_state(session, RunState.DISCARDED)
    left = [run for run in discarded if resources.workspace.exists(run.id)]
    cleared = 0
    for run in left:
        async with lease(resources.database, run.number) as mine:
            if mine:
                await clear(resources, run)
                cleared += 1
    return cleared


async def clear(resources: Resources, run: Run) -> None:
    """Remove one run's rows, then its files, whose being there says that it is not yet cleared."""
    connection = await asyncpg.connect(**resources.database.connect_options())
    try:
        await partitions.drop(connection, run.number)
    finally:
        await connection.close()
    await asyncio.to_thread(shutil.rmtree, resources.workspace.folder(run.id), ignore_errors=True)
    log.info("discarded_run_cleared", run=str(run.id))


async def clear_old_trials(resources: Resources) -> int:
    """Remove trials that were kept long enough, their files first: what is cut short is done the next time."""
    async with resources.database.transaction() as session:
        old = await trials.older_than(session, clock.now() - TRIALS_KEPT)
        for trial in old:
            folder = resources.workspace.trial_folder(trial.run_id, trial.id)
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        await trials.remove(session, [trial.id for trial in old])
    return len(old)
