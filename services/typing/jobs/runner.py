"""Takes waiting runs further, one step at a time, under a lease that dies with the process.

A killed worker loses its lease at once, and another begins the same step anew: a step leaves nothing behind until
its last transaction moves the run on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from services.typing.domain import RunState
from services.typing.jobs import draft, evidence, judgement
from services.typing.jobs.lease import lease
from services.typing.jobs.step import RunMoved, Step, StepFailed
from services.typing.jobs.trial import take_one_trial
from services.typing.repository import runs
from services.typing.resources import Resources
from shared.messaging.faults import keep_doing, passes_by_itself

log = structlog.get_logger()

STEPS: dict[RunState, Callable[[Step], Awaitable[None]]] = {
    RunState.QUEUED: evidence.freeze_evidence,
    RunState.FROZEN: judgement.type_households,
    RunState.TYPED: draft.prepare_draft,
}
TRIES = 3


class RunWorker:
    """Works until cancelled; several may run, each run or trial is taken by one."""

    def __init__(self, resources: Resources, *, poll_seconds: float = 0.5) -> None:
        self.resources = resources
        self.poll_seconds = poll_seconds
        self.tries: dict[tuple[UUID, str], int] = {}

    async def run(self) -> None:
        """Take steps for ever; when nothing waits, look again after ``poll_seconds``. Waits for a lost database."""
        await keep_doing("runs", self.take_steps)

    async def take_steps(self) -> None:
        """The same, until the database is away."""
        while True:
            if not await self.take_one_step():
                await asyncio.sleep(self.poll_seconds)

    async def take_one_step(self) -> bool:
        """One step of one waiting run, or else one waiting trial; False when none could be taken."""
        async with self.resources.database.session() as session:
            waiting = [(run.id, run.number) for run in await runs.waiting_for_work(session)]
        for run_id, number in waiting:
            async with lease(self.resources.database, number) as mine:
                if mine and await self.take(run_id):
                    return True
        return await take_one_trial(self.resources)

    async def take(self, run_id: UUID) -> bool:
        """The run's next step, from its state as it is now that the lease is held."""
        async with self.resources.database.session() as session:
            run = await runs.get(session, run_id, "")
        if run is None or (step := STEPS.get(RunState(run.state))) is None:
            return False
        taken = Step(self.resources, run)
        try:
            await self.attempt(step, taken)
        except RunMoved:
            log.info("run_moved_meanwhile", run=str(run_id))
        finally:
            await asyncio.to_thread(taken.clear)
        return True

    async def attempt(self, step: Callable[[Step], Awaitable[None]], taken: Step) -> None:
        """The step, and what becomes of its errors; a database that is away is no fault of the run."""
        try:
            await step(taken)
        except RunMoved:
            raise
        except StepFailed as failed:
            await taken.fail(str(failed))
        except Exception as error:
            if passes_by_itself(error):
                raise
            await self.give_up_after_tries(taken)

    async def give_up_after_tries(self, step: Step) -> None:
        """An error nobody foresaw: try again a little later, and after ``TRIES`` say that it failed."""
        key = (step.run.id, step.run.state)
        self.tries[key] = self.tries.get(key, 0) + 1
        log.exception("run_step_failed", run=str(step.run.id), state=step.run.state, tries=self.tries[key])
        if self.tries[key] >= TRIES:
            await step.fail("判定程序出错，已重试三次，请联系运维人员查看日志")
        await asyncio.sleep(self.poll_seconds * self.tries[key])
