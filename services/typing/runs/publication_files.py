"""Files of drafts and published runs: current results, HouseholdTyped events, the national directory's file.

HouseholdTyped is prepared as a file and streamed from it. Ids are UUIDv5 of run and uscc and all events carry the
publication's revision: a record that is streamed twice is the same record, and a correction made meanwhile has a
higher revision.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER
from services.typing.engine.duckdb_connection import connect, run_statement, sql_literal
from services.typing.engine.exports import write_national_directory
from services.typing.engine.files import replacing
from services.typing.resources import Resources
from services.typing.runs import repository as runs_repository
from services.typing.runs.models import Run
from shared import clock
from shared.contracts.typing import HouseholdTyped
from shared.law.model.outcome import HouseholdType
from shared.messaging.bulk_stream import Fetch
from shared.messaging.bus import Record
from shared.messaging.events import BulkEncoder
from shared.messaging.parquet_source import ROWS_PER_GROUP, parquet_source

TYPE_SLUGS = {kind.value: kind.slug for kind in HouseholdType}


@dataclass(frozen=True)
class PublishedResults:
    """What a region shows: per run its number, result file and counties; (run, uscc, type) of corrections."""

    runs: Sequence[tuple[int, Path, Sequence[str]]]
    corrections: Sequence[tuple[int, str, int]]


def write_published(published: PublishedResults, out: Path) -> Path | None:
    """One result-like file (uscc, region_code, type) of what is shown now; None when nothing is.

    A household that moved between counties typed by different runs is shown by both: the later run counts.
    """
    if not published.runs:
        return None
    with connect(temp_directory=out.parent) as con, replacing(out) as part:
        con.execute("create table correction (run integer, uscc varchar, type tinyint)")
        if published.corrections:
            con.executemany("insert into correction values (?, ?, ?)", [list(row) for row in published.corrections])
        shown = " union all ".join(
            f"select {number} as run, uscc, region_code, type from read_parquet({sql_literal(path)})"
            f" where region_code in ({', '.join(sql_literal(county) for county in counties)})"
            for number, path, counties in published.runs
        )
        latest = " qualify row_number() over (partition by s.uscc order by s.run desc) = 1"
        query = (
            "select s.uscc, s.region_code, coalesce(c.type, s.type) as type"
            f" from ({shown}) s left join correction c on c.run = s.run and c.uscc = s.uscc"
            f"{latest if len(published.runs) > 1 else ''}"
        )
        con.execute(f"copy ({query}) to {sql_literal(part)} (format parquet)")
    return out


def write_announcement(snapshot: Path, results: Path, previous: Path | None, out: Path) -> None:
    """The file that the stream reads: uscc, name, region, operator_ref, type, previous_type."""
    before = f"left join read_parquet({sql_literal(previous)}) p on p.uscc = s.uscc" if previous else ""
    query = (
        "select s.uscc, s.name, s.region_code as region, s.operator_ref, r.type,"
        f" {'p.type' if previous else 'null::tinyint'} as previous_type"
        f" from read_parquet({sql_literal(snapshot)}) s join read_parquet({sql_literal(results)}) r on r.uscc = s.uscc"
        f" {before} order by s.region_code, s.uscc"
    )
    with connect(temp_directory=out.parent) as con, replacing(out) as part:
        run_statement(con, f"copy ({query}) to {sql_literal(part)} (format parquet, row_group_size {ROWS_PER_GROUP})")


def household_typed_records(run: Run, announcement: Path, corrected: Mapping[str, int] | None = None) -> Fetch:
    """The events of a published run.

    ``corrected``: types, by code, of households that were corrected in the runs before, maybe after the file was
    written; they do not change any more once this run is published.
    """
    encoder = BulkEncoder(
        HouseholdTyped,
        run.id,
        source=ANNOUNCER.source,
        time=run.published_at or clock.now(),
        actor=run.published_by,
        same={"year": run.as_of.year, "run": UUID(str(run.id)), "revision": run.revision},
    )
    before = corrected or {}

    def record(row: dict[str, Any]) -> Record:
        uscc = row["uscc"]
        row["type"] = TYPE_SLUGS[row["type"]]
        row["previous_type"] = TYPE_SLUGS.get(before.get(uscc, row["previous_type"]))
        return encoder.record(uscc, row)

    return parquet_source(announcement, record)


async def national_directory_file(session: AsyncSession, resources: Resources, run: Run) -> Path:
    """The run's file for the national directory, corrections included; made anew only when one was added."""
    files, revision = resources.workspace, await runs_repository.latest_correction_revision(session, run.number)
    path = files.national_directory(run.id, revision)
    if not path.exists():
        await asyncio.to_thread(
            write_national_directory,
            files.snapshot(run.id),
            files.results(run.id),
            path,
            policy=run.policy,
            as_of=run.as_of,
            corrected=[(uscc, code) for _, uscc, code in await runs_repository.corrected_types(session, [run.number])],
        )
    return path
