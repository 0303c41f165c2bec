"""Trying a draft of the law on a run's frozen snapshot: order a trial, compute it, read its households.

The snapshot is typed once under the run's own policy and the draft, in one pass. A worker holds the trial's row while
it computes; when it is killed, another one starts the same trial again: the result is a function of snapshot and
policies.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.engine.comparison import (
    KEY_COLUMNS,
    ChangedHousehold,
    ChangeSelection,
    TypeChange,
    select_households,
    type_versions,
    version_changes,
)
from services.typing.engine.duckdb_connection import connect, sql_literal
from services.typing.engine.exports import VersionExport, write_changed_households
from services.typing.numbers.service import policy_in_force
from services.typing.resources import Resources
from services.typing.runs import repository as runs_repository
from services.typing.runs.domain import RUN_STATES
from services.typing.runs.models import Run
from services.typing.runs.policies import compiled_policy
from services.typing.trials import repository as trials_repository
from services.typing.trials.domain import STATES_WITH_SNAPSHOT, TRIAL_STATES, TrialState
from services.typing.trials.drafts import read_draft
from services.typing.trials.models import Trial
from services.typing.trials.problems import RunNotFrozen
from shared import clock
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.compiler.pooled_policies import PooledPolicies
from shared.law.model.policy import Policy
from shared.law.reader.loading import restore_policy
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.stored_policies import policy_problems
from shared.worker.transient import is_transient


@dataclass(frozen=True)
class TrialPolicy:
    """A shipped policy by its id, or a text of one, with settings and readings."""

    policy: str | None
    text: str | None
    settings: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)


async def create_trial(session: AsyncSession, run: Run, caller: Caller, policy: Policy) -> Trial:
    """Queue a trial of the policy against the run's own; a worker types the run's snapshot under both."""
    trial = Trial(
        run_id=run.id,
        region=run.region,
        policy=policy.id,
        policy_title=policy.title,
        policy_hash=policy.content_hash,
        content=dict(policy.content),
        created_by=caller.subject,
    )
    session.add(trial)
    await session.flush()
    await audit.record(
        session,
        audit.about(trial.id, run.region),
        caller,
        "trial:create",
        {"run": str(run.id), "policy": policy.id, "policy_hash": policy.content_hash},
    )
    return trial


async def resolve_trial_policy(session: AsyncSession, resources: Resources, run: Run, draft: TrialPolicy) -> Policy:
    """The draft as a policy that can be compiled for the run's date. A shipped policy has the numbers that bureaus have
    set. Errors: 409 for a run without a snapshot; 422, with the line, for a draft that cannot be used.
    """
    if run.state not in STATES_WITH_SNAPSHOT:
        label = RUN_STATES.label(run.state)
        raise RunNotFrozen(f"批次当前为“{label}”，数据冻结之后才能试算")
    if draft.text is not None:
        return await read_draft(draft.text, draft.settings, draft.readings, run.as_of, resources.queries)
    with policy_problems():
        policy = await policy_in_force(session, draft.policy or "", settings=draft.settings, readings=draft.readings)
        await asyncio.to_thread(compile_policy, policy, run.as_of)
    return policy


log = structlog.get_logger()


async def take_one_trial(resources: Resources) -> bool:
    """Compute one waiting trial; False when none waits."""
    async with resources.database.transaction() as session:
        trial = await trials_repository.next_queued(session)
        if trial is None:
            return False
        run = await runs_repository.get_run(session, trial.run_id, "")
        if run is None or run.state not in STATES_WITH_SNAPSHOT:
            finish_trial(trial, TrialState.FAILED, "批次已作废，数据已清除，不能试算")
            return True
        try:
            cells = await compute_trial(session, resources, run, trial)
        except Exception as error:
            if is_transient(error):
                raise
            log.exception("trial_failed", trial=str(trial.id))
            finish_trial(trial, TrialState.FAILED, "试算程序出错，请联系运维人员查看日志")
            return True
        await trials_repository.add_trial_changes(session, trial.id, cells)
        finish_trial(trial, TrialState.DONE)
    return True


async def compute_trial(session: AsyncSession, resources: Resources, run: Run, trial: Trial) -> list[TypeChange]:
    """The change matrix from the run's policy to the draft; the households go into the trial's file."""
    files = resources.workspace
    versions = both_versions(await compiled_policy(session, run), trial.content)
    out = await asyncio.to_thread(files.begin_trial, run.id, trial.id)
    limit = resources.settings.memory_limit
    return await asyncio.to_thread(type_both_versions, files.snapshot(run.id), versions, out, limit)


def finish_trial(trial: Trial, state: TrialState, failure: str | None = None) -> None:
    """Mark the trial as done, or as failed with a reason for officers."""
    TRIAL_STATES.require(trial.state, state)
    trial.state, trial.failure, trial.finished_at = state, failure, clock.now()


def both_versions(compiled: CompiledPolicy, draft: Mapping[str, object]) -> PooledPolicies:
    """The policy of a run, and a draft by its stored content."""
    return PooledPolicies([compiled, compile_policy(restore_policy(draft), compiled.as_of)])


def type_both_versions(snapshot: Path, versions: PooledPolicies, out: Path, memory_limit: str) -> list[TypeChange]:
    """Type the snapshot under both into `out`; who changes."""
    type_versions(snapshot, versions, out, columns=(*KEY_COLUMNS, "name"), memory_limit=memory_limit)
    with connect(memory_limit=memory_limit, temp_directory=out.parent) as con:
        return version_changes(con, typed_relation(out))


def changed_households_page(
    path: Path, versions: PooledPolicies, cell: ChangeSelection, after: tuple[str, str], limit: int
) -> list[ChangedHousehold]:
    """A page of the households of a cell."""
    with connect() as con:
        return select_households(con, typed_relation(path), versions, cell, after=after, limit=limit)


def write_changed_csv(path: Path, versions: PooledPolicies, cell: ChangeSelection, label: str, out: Path) -> None:
    """All households of a cell as CSV."""
    with connect(temp_directory=out.parent) as con:
        write_changed_households(con, typed_relation(path), versions, [VersionExport(1, label, cell)], out)


def typed_relation(path: Path) -> str:
    """The file as a relation."""
    return f"read_parquet({sql_literal(path)})"
