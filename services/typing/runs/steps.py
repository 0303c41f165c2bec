"""The steps of a run: freeze the evidence, type it, prepare the draft.

1. `freeze_snapshot` (queued → frozen): build the evidence, see whether it is complete, freeze it. A required feed
   that is missing, or that lost more than a set share of its rows since the last published run, blocks the run until
   an officer confirms with a reason (invariant T3).
2. `type_households` (frozen → typed): type every household and record the run's digest.
3. `prepare_draft` (typed → draft): load the results for the directory and compare them with what is published. The
   rows are in a partition of their own that no reader sees until an officer publishes; publishing millions of results
   is therefore one short transaction.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg
import duckdb
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER
from services.typing.corrections import repository as corrections_repository
from services.typing.corrections.domain import OPEN_STATES
from services.typing.corrections.evidence import correction_delivery
from services.typing.corrections.models import EvidenceCorrection
from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.completeness import RowsBefore, Tolerance, find_gaps
from services.typing.deliveries.domain import REGISTRATION, AcceptedDelivery, FeedFinding
from services.typing.deliveries.evidence import Evidence, FeedRows, build_evidence, count_feed_rows
from services.typing.deliveries.intake import evidence_of
from services.typing.engine.comparison import change_matrix
from services.typing.engine.digest import run_digest, snapshot_digest
from services.typing.engine.duckdb_connection import connect
from services.typing.engine.files import ANNOUNCEMENT_FILE, RESULTS_FILE, SNAPSHOT_FILE
from services.typing.engine.snapshot import SnapshotInfo, freeze
from services.typing.engine.snapshot_typing import TypingResult, type_snapshot
from services.typing.names.register import follow_registrations
from services.typing.runs import partitions, repository as runs_repository
from services.typing.runs.domain import RunPurpose, RunState
from services.typing.runs.models import Run, counts_by_slug
from services.typing.runs.policies import compiled_policy, facts_in_clauses, feeds_used
from services.typing.runs.publication_files import PublishedResults, write_announcement, write_published
from services.typing.runs.step_context import WORKER_ACTOR, StepContext, StepFailed
from shared.contracts.typing import TypingRunCompleted
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.platform import audit


@dataclass(frozen=True)
class Inspection:
    """The evidence of a run, its rows by feed, and its findings."""

    evidence: Evidence
    rows: dict[str, FeedRows]
    findings: list[FeedFinding]

    def record(self, run: Run) -> None:
        """Keep on the run what was found, and what later runs are compared with."""
        run.findings = self.findings
        run.feed_rows = {feed: counted.known for feed, counted in self.rows.items()}
        by_county: dict[str, dict[str, int]] = {}
        for feed, counted in self.rows.items():
            for county, rows in counted.by_county.items():
                by_county.setdefault(county, {})[feed] = rows
        run.county_rows = by_county


@dataclass(frozen=True)
class EvidenceSources:
    """What is read from the database before the evidence is built. ``deliveries``: corrections are among them;
    ``corrections``: all that bear on it, also those that a delivery has met.
    """

    deliveries: Sequence[AcceptedDelivery]
    corrections: Sequence[EvidenceCorrection]
    last_delivery: int
    required: frozenset[str]
    before: RowsBefore


async def freeze_snapshot(step: StepContext) -> None:
    """queued → frozen, or → blocked when the evidence has findings that no officer has confirmed."""
    sources = await load_sources(step)
    with connect(memory_limit=step.resources.settings.memory_limit, temp_directory=step.attempt) as con:
        inspection = await step.in_thread(inspect_evidence, con, step, sources)
        if REGISTRATION not in inspection.evidence.delivered:
            raise StepFailed(f"没有覆盖 {step.run.region} 的登记注册数据，不能判定；请先导入登记注册数据")
        if needs_confirmation(step.run, inspection.findings):
            await block_run(step, inspection)
            return
        frozen, digest = await step.in_thread(write_snapshot, con, step, inspection)
    async with step.moving_to(RunState.FROZEN, SNAPSHOT_FILE) as (session, run):
        run.snapshot, run.households, run.left_out = digest, frozen.households, frozen.left_out
        inspection.record(run)
        run.last_delivery = sources.last_delivery
        await corrections_repository.record_considered(session, run.number, sources.corrections)


def needs_confirmation(run: Run, findings: Sequence[FeedFinding]) -> bool:
    """Whether there are findings that no officer has confirmed; a confirmation covers those that were shown then."""
    confirmed = run.findings if run.confirmed_by is not None else []
    return any(finding not in confirmed for finding in findings)


async def load_sources(step: StepContext) -> EvidenceSources:
    """The deliveries that bear on the run's region and the corrections of them, the feeds its policy needs, the last
    published counts.
    """
    store, region = step.resources.intake.store, step.run.region
    async with step.resources.database.session() as session:
        compiled = await compiled_policy(session, step.run)
        # Before the deliveries: one that meets a correction in between is read as well, and agrees with it. The other
        # way round both would be left out.
        corrections = await corrections_repository.corrections_affecting(session, region, step.run.as_of.year - 1)
        rows = await deliveries_repository.deliveries_affecting(session, region)
        in_force = [one for one in corrections if one.state in OPEN_STATES]
        return EvidenceSources(
            deliveries=[
                *(evidence_of(store, row) for row in rows),
                *(correction_delivery(store, one, region) for one in in_force),
            ],
            corrections=corrections,
            last_delivery=max((row.sequence for row in rows), default=0),
            required=feeds_used(compiled),
            before=await rows_before(session, region),
        )


async def rows_before(session: AsyncSession, region: str) -> RowsBefore:
    """What counted when the region was last published, by a run of its own or as parts of other runs."""
    counties = await runs_repository.published_county_rows(session, region)
    whole = Counter(await runs_repository.last_published_feed_rows(session, region))
    if not whole:
        for by_feed in counties.values():
            whole.update(by_feed)
    return RowsBefore(whole, counties)


def inspect_evidence(con: duckdb.DuckDBPyConnection, step: StepContext, sources: EvidenceSources) -> Inspection:
    """Build the evidence in the connection and count it."""
    run: Run = step.run
    evidence = build_evidence(con, sources.deliveries, run.region, run.as_of.year - 1)
    rows = count_feed_rows(con, evidence)
    step.progress(0.3)
    settings = step.resources.settings
    findings = find_gaps(
        evidence,
        rows,
        required=sources.required,
        before=sources.before,
        tolerance=Tolerance(settings.shrink_share, settings.shrink_least, settings.unreadable_share),
    )
    return Inspection(evidence, rows, findings)


def write_snapshot(
    con: duckdb.DuckDBPyConnection, step: StepContext, inspection: Inspection
) -> tuple[SnapshotInfo, str]:
    """The snapshot, whole or not there, and its digest."""
    run = step.run
    frozen = freeze(
        con,
        inspection.evidence.delivered,
        run.as_of,
        step.attempt / SNAPSHOT_FILE,
        region=run.region,
        progress=lambda done: step.progress(0.3 + done * 0.5),
    )
    return frozen, snapshot_digest(frozen.path)


async def block_run(step: StepContext, inspection: Inspection) -> None:
    """Block the run until an officer confirms the findings."""
    async with step.moving_to(RunState.BLOCKED) as (session, run):
        inspection.record(run)
        findings = [asdict(finding) for finding in run.findings]
        await audit.record(session, run, WORKER_ACTOR, "run:block", {"findings": findings})


async def type_households(step: StepContext) -> None:
    """frozen → typed. A pure function of snapshot, policy content and as-of date (invariant T2)."""
    async with step.resources.database.session() as session:
        compiled = await compiled_policy(session, step.run)
    result, digest = await step.in_thread(type_and_digest, step, compiled)
    async with step.moving_to(RunState.TYPED, RESULTS_FILE) as (_, run):
        run.digest = digest
        run.counts = {county: dict(by_type) for county, by_type in result.counts.items()}


def type_and_digest(step: StepContext, compiled: CompiledPolicy) -> tuple[TypingResult, str]:
    """The results, and the digest over snapshot and results."""
    run, files = step.run, step.files
    result = type_snapshot(
        files.snapshot(run.id),
        compiled,
        step.attempt / RESULTS_FILE,
        progress=lambda done: step.progress(done * 0.8),
    )
    return result, run_digest(run.policy_hash, run.snapshot or "", run.as_of, result.path)


async def prepare_draft(step: StepContext) -> None:
    """typed → draft. Also the way back for a draft that must be compared again."""
    run, files = step.run, step.files
    published = await load_published(step)
    async with step.resources.database.session() as session:
        compiled = await compiled_policy(session, step.run)
    with connect(temp_directory=step.attempt) as con:
        previous = await step.in_thread(write_published, con, published, step.attempt / "previous.parquet")
        cells = await step.in_thread(change_matrix, con, previous, files.results(run.id))
        await step.in_thread(
            write_announcement,
            con,
            files.snapshot(run.id),
            files.results(run.id),
            previous,
            step.attempt / ANNOUNCEMENT_FILE,
            {name: compiled.mask([name]) for name in compiled.names(compiled.decision.defects)},
            facts_in_clauses(compiled),
        )
    step.progress(0.3)
    await follow_registrations(step.resources)
    await load_partition(step)
    async with step.moving_to(RunState.DRAFT, ANNOUNCEMENT_FILE) as (session, stored):
        stored.compared_with = sorted({number for number, *_ in published.runs})
        await runs_repository.replace_changes(session, run.number, cells)
        if stored.purpose is not RunPurpose.TRIAL:
            await announce_draft(session, stored)


async def load_published(step: StepContext) -> PublishedResults:
    """The result files behind what the run's counties show now, and the corrections over them."""
    async with step.resources.database.session() as session:
        current = await runs_repository.current_runs(session, step.run.region)
        corrected = await runs_repository.corrected_types(session, sorted({row.run_number for row in current}))
    shown: dict[int, tuple[Path, list[str]]] = {}
    for row in current:
        path = step.files.results(row.run_id)
        shown.setdefault(row.run_number, (path, []))[1].append(row.region)
    return PublishedResults(
        runs=[(number, path, counties) for number, (path, counties) in sorted(shown.items())],
        corrections=corrected,
    )


async def load_partition(step: StepContext) -> None:
    """Encode the run's rows, COPY them into its partition and key them there."""
    run, files, rows = step.run, step.files, step.attempt / "rows.copy"
    helpers = step.resources.settings.index_helpers
    await step.in_thread(partitions.write_copy_file, files.snapshot(run.id), files.results(run.id), run.number, rows)
    connection = await asyncpg.connect(**step.resources.database.connect_options())
    try:
        await partitions.load_results(connection, run.number, rows, helpers)
    finally:
        await connection.close()


async def announce_draft(session: AsyncSession, run: Run) -> None:
    """TypingRunCompleted: a draft is there for officers to look at."""
    completed = await ANNOUNCER.announce(
        session,
        TypingRunCompleted(
            run=run.id,
            region=run.region,
            year=run.as_of.year,
            policy=run.policy,
            counts=counts_by_slug(run.counts),
            digest=run.digest or "",
        ),
        subject=run.region,
        actor=run.created_by,
        cause=run.chain,
    )
    run.chain = completed.link
