"""The third step: load the results for the directory and compare them with what is published.

The rows lie in a partition of their own that no reader sees until an officer publishes; so publishing millions
of results is one short transaction.
"""

from pathlib import Path

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.domain import RunState
from services.typing.engine.comparison import change_matrix
from services.typing.jobs.step import Step
from services.typing.jobs.workspace import ANNOUNCEMENT
from services.typing.models import Run, counts_by_name
from services.typing.repository import partitions, runs
from services.typing.serving.announcement import Published, write_announcement, write_previous
from services.typing.serving.copy_rows import write_copy_file
from shared.contracts.typing import TypingRunCompleted
from shared.messaging.outbox import emit


async def prepare_draft(step: Step) -> None:
    """typed → draft. Also the way back for a draft that must be compared again."""
    run, files = step.run, step.files
    published = await published_before(step)
    previous = await step.in_thread(write_previous, published, step.attempt / "previous.parquet")
    cells = await step.in_thread(change_matrix, previous, files.results(run.id))
    await step.in_thread(
        write_announcement,
        files.snapshot(run.id),
        files.results(run.id),
        previous,
        step.attempt / ANNOUNCEMENT,
    )
    step.progress(0.3)
    await load_partition(step)
    async with step.moving_to(RunState.DRAFT, ANNOUNCEMENT) as (session, stored):
        stored.compared_with = sorted({number for number, *_ in published.runs})
        await runs.replace_changes(
            session,
            run.number,
            [
                {
                    "region": cell.region,
                    "from_type": -1 if cell.from_type is None else int(cell.from_type),
                    "to_type": -1 if cell.to_type is None else int(cell.to_type),
                    "households": cell.households,
                }
                for cell in cells
            ],
        )
        await announce(session, stored)


async def published_before(step: Step) -> Published:
    """The result files behind what the run's counties show now, and the corrections over them."""
    async with step.resources.database.session() as session:
        current = await runs.current(session, step.run.region)
        corrected = await runs.corrections(session, sorted({row.run_number for row in current}))
    shown: dict[int, tuple[Path, list[str]]] = {}
    for row in current:
        path = step.files.results(row.run_id)
        shown.setdefault(row.run_number, (path, []))[1].append(row.region)
    return Published(
        runs=[(number, path, counties) for number, (path, counties) in sorted(shown.items())],
        corrections=corrected,
    )


async def load_partition(step: Step) -> None:
    """Encode the run's rows, COPY them into its partition and key them there."""
    run, files, rows = step.run, step.files, step.attempt / "rows.copy"
    helpers = step.resources.settings.index_helpers
    await step.in_thread(write_copy_file, files.snapshot(run.id), files.results(run.id), run.number, rows)
    connection = await asyncpg.connect(**step.resources.database.connect_options())
    try:
        await partitions.load(connection, run.number, rows, helpers)
    finally:
        await connection.close()


async def announce(session: AsyncSession, run: Run) -> None:
    """TypingRunCompleted: a draft is there for officers to look at."""
    await emit(
        session,
        TypingRunCompleted(
            run=run.id,
            region=run.region,
            year=run.as_of.year,
            policy=run.policy,
            counts=counts_by_name(run.counts),
            digest=run.digest or "",
        ),
        subject=run.region,
        source="/typing",
        actor=run.created_by,
    )
