"""The second step: type every household of the frozen snapshot and put the run's digest on it."""

from services.typing.domain import RunState
from services.typing.engine.digest import run_digest
from services.typing.engine.typing import TypingResult, type_snapshot
from services.typing.jobs.step import Step
from services.typing.jobs.workspace import RESULTS
from services.typing.serving.policies import compiled_policy
from shared.policy.compiled import CompiledPolicy


async def type_households(step: Step) -> None:
    """frozen → typed. A pure function of snapshot, policy content and as-of date (invariant T2)."""
    async with step.resources.database.session() as session:
        compiled = await compiled_policy(session, step.run)
    result, digest = await step.in_thread(judge, step, compiled)
    async with step.moving_to(RunState.TYPED, RESULTS) as (_, run):
        run.digest = digest
        run.counts = {
            county: {str(int(kind)): n for kind, n in by_type.items()} for county, by_type in result.counts.items()
        }


def judge(step: Step, compiled: CompiledPolicy) -> tuple[TypingResult, str]:
    """The results, and the digest over snapshot and results."""
    run, files = step.run, step.files
    result = type_snapshot(
        files.snapshot(run.id),
        compiled,
        step.attempt / RESULTS,
        progress=lambda done: step.progress(done * 0.8),
    )
    return result, run_digest(run.policy_hash, run.snapshot or "", run.as_of, result.path)
