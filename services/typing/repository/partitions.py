"""A run's results in a partition of their own: loaded by COPY first, keys afterwards, attached last.

Readers never touch the new table before it is attached, and attaching needs no scan (the CHECK proves the
partition's bounds), so they go on undisturbed while millions of rows are loaded.
"""

from collections.abc import Iterator
from pathlib import Path

import asyncpg

COLUMNS = ("run_number", "uscc", "region", "type", "true_mask", "unknown_mask", "name", "operator_ref")

DETACHED = "select inhdetachpending from pg_inherits where inhrelid = to_regclass($1)"
"""No row: not a partition (any more); true: a detaching was cut short."""


def table_of(number: int) -> str:
    """The partition's name inside schema ``result_partition``."""
    return f"run_{int(number)}"


async def load(connection: asyncpg.Connection, number: int, rows: Path, helpers: int = 0) -> None:
    """Load one run's rows (a file in binary COPY format, COLUMNS in order) and attach them, once only.

    One transaction: a load that is cut short leaves no table. A run's results never change, so a table that is
    there is whole; making it anew would lock the directory's readers out, as dropping a partition does.

    `helpers`: processes that build an index beside the first. With two, publishing takes a third less time on two
    cores, and readers' p99 is five times that of a quiet server; with none, about twice.
    """
    table = f"result_partition.{table_of(number)}"
    async with connection.transaction():
        if await loaded(connection, number):
            return
        await connection.execute(f"set local max_parallel_maintenance_workers = {int(helpers)}")
        await connection.execute(
            f"create table {table} (like result including defaults,"
            f" constraint run_number_is check (run_number = {int(number)}))"
        )
        await connection.copy_to_table(
            table_of(number),
            schema_name="result_partition",
            columns=COLUMNS,
            source=rows,
            format="binary",
            freeze=True,
        )
        for statement in key_statements(number):
            await connection.execute(statement)
        await connection.execute(f"alter table result attach partition {table} for values in ({int(number)})")
    await connection.execute(f"analyze {table} (uscc, name, region, type)")


async def loaded(connection: asyncpg.Connection, number: int) -> bool:
    """Whether a run's rows are there."""
    found = await connection.fetchval("select to_regclass($1)", f"result_partition.{table_of(number)}")
    return found is not None


def key_statements(number: int) -> Iterator[str]:
    """The indexes the directory reads by: code, name prefix, similar name, and region with type."""
    table, full = table_of(number), f"result_partition.{table_of(number)}"
    yield f"alter table {full} add constraint {table}_pkey primary key (uscc, run_number)"
    yield f"create index {table}_name on {full} (name text_pattern_ops, uscc)"
    yield f"create index {table}_similar on {full} using gin (name gin_trgm_ops)"
    yield f"create index {table}_region on {full} (region, type, uscc)"


async def drop(connection: asyncpg.Connection, number: int) -> None:
    """Remove a discarded run's rows. Readers of other runs go on: the partition is detached beside them first.

    Outside of a transaction. Cut short, it can be called again.
    """
    state = await connection.fetchval(DETACHED, f"result_partition.{table_of(number)}")
    table = f"result_partition.{table_of(number)}"
    if state is not None:
        await connection.execute(
            f"alter table result detach partition {table} {'finalize' if state else 'concurrently'}"
        )
    await connection.execute(f"drop table if exists {table}")
