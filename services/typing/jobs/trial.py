"""Trials: the run's snapshot typed once more, under the run's own policy and a draft, in one pass.

A worker holds the trial's row while it computes. Killed, it loses the row, and another begins the same trial anew:
what it writes is a function of snapshot and policies alone.
"""

import asyncio

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.domain import TRIABLE, RunState, TrialState
from services.typing.engine.comparison import Change
from services.typing.models import Run, Trial
from services.typing.repository import runs, trials
from services.typing.resources import Resources
from services.typing.serving.policies import compiled_policy
from services.typing.serving.trials import both, carry_out
from shared.messaging.faults import passes_by_itself
from shared.service import clock

log = structlog.get_logger()


async def take_one_trial(resources: Resources) -> bool:
    """Take a waiting trial to its end; False when none waits."""
    async with resources.database.transaction() as session:
        trial = await trials.next_queued(session)
        if trial is None:
            return False
        run = await runs.get(session, trial.run_id, "")
        if run is None or RunState(run.state) not in TRIABLE:
            end(trial, TrialState.FAILED, "批次已作废，数据已清除，不能试算")
            return True
        try:
            cells = await compute(session, resources, run, trial)
        except Exception as error:
            if passes_by_itself(error):
                raise
            log.exception("trial_failed", trial=str(trial.id))
            end(trial, TrialState.FAILED, "试算程序出错，请联系运维人员查看日志")
            return True
        await trials.add_changes(session, trial.id, map(row_of, cells))
        end(trial, TrialState.DONE)
    return True


async def compute(session: AsyncSession, resources: Resources, run: Run, trial: Trial) -> list[Change]:
    """The change matrix from the run's policy to the draft; the households go into the trial's file."""
    files = resources.workspace
    versions = both(await compiled_policy(session, run), trial.content)
    out = await asyncio.to_thread(files.begin_trial, run.id, trial.id)
    limit = resources.settings.memory_limit
    return await asyncio.to_thread(carry_out, files.snapshot(run.id), versions, out, limit)


def end(trial: Trial, state: TrialState, failure: str | None = None) -> None:
    """The trial is done, or failed for a reason that officers read."""
    trial.state, trial.failure, trial.finished_at = state.value, failure, clock.now()


def row_of(cell: Change) -> dict[str, object]:
    """A cell as a row; every household of a snapshot has a type under both."""
    if cell.from_type is None or cell.to_type is None:
        raise ValueError(f"a household of {cell.region} has no type")
    return {
        "region": cell.region,
        "from_type": int(cell.from_type),
        "to_type": int(cell.to_type),
        "households": cell.households,
    }
