"""A directory of a few households with names of the test's own: registered, typed by a run, shown by its counties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from services.typing.names.register import follow_delivery
from services.typing.runs import partitions
from shared.law.model.outcome import HouseholdType
from shared.reference.uscc import make_usccs

JINSHUI, ERQI, LUOYANG = "410105", "410103", "410302"
RUN = """
    INSERT INTO run (id, state, version, region, policy, policy_hash, as_of, created_by, progress, warnings, findings,
                     feed_rows, counts, compared_with)
    VALUES ($1, 'published', 1, '41', 'zhengzhou-2025', repeat('0', 64), '2026-07-01', 'maker', 1, '[]', '[]', '{}',
            '{}', '[]') RETURNING number"""
POLICY = "INSERT INTO policy_version VALUES (repeat('0', 64), 'zhengzhou-2025', '{}') ON CONFLICT DO NOTHING"
RESULTS = """
    INSERT INTO result (run_number, uscc, region, type, true_mask, unknown_mask)
    SELECT $1, u.uscc, u.region, u.type, 0, 0 FROM unnest($2::text[], $3::text[], $4::int[]) u (uscc, region, type)"""
GROUPS = """
    INSERT INTO result_group SELECT run_number, region, type, uscc, 1, uscc FROM result WHERE run_number = $1"""
SHOW = """
    INSERT INTO current_run SELECT DISTINCT region, $1::int, $2::uuid, 'zhengzhou-2025', date '2026-07-01', $1::bigint
      FROM result WHERE run_number = $1
    ON CONFLICT (region) DO UPDATE SET run_number = excluded.run_number, run_id = excluded.run_id,
                                       revision = excluded.revision"""
CORRECT = """
    INSERT INTO correction (run_number, uscc, region, facts, type, true_mask, unknown_mask, reasons, revision)
    SELECT run_number, uscc, region, '{}', $2, 0, 0, '[]', 9 FROM result WHERE uscc = $1"""
CODES = [code.decode() for code in make_usccs(np.full(3000, 410105, np.int32), np.arange(3000, dtype=np.int64))]


@dataclass
class Household:
    """A household of the test."""

    uscc: str
    name: str
    region: str = JINSHUI
    type: HouseholdType = HouseholdType.SURVIVAL


@dataclass
class DirectoryWorld:
    """What is registered and what is shown; `folder` holds the files of deliveries."""

    connection: asyncpg.Connection
    folder: Path
    deliveries: int = 0

    async def register(self, households: Sequence[Household], *, sequence: int | None = None) -> None:
        """A delivery of the registration feed that the register follows."""
        self.deliveries += 1
        accepted = self.folder / f"{self.deliveries}.parquet"
        columns = {
            "uscc": [one.uscc for one in households],
            "name": [one.name for one in households],
            "region_code": [one.region for one in households],
        }
        pq.write_table(pa.table(columns), accepted)
        await follow_delivery(self.connection, sequence or self.deliveries, accepted)

    async def publish(self, households: Sequence[Household]) -> None:
        """A run's results, shown by their counties."""
        await self.connection.execute(POLICY)
        run_id = UUID(int=self.deliveries + 1)
        number = await self.connection.fetchval(RUN, run_id)
        table = f"result_partition.{partitions.partition_name(number)}"
        await self.connection.execute(f"CREATE TABLE {table} PARTITION OF result FOR VALUES IN ({number})")
        columns = [one.uscc for one in households], [one.region for one in households]
        await self.connection.execute(RESULTS, number, *columns, [int(one.type) for one in households])
        await self.connection.execute(GROUPS, number)
        await self.connection.execute(SHOW, number, run_id)

    async def correct(self, uscc: str, kind: HouseholdType) -> None:
        """The household gets another type than its run gave it."""
        await self.connection.execute(CORRECT, uscc, int(kind))

    async def postings(self) -> Mapping[tuple[str, str], set[int]]:
        """The index: numbers by word and county."""
        found: dict[tuple[str, str], set[int]] = {}
        for row in await self.connection.fetch("SELECT word, region, last, households, numbers FROM name_posting"):
            numbers = np.frombuffer(row["numbers"], "<i4").tolist()
            assert numbers == sorted(set(numbers))
            assert (row["last"], row["households"]) == (numbers[-1], len(numbers))
            known = found.setdefault((row["word"], row["region"]), set())
            assert not known & set(numbers)
            known |= set(numbers)
        return found

    async def registered(self) -> list[Any]:
        """The rows of the register."""
        return list(await self.connection.fetch("SELECT * FROM household_name ORDER BY number"))
