"""The first step: gather what the bureaus delivered, see whether it suffices, and freeze it.

A required feed that is missing, or that lost more than a set share of its rows since the last published run,
stops the run until an officer confirms with a reason (invariant T3).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from services.typing.domain import RunState
from services.typing.engine.digest import snapshot_digest
from services.typing.engine.duck import connect
from services.typing.engine.snapshot import SnapshotInfo, freeze
from services.typing.intake.delivered import REGISTRATION, Delivered
from services.typing.intake.evidence import Evidence, evidence, measure
from services.typing.intake.sufficiency import Finding, findings
from services.typing.jobs.step import WORKER, Step, StepFailed
from services.typing.jobs.workspace import SNAPSHOT
from services.typing.models import Run
from services.typing.repository import deliveries, runs
from services.typing.serving.policies import compiled_policy, feeds_used
from shared.service import audit


@dataclass(frozen=True)
class Looked:
    """What the deliveries hold for a run: rows by feed, and what is doubtful about them."""

    built: Evidence
    rows: dict[str, int]
    findings: list[Finding]


@dataclass(frozen=True)
class Sources:
    """What the database knows before the evidence is read."""

    deliveries: Sequence[Delivered]
    required: frozenset[str]
    before: dict[str, int]


async def freeze_evidence(step: Step) -> None:
    """queued → frozen, or → blocked when the evidence is doubtful in a way that no officer has confirmed."""
    sources = await sources_of(step)
    with connect(memory_limit=step.resources.settings.memory_limit, temp_directory=step.attempt) as con:
        looked = await step.in_thread(look, con, step, sources)
        if REGISTRATION not in looked.built.delivered:
            raise StepFailed(f"没有覆盖 {step.run.region} 的登记注册数据，不能判定；请先导入登记注册数据")
        if unconfirmed(step.run, looked.findings):
            await block(step, looked)
            return
        frozen, digest = await step.in_thread(freeze_into_file, con, step, looked)
    async with step.moving_to(RunState.FROZEN, SNAPSHOT) as (_, run):
        run.snapshot, run.households, run.left_out = digest, frozen.households, frozen.left_out
        run.feed_rows, run.findings = looked.rows, [finding.as_json() for finding in looked.findings]


def unconfirmed(run: Run, found: Sequence[Finding]) -> bool:
    """Whether something is doubtful that no officer has confirmed; a confirmation covers what was shown with it."""
    seen = run.findings if run.confirmed_by is not None else []
    return any(finding.as_json() not in seen for finding in found)


async def sources_of(step: Step) -> Sources:
    """The deliveries that bear on the run's region, the feeds its policy needs, the last published counts."""
    async with step.resources.database.session() as session:
        compiled = await compiled_policy(session, step.run)
        return Sources(
            deliveries=[
                step.resources.desk.delivered(row) for row in await deliveries.bearing_on(session, step.run.region)
            ],
            required=feeds_used(compiled),
            before=await runs.last_published_feed_rows(session, step.run.region),
        )


def look(con: duckdb.DuckDBPyConnection, step: Step, sources: Sources) -> Looked:
    """Build the evidence in the connection and count it."""
    run: Run = step.run
    built = evidence(con, sources.deliveries, run.region, run.as_of.year - 1)
    rows = {feed: counted.known for feed, counted in measure(con, built).items()}
    step.progress(0.3)
    doubts = findings(
        built,
        rows,
        required=sources.required,
        before=sources.before,
        shrink_share=step.resources.settings.shrink_share,
    )
    return Looked(built, rows, doubts)


def freeze_into_file(con: duckdb.DuckDBPyConnection, step: Step, looked: Looked) -> tuple[SnapshotInfo, str]:
    """The snapshot, whole or not there, and its digest."""
    run = step.run
    frozen = freeze(
        con,
        looked.built.delivered,
        run.as_of,
        step.attempt / SNAPSHOT,
        region=run.region,
        progress=lambda done: step.progress(0.3 + done * 0.5),
    )
    return frozen, snapshot_digest(frozen.path)


async def block(step: Step, looked: Looked) -> None:
    """Stop until an officer confirms; the findings say what is doubtful."""
    async with step.moving_to(RunState.BLOCKED) as (session, run):
        run.findings, run.feed_rows = [finding.as_json() for finding in looked.findings], looked.rows
        await audit.record(
            session,
            actor=WORKER,
            action="run:block",
            subject=str(run.id),
            region=run.region,
            details={"findings": run.findings},
        )
