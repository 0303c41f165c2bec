"""Files that officers take away from a published run."""

import asyncio
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.engine.national_directory import write_national_directory
from services.typing.models import Run
from services.typing.repository import corrections, runs
from services.typing.resources import Resources


async def directory_file(session: AsyncSession, resources: Resources, run: Run) -> Path:
    """The run's file for the national directory, corrections included; made anew only when one was added."""
    files, revision = resources.workspace, await corrections.latest_revision(session, run.number)
    path = files.national_directory(run.id, revision)
    if not path.exists():
        await asyncio.to_thread(
            write_national_directory,
            files.snapshot(run.id),
            files.results(run.id),
            path,
            policy=run.policy,
            as_of=run.as_of,
            corrected=[(uscc, code) for _, uscc, code in await runs.corrections(session, [run.number])],
        )
    return path
