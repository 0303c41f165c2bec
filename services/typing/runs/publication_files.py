"""Files of drafts and published runs: current results, HouseholdTyped events, the national directory's file.

HouseholdTyped is prepared as a file and streamed from it. Ids are UUIDv5 of run and uscc and all events carry the
publication's revision: a record that is streamed twice is the same record, and a correction made in the meantime has a
higher revision.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from duckdb import DuckDBPyConnection
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER
from services.typing.engine.duckdb_connection import run_statement, sql_literal
from services.typing.engine.exports import write_national_directory
from services.typing.engine.files import replacing
from services.typing.resources import Resources
from services.typing.runs import repository as runs_repository
from services.typing.runs.models import Run
from shared import clock
from shared.contracts.typing import HouseholdTyped
from shared.law.language.facts import FACTS
from shared.law.model.outcome import HouseholdType
from shared.messaging.bulk_stream import Fetch
from shared.messaging.bus import Record
from shared.messaging.events import BulkEncoder
from shared.messaging.parquet_source import ROWS_PER_GROUP, parquet_source

TYPE_SLUGS = {kind.value: kind.slug for kind in HouseholdType}
NO_BITS: Mapping[str, int] = {}


@dataclass(frozen=True)
class PublishedResults:
    """What a region shows: per run its number, result file and counties; (run, uscc, type) of corrections."""

    runs: Sequence[tuple[int, Path, Sequence[str]]]
    corrections: Sequence[tuple[int, str, int]]


def write_published(con: DuckDBPyConnection, published: PublishedResults, out: Path) -> Path | None:
    """One result-like file (uscc, region_code, type) of what is shown now; None when nothing is.

    A household that moved between counties typed by different runs is shown by both: the later run counts.
    """
    if not published.runs:
        return None
    with replacing(out) as part:
        con.execute("CREATE TABLE correction (run integer, uscc varchar, type tinyint)")
        if published.corrections:
            con.executemany("INSERT INTO correction VALUES (?, ?, ?)", [list(row) for row in published.corrections])
        shown = " UNION ALL ".join(
            f"SELECT {number} AS run, uscc, region_code, type FROM read_parquet({sql_literal(path)})"
            f" WHERE region_code IN ({', '.join(sql_literal(county) for county in counties)})"
            for number, path, counties in published.runs
        )
        latest = " QUALIFY row_number() OVER (PARTITION BY s.uscc ORDER BY s.run DESC) = 1"
        query = (
            "SELECT s.uscc, s.region_code, coalesce(c.type, s.type) AS type"
            f" FROM ({shown}) s LEFT JOIN correction c ON c.run = s.run AND c.uscc = s.uscc"
            f"{latest if len(published.runs) > 1 else ''}"
        )
        con.execute(f"COPY ({query}) TO {sql_literal(part)} (FORMAT parquet)")
    return out


def write_announcement(
    con: DuckDBPyConnection,
    snapshot: Path,
    results: Path,
    previous: Path | None,
    out: Path,
    defects: Mapping[str, int] = NO_BITS,
    facts: Mapping[str, int] = NO_BITS,
) -> None:
    """The file that the stream reads: uscc, name, region, operator_ref, industry_code, established_on, type,
    previous_type, defects, unknown_feeds.

    `defects`: their ids with their bits in the results' masks; of other households than ineligible ones none is said.
    `facts`: those that the policy uses, with the bits of the clauses that use them.
    """
    before = f"LEFT JOIN read_parquet({sql_literal(previous)}) p ON p.uscc = s.uscc" if previous else ""
    query = (
        "SELECT s.uscc, s.name, s.region_code AS region, s.operator_ref, s.industry_code, s.established_on, r.type,"
        f" {'p.type' if previous else 'NULL::tinyint'} AS previous_type, {defects_held(defects)} AS defects,"
        f" {feeds_unknown(facts)} AS unknown_feeds"
        f" FROM read_parquet({sql_literal(snapshot)}) s JOIN read_parquet({sql_literal(results)}) r ON r.uscc = s.uscc"
        f" {before} ORDER BY s.region_code, s.uscc"
    )
    with replacing(out) as part:
        run_statement(con, f"COPY ({query}) TO {sql_literal(part)} (FORMAT parquet, ROW_GROUP_SIZE {ROWS_PER_GROUP})")


def defects_held(defects: Mapping[str, int]) -> str:
    """SQL of the ids of an ineligible household's defects, in the policy's order; NULL for every other household."""
    held = {name: f"r.true_mask & {bit}::UBIGINT <> 0" for name, bit in defects.items()}
    return f"CASE WHEN r.type = {HouseholdType.INELIGIBLE.value} THEN {names_where(held)} END"


def feeds_unknown(facts: Mapping[str, int]) -> str:
    """SQL of the feeds of the unknown facts of undecided clauses; the same as `policies.unknown_feeds`."""
    unknown: dict[str, list[str]] = {}
    for name, bits in facts.items():
        fact = FACTS[name]
        first, last = f"s.{fact.columns[0]}", f"s.{fact.columns[-1]}"
        open_ = f"({first} IS NULL OR {first} IS DISTINCT FROM {last})"
        guarded = f" AND s.{fact.guard} IS DISTINCT FROM false" if fact.guard else ""
        unknown.setdefault(fact.feed, []).append(f"(r.unknown_mask & {bits}::UBIGINT <> 0 AND {open_}{guarded})")
    return names_where({feed: " OR ".join(unknown[feed]) for feed in sorted(unknown)})


def names_where(conditions: Mapping[str, str]) -> str:
    """SQL of the list of the names whose condition is true, in their order."""
    named = [f"CASE WHEN {condition} THEN {sql_literal(name)} END" for name, condition in conditions.items()]
    return f"list_filter([{', '.join(named) or 'NULL'}]::varchar[], lambda name: name IS NOT NULL)"


def household_typed_records(run: Run, announcement: Path, corrected: Mapping[str, int] | None = None) -> Fetch:
    """The events of a published run.

    ``corrected``: types, by code, of households that were corrected in the runs before, possibly after the file was
    written; they do not change any more once this run is published.
    """
    encoder = BulkEncoder(
        HouseholdTyped,
        run.id,
        source=ANNOUNCER.source,
        time=run.published_at or clock.now(),
        actor=run.published_by,
        same={"year": run.as_of.year, "run": UUID(str(run.id)), "revision": run.revision},
        after=run.chain,
    )
    before = corrected or {}

    def record(row: dict[str, Any]) -> Record:
        uscc = row["uscc"]
        row["type"] = TYPE_SLUGS[row["type"]]
        row["previous_type"] = TYPE_SLUGS.get(before.get(uscc, row["previous_type"]))
        if not row.get("defects"):
            row.pop("defects", None)
        return encoder.record(uscc, row)

    return parquet_source(announcement, record)


async def national_directory_file(session: AsyncSession, resources: Resources, run: Run) -> Path:
    """The run's file for the national directory, corrections included; written again only after a new correction."""
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
