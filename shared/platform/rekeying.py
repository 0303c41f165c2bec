"""Another key for operators' pseudonyms: a service's rows get the new pseudonyms of the persons that they name.

Every text column of the service's tables is looked through for whole pseudonyms, also behind a word (`operator:v1:…`).
The audit, what was sent and what was received stay as they were: they say what was known then.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from shared.reference.personal_data import DIGITS

UNTOUCHED = (
    "audit_",
    "outbox",
    "inbox",
    "bulk_",
    "embedded_",
    "event_",
    "log_",
    "dead_letter",
    "alembic_",
    "idempotency",
)
COLUMNS = """
    SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t
        USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
        AND c.data_type IN ('text', 'character varying')
        AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = format('%I', c.table_name)::regclass)
    ORDER BY 1, 2
"""
PERSON = rf"(^|:)v[1-9][0-9]{{0,2}}:[0-9a-f]{{{DIGITS}}}$"


@dataclass(frozen=True)
class Rekeyed:
    """Of one column: how many rows name persons whose new pseudonym is known, and how many whose is not."""

    column: str
    known: int
    unknown: int


def read_successors(path: Path) -> Mapping[str, str]:
    """New pseudonyms by old ones, from the file that `minglu persons successors` writes. ValueError for another."""
    with path.open(encoding="ascii", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != ["old", "new"]:
            raise ValueError("no file of successors")
        return {row["old"]: row["new"] for row in rows}


async def rekey(connection: asyncpg.Connection, successors: Mapping[str, str], *, apply: bool) -> Sequence[Rekeyed]:
    """Counts, and with `apply` replaces in one transaction, the pseudonyms of a service's database."""
    async with connection.transaction():
        await connection.execute("CREATE TEMP TABLE successor (old text PRIMARY KEY, new text) ON COMMIT DROP")
        await connection.copy_records_to_table("successor", records=list(successors.items()))
        found = [await _column(connection, *column, apply=apply) for column in await connection.fetch(COLUMNS)]
    return [one for one in found if one.known or one.unknown]


async def _column(connection: asyncpg.Connection, table: str, column: str, *, apply: bool) -> Rekeyed:
    name = f"{table}.{column}"
    if table.startswith(UNTOUCHED):
        return Rekeyed(name, 0, 0)
    old = f"substring(t.\"{column}\" from 'v[1-9][0-9]{{0,2}}:[0-9a-f]{{{DIGITS}}}$')"
    named = f'FROM "{table}" t LEFT JOIN successor s ON s.old = {old} WHERE t."{column}" ~ \'{PERSON}\''
    known, unknown = await connection.fetchrow(
        f"SELECT count(s.new), count(*) FILTER (WHERE s.new IS NULL AND NOT EXISTS "
        f"(SELECT FROM successor d WHERE d.new = {old})) {named}"
    )
    if apply and known:
        await connection.execute(
            f'UPDATE "{table}" t SET "{column}" = left(t."{column}", -length(s.old)) || s.new FROM successor s '
            f"WHERE t.\"{column}\" ~ '{PERSON}' AND s.old = {old}"
        )
    return Rekeyed(name, known, unknown)
