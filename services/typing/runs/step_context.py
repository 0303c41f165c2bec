"""What a step of a run works with: a thread for heavy work, and one transaction that moves the run on."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.resources import Resources
from services.typing.runs import repository as runs_repository
from services.typing.runs.domain import RunState
from services.typing.runs.models import Run
from services.typing.runs.service import PROGRESS_WHEN_TYPED, advance
from shared.platform import audit

P = ParamSpec("P")
T = TypeVar("T")

WORKER_ACTOR = "worker/typing"
PROGRESS_SHARES = {RunState.QUEUED: (0.0, 0.5), RunState.FROZEN: (0.5, 0.2), RunState.TYPED: (PROGRESS_WHEN_TYPED, 0.3)}
PROGRESS_AFTER = {RunState.FROZEN: 0.5, RunState.TYPED: PROGRESS_WHEN_TYPED, RunState.DRAFT: 1.0}
PROGRESS_SECONDS = 0.5


class StepFailed(Exception):
    """The run cannot continue and a retry would not help; the message is for officers (Chinese)."""


class RunStateChanged(Exception):
    """The run changed its state during a step; the step's work is discarded."""


class StepContext:
    """What a step works with: the run as it was read, the files, the way back into the database."""

    def __init__(self, resources: Resources, run: Run) -> None:
        self.resources = resources
        self.run = run
        self.files = resources.workspace
        self.done = 0.0

    @cached_property
    def attempt(self) -> Path:
        """The folder of this attempt, also for what does not fit in memory."""
        return self.files.attempt(self.run.id)

    def clear(self) -> None:
        """Remove the attempt's folder and everything in it."""
        if "attempt" in self.__dict__:
            shutil.rmtree(self.attempt, ignore_errors=True)

    def progress(self, share: float) -> None:
        """Report the share of this step that is done, 0–1; called from the working thread."""
        self.done = min(max(share, 0.0), 1.0)

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run blocking work in a thread and save the run's progress while it runs.

        When cancelled, it waits for the thread, which cannot be stopped: the lease must be held until the work ends.
        """
        task = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
        try:
            while not (await asyncio.wait({task}, timeout=PROGRESS_SECONDS))[0]:
                await self.save_progress()
        except BaseException:
            await asyncio.gather(task, return_exceptions=True)
            raise
        return task.result()

    async def save_progress(self) -> None:
        """Store the progress of the run, 0–1."""
        begin, width = PROGRESS_SHARES[self.run.state]
        async with self.resources.database.transaction() as session:
            await runs_repository.set_progress(session, self.run.id, self.run.state, begin + width * self.done)

    @asynccontextmanager
    async def moving_to(self, target: RunState, *made: str) -> AsyncIterator[tuple[AsyncSession, Run]]:
        """The transaction that ends the step; RunStateChanged when the run has changed its state since it was read.

        The files ``made`` in the attempt's folder become the run's while its row is locked, just before the commit.
        After a kill in between, the run is in its old state and the restarted step replaces the files.
        """
        async with self.resources.database.transaction() as session:
            run = await runs_repository.get_run(session, self.run.id, "", lock=True)
            if run is None or run.state != self.run.state:
                raise RunStateChanged(str(self.run.id))
            advance(run, target)
            yield session, run
            run.progress = PROGRESS_AFTER.get(target, run.progress)
            await session.flush()
            if made:
                await asyncio.to_thread(self.files.keep, run.id, self.attempt, made)

    async def fail(self, reason: str) -> None:
        """Fail the run with a reason for officers."""
        async with self.moving_to(RunState.FAILED) as (session, run):
            run.failure = reason
            await audit.record(session, run, WORKER_ACTOR, "run:fail", {"reason": reason})
