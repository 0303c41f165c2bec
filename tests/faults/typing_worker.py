"""The typing service's run worker as a process of its own, to be killed at a named point or anywhere.

Points are laid into the process from outside, so that the service knows nothing of them. Variants are the naive
ways that invariant T1 forbids.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from unittest.mock import patch

import asyncpg

from services.typing import run_worker
from services.typing.engine import comparison, snapshot
from services.typing.engine.duckdb_connection import connect, run_statement
from services.typing.engine.files import SNAPSHOT_FILE, Workspace
from services.typing.resources import Resources
from services.typing.run_worker import RunWorker
from services.typing.runs import partitions, steps as run_steps
from services.typing.runs.domain import RunState
from services.typing.runs.policies import compiled_policy
from services.typing.runs.step_context import StepContext
from services.typing.settings import TypingSettings
from services.typing.trials import service as trials_service
from services.typing.trials.domain import TrialState
from shared.database.connections import Database
from tests.fixtures.fork_server import forks


def start(settings: TypingSettings, point: str = "", variant: str = "") -> ForkServerProcess:
    """A worker that takes runs for ever; it dies when it passes the point."""
    process = forks.Process(target=work, args=(settings, point, variant), daemon=True)
    process.start()
    return process


def work(settings: TypingSettings, point: str, variant: str) -> None:
    if variant:
        VARIANTS[variant]()
    if point:
        POINTS[point]()
    asyncio.run(take_runs(settings))


async def take_runs(settings: TypingSettings) -> None:
    database = Database(settings.database_url, application="typing-worker")
    await RunWorker(Resources.open(settings, database), poll_seconds=0.02).run()


# -- points to die at ----------------------------------------------------------------------------------------------


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def torn(con: Any, statement: str, *progress: Any) -> None:
    """As if the power went while the file was being written."""
    run_statement(con, statement, *progress)
    part = Path(statement.rpartition("TO '")[2].partition("'")[0])
    os.truncate(part, part.stat().st_size // 2)
    die()


def after_half_the_snapshot() -> None:
    patch.object(snapshot, "run_statement", torn).start()


def before_a_file_gets_its_name() -> None:
    patch.object(Workspace, "keep", die).start()


def before_the_commit() -> None:
    keep = Workspace.keep

    def keep_and_die(*args: Any) -> None:
        keep(*args)
        die()

    patch.object(Workspace, "keep", keep_and_die).start()


def after_the_commit() -> None:
    StepContext.clear = die  # type: ignore[assignment,method-assign]  # what is done next


def while_rows_are_copied() -> None:
    copy = asyncpg.Connection.copy_to_table

    async def broken_off(connection: asyncpg.Connection, table: str, *, source: Path, **options: Any) -> None:
        async def half() -> AsyncIterator[bytes]:
            rows = source.read_bytes()
            yield rows[: len(rows) // 2]
            die()

        await copy(connection, table, source=half(), **options)

    asyncpg.Connection.copy_to_table = broken_off


def after_rows_are_loaded() -> None:
    load = partitions.load_results

    async def load_and_die(connection: Any, number: int, rows: Path, helpers: int) -> None:
        await load(connection, number, rows, helpers)
        die()

    patch.object(partitions, "load_results", load_and_die).start()


def after_half_a_trials_file() -> None:
    patch.object(comparison, "run_statement", torn).start()


def before_a_trial_is_committed() -> None:
    trials_service.finish_trial = die  # type: ignore[assignment]  # whatever it is called with


POINTS: dict[str, Callable[[], None]] = {
    point.__name__.replace("_", " "): point
    for point in (
        after_half_the_snapshot,
        before_a_file_gets_its_name,
        before_the_commit,
        after_the_commit,
        while_rows_are_copied,
        after_rows_are_loaded,
        after_half_a_trials_file,
        before_a_trial_is_committed,
    )
}

# -- naive variants ------------------------------------------------------------------------------------------------


def files_under_their_final_name() -> None:
    """No writing aside and renaming."""

    @contextmanager
    def in_place(path: Path) -> Iterator[Path]:
        yield path

    patch.object(snapshot, "replacing", in_place).start()
    patch.object(Workspace, "attempt", Workspace.folder).start()
    patch.object(StepContext, "clear", lambda _: None).start()  # or it would remove all


def state_before_the_file() -> None:
    """The run is moved on first, its file written afterwards."""

    async def freeze(step: StepContext) -> None:
        sources = await run_steps.load_sources(step)
        with connect() as con:
            looked = await step.in_thread(run_steps.inspect_evidence, con, step, sources)
            async with step.moving_to(RunState.FROZEN) as (_, run):
                looked.record(run)
            await asyncio.to_thread(run_steps.write_snapshot, con, step, looked)
        step.files.keep(step.run.id, step.attempt, [SNAPSHOT_FILE])

    run_worker.STEPS[RunState.QUEUED] = freeze


def a_trial_done_before_its_file() -> None:
    """The trial is said to be done first, its file written afterwards."""
    compute = trials_service.compute_trial

    async def done_first(session: Any, resources: Any, run: Any, taken: Any) -> Any:
        await compiled_policy(session, run)  # the process keeps it: the transaction is over after this
        trials_service.finish_trial(taken, TrialState.DONE)
        await session.commit()
        return await compute(session, resources, run, taken)

    patch.object(trials_service, "compute_trial", done_first).start()


VARIANTS: dict[str, Callable[[], None]] = {
    variant.__name__.replace("_", " "): variant
    for variant in (files_under_their_final_name, state_before_the_file, a_trial_done_before_its_file)
}
