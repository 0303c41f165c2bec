"""Corrections of evidence laid over one feed's rows: the corrected columns change, everything else follows the bureau.

What is corrected is laid over the row that stands without the correction. Of the register nothing is added: a household
that it does not hold is gone. In other feeds the corrected columns stand alone where the bureau has no row of that key,
or where its last one was rejected, so that nobody knows what it says; the household is known there from then on. Of
several corrections of one column the last one counts.
"""

from dataclasses import dataclass

import duckdb

from services.typing.deliveries.domain import REGISTRATION, AcceptedDelivery
from services.typing.deliveries.parquet_sql import read_parquet_sql
from shared.feeds.contract.feeds import FEEDS


@dataclass(frozen=True)
class Overlay:
    """A feed's corrections, in order of arrival; each file holds one row."""

    con: duckdb.DuckDBPyConnection
    feed: str
    corrections: tuple[AcceptedDelivery, ...]

    @property
    def columns(self) -> list[str]:
        """All columns that are corrected, in order. Keys are none of them: they say which row is meant; nor is the
        county, which the register alone knows.
        """
        named = {name for one in self.corrections for name in one.corrected or ()}
        return sorted(named - {*FEEDS[self.feed].key, "region_code"})

    @property
    def same_key(self) -> str:
        """Condition that a row `f` has the key of the corrections `k`."""
        return " AND ".join(f"k.{name} = f.{name}" for name in FEEDS[self.feed].key)

    def over(self, accepted: str, rejected: str) -> tuple[str, str]:
        """Queries for rows and rejected keys with the corrections laid over those of the deliveries."""
        self.collect()
        self.mend(accepted, rejected)
        left = (
            f"SELECT * FROM ({accepted}) f WHERE NOT EXISTS (FROM intake_corrected_{self.feed} k WHERE {self.same_key})"
        )
        rows = f"{left} UNION ALL BY NAME SELECT * FROM intake_mended_{self.feed}"
        if self.feed == REGISTRATION:
            return rows, rejected
        known = f"FROM intake_corrected_{self.feed} k WHERE k.uscc = f.uscc"
        return rows, f"SELECT uscc, year FROM ({rejected}) f WHERE NOT EXISTS ({known})"

    def collect(self) -> None:
        """The helper table `intake_corrected`: by key, each column's last correction in a struct, or NULL."""
        self.con.execute(
            f"CREATE TEMP TABLE intake_corrections_{self.feed} (sequence bigint, corrected text[], accepted text)"
        )
        self.con.executemany(
            f"INSERT INTO intake_corrections_{self.feed} VALUES (?, ?, ?)",
            [[one.sequence, list(one.corrected or ()), str(one.accepted)] for one in self.corrections],
        )
        last = "".join(
            f", arg_max({{'value': f.{name}}}, d.sequence) FILTER (list_contains(d.corrected, '{name}')) AS {name}"
            for name in self.columns
        )
        files = read_parquet_sql([one.accepted for one in self.corrections], named=True)
        self.con.execute(
            f"CREATE TEMP TABLE intake_corrected_{self.feed} AS SELECT {self.key}{last} FROM {files} f"
            f" JOIN intake_corrections_{self.feed} d ON d.accepted = f.filename GROUP BY ALL"
        )

    @property
    def key(self) -> str:
        """The key of the rows `f`."""
        return ", ".join(f"f.{name}" for name in FEEDS[self.feed].key)

    def mend(self, accepted: str, rejected: str) -> None:
        """The helper table `intake_mended`: the rows of the deliveries with these keys, their columns corrected."""
        register = self.feed == REGISTRATION
        standing = f"SELECT * FROM ({accepted}) f"
        if not register:
            standing += f" WHERE NOT EXISTS (FROM ({rejected}) r WHERE r.uscc = f.uscc)"
        there = [column[0] for column in self.con.execute(f"SELECT * FROM ({accepted}) LIMIT 0").description or ()]
        columns = [self.mended(name, there) for name in dict.fromkeys([*there, *self.columns])]
        self.con.execute(
            f"CREATE TEMP TABLE intake_mended_{self.feed} AS SELECT {', '.join(columns)}"
            f" FROM intake_corrected_{self.feed} k {'' if register else 'LEFT '}JOIN ({standing}) f ON {self.same_key}"
            + ("" if register else " WHERE k.uscc IN (SELECT uscc FROM accepted_registration)")
        )

    def mended(self, name: str, there: list[str]) -> str:
        """A column of a mended row."""
        if name in FEEDS[self.feed].key:
            return f"k.{name}"
        delivered = f"f.{name}" if name in there else "NULL"
        if name not in self.columns:
            return f"{delivered} AS {name}"
        return f"CASE WHEN k.{name} IS NULL THEN {delivered} ELSE k.{name}.value END AS {name}"
