"""The register of names follows the registration feed: every delivery that counts, in order of receipt, each once.

A household's name is that of its latest row. A worker follows within a minute; a run's draft waits for it, so that no
household is published without its name. The register and its index change in one transaction per delivery.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from services.typing.deliveries import repository as deliveries_repository
from services.typing.names.postings import CountyChanges, write_changes
from services.typing.resources import Resources
from shared.database.advisory_locks import TAKE_LOCK, AdvisoryLock

compute: Any = pyarrow.compute

FOLLOWED = "SELECT sequence FROM named_delivery"
FORGET_LATER = "DELETE FROM named_delivery WHERE sequence > $1"
FOLLOW = "INSERT INTO named_delivery (sequence) VALUES ($1)"
IS_FOLLOWED = "SELECT EXISTS (SELECT FROM named_delivery WHERE sequence = $1)"

CHANGED = """
    SELECT u.uscc, u.name, h.number, h.name AS name_before, h.regions FROM unnest($1::text[], $2::text[]) u (uscc, name)
      LEFT JOIN household_name h ON h.uscc = u.uscc
     WHERE h.uscc IS NULL OR h.name <> u.name OR h.regions[cardinality(h.regions)] <> $3
     ORDER BY u.uscc"""
ADD = """
    INSERT INTO household_name (uscc, name, regions, organisation, ending)
    SELECT uscc, name, ARRAY[$3::varchar], substr(uscc, 9), reverse(uscc)
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY u (uscc, name, place)
     ORDER BY place RETURNING uscc, number"""
CHANGE = """
    UPDATE household_name h SET name = u.name, regions = array_append(array_remove(h.regions, $3::varchar), $3::varchar)
      FROM unnest($1::int[], $2::text[]) u (number, name) WHERE h.number = u.number"""


@dataclass(frozen=True)
class County:
    """A county's rows of a delivery."""

    region: str
    usccs: Sequence[str]
    names: Sequence[str]


def counties_of_file(accepted: Path) -> Iterator[County]:
    """The rows of a file of registered households, county by county."""
    table = pq.read_table(accepted, columns=["uscc", "name", "region_code"])
    for region in sorted(compute.unique(table["region_code"]).to_pylist()):
        rows = table.filter(compute.equal(table["region_code"], pa.scalar(region))).sort_by("uscc")
        names = compute.fill_null(rows["name"], "")
        usccs: list[Any] = rows["uscc"].to_pylist()
        yield County(region, usccs, names.to_pylist())


async def follow_registrations(resources: Resources) -> int:
    """Bring the register up to date; returns how many deliveries it took."""
    async with resources.database.session() as session:
        deliveries = await deliveries_repository.registration_deliveries(session)
    files = {row.sequence: resources.intake.store.path(row.accepted_file) for row in deliveries}
    connection = await asyncpg.connect(**resources.database.connect_options())
    try:
        followed = {row["sequence"] for row in await connection.fetch(FOLLOWED)}
        first = min(files.keys() - followed, default=None)
        # One that counts only now may be older than some that were followed: those come again after it.
        due = [] if first is None else sorted(sequence for sequence in files if sequence >= first)
        for sequence in due:
            await follow_delivery(connection, sequence, files[sequence])
    finally:
        await connection.close()
    return len(due)


async def follow_delivery(connection: asyncpg.Connection, sequence: int, accepted: Path) -> None:
    """Take a delivery's names into the register, unless another process has done so."""
    async with connection.transaction():
        await connection.execute(TAKE_LOCK, AdvisoryLock.NAMES.value, "")
        if await connection.fetchval(IS_FOLLOWED, sequence):
            return
        await connection.execute(FORGET_LATER, sequence)
        await take_names(connection, accepted)
        await connection.execute(FOLLOW, sequence)


async def take_names(connection: asyncpg.Connection, households: Path) -> None:
    """Names and counties of a file's households (uscc, name, region_code), in the caller's transaction."""
    counties = counties_of_file(households)
    while (county := await asyncio.to_thread(next, counties, None)) is not None:
        await take_county(connection, county)


async def take_county(connection: asyncpg.Connection, county: County) -> None:
    """The register's rows of a county that are new or have changed, and the index of every county they concern."""
    changed = await connection.fetch(CHANGED, county.usccs, county.names, county.region)
    new = {row["uscc"]: row["name"] for row in changed if row["number"] is None}
    known = [row for row in changed if row["number"] is not None]
    changes: defaultdict[str, CountyChanges] = defaultdict(CountyChanges)
    if new:
        added = await connection.fetch(ADD, list(new), list(new.values()), county.region)
        numbers = [row["number"] for row in added]
        names = [new[row["uscc"]] for row in added]
        await asyncio.to_thread(changes[county.region].add, numbers, names)
    if known:
        await connection.execute(CHANGE, [r["number"] for r in known], [r["name"] for r in known], county.region)
        await asyncio.to_thread(rename_known, changes, known, county.region)
    for region, concerned in changes.items():
        if concerned.words:
            await write_changes(connection, region, concerned)


def rename_known(changes: defaultdict[str, CountyChanges], known: Sequence[asyncpg.Record], region: str) -> None:
    """Households under other names, or registered in another county: the old one's index keeps them as well."""
    for row in known:
        for earlier in row["regions"]:
            changes[earlier].rename(row["number"], row["name_before"], row["name"])
        if region not in row["regions"]:
            changes[region].add([row["number"]], [row["name"]])
