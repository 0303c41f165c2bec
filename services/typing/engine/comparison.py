"""Who changes between two typings: between two result files, or between versions of the law over one snapshot.

Two result files: a draft is compared with what is published before an officer may publish it (`change_matrix`).

Versions (`Versions`): one relation, a Parquet file or a table, with uscc, region_code, further columns, `type_0`,
`type_1`, … and the masks of all conditions. Version 0 is the law in force; the others are compared with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from services.typing.engine.duckdb_connection import MEMORY_LIMIT, Progress, connect, run_statement, sql_literal
from services.typing.engine.files import replacing
from services.typing.engine.snapshot import snapshot_info
from services.typing.engine.snapshot_typing import AsOfMismatch
from shared.law.compiler.pooled_policies import PooledPolicies
from shared.law.model.outcome import HouseholdType


@dataclass(frozen=True, order=True)
class TypeChange:
    """One cell of the matrix. `region`: where the household is now, or was when it is typed no longer."""

    region: str
    from_type: HouseholdType | None
    to_type: HouseholdType | None
    households: int


def change_matrix(con: duckdb.DuckDBPyConnection, previous: Path | None, current: Path) -> list[TypeChange]:
    """Every non-empty cell of the matrix between two result files, by region; no `previous`: all are new."""
    rows = con.execute(_matrix_query(previous, current)).fetchall()
    return [
        TypeChange(region, _type_or_none(before), _type_or_none(now), households)
        for region, before, now, households in rows
    ]


def _matrix_query(previous: Path | None, current: Path) -> str:
    now = f"(SELECT uscc, region_code, type FROM read_parquet({sql_literal(current)})) now"
    if previous is None:
        return f"SELECT region_code, NULL, type, count(*) FROM {now} GROUP BY ALL ORDER BY ALL"
    before = f"(SELECT uscc, region_code, type FROM read_parquet({sql_literal(previous)})) before"
    return (
        "SELECT coalesce(now.region_code, before.region_code), before.type, now.type, count(*) "
        f"FROM {now} FULL JOIN {before} ON now.uscc = before.uscc GROUP BY ALL ORDER BY ALL"
    )


def _type_or_none(code: int | None) -> HouseholdType | None:
    return None if code is None else HouseholdType(code)


KEY_COLUMNS = ("uscc", "region_code")
ABOVE_EVERY_REGION = "9999"
"""Behind a prefix: above every region below it."""


@dataclass(frozen=True)
class ChangeSelection:
    """Households below a region (a prefix; empty: everywhere) that go from one type to another.

    A type that is None stands for any; then only households that change are selected.
    """

    region: str = ""
    from_type: HouseholdType | None = None
    to_type: HouseholdType | None = None

    def condition(self, version: int) -> str:
        """Whether a household of a relation is among them under a version, as an SQL condition."""
        types = {"type_0": self.from_type, f"type_{version}": self.to_type}
        tests = [f"{column} = {int(kind)}" for column, kind in types.items() if kind is not None]
        tests += [] if len(tests) == len(types) else [f"type_0 <> type_{version}"]
        below = f"region_code BETWEEN {sql_literal(self.region)} AND {sql_literal(self.region + ABOVE_EVERY_REGION)}"
        return " AND ".join([*tests, below])


ALL_CHANGES = ChangeSelection()
"""All households that change."""


@dataclass(frozen=True)
class ChangedHousehold:
    """A household under the law in force and under a version; clauses and unknown ones by their ids.

    `name` is empty where the relation has none.
    """

    uscc: str
    region: str
    name: str
    from_type: HouseholdType
    to_type: HouseholdType
    clauses_before: tuple[str, ...]
    unknown_before: tuple[str, ...]
    clauses_after: tuple[str, ...]
    unknown_after: tuple[str, ...]


def type_versions(
    snapshot: Path,
    versions: PooledPolicies,
    out: Path,
    *,
    columns: Sequence[str] = KEY_COLUMNS,
    progress: Progress | None = None,
    memory_limit: str = MEMORY_LIMIT,
) -> None:
    """Type a snapshot's households under every version into `out`, in the snapshot's order, atomically.

    `columns` of the snapshot are kept. Raises AsOfMismatch when snapshot and versions are not of the same as-of date.
    """
    with connect(memory_limit=memory_limit, temp_directory=out.parent) as con:
        if snapshot_info(con, snapshot).as_of != versions.as_of:
            raise AsOfMismatch(f"{snapshot} is not as of {versions.as_of}")
        query = versions.query(columns, f"read_parquet({sql_literal(snapshot)})")
        with replacing(out) as part:
            run_statement(con, f"COPY ({query}) TO {sql_literal(part)} (FORMAT parquet, COMPRESSION snappy)", progress)


def version_changes(con: duckdb.DuckDBPyConnection, typed: str, version: int = 1) -> list[TypeChange]:
    """Every non-empty cell of the matrix from version 0 to another one, by region and types."""
    rows = con.execute(
        f"SELECT region_code, type_0, type_{version}, count(*) FROM {typed} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [TypeChange(region, HouseholdType(before), HouseholdType(now), count) for region, before, now, count in rows]


def select_households(
    con: duckdb.DuckDBPyConnection,
    typed: str,
    versions: PooledPolicies,
    cell: ChangeSelection,
    *,
    version: int = 1,
    after: tuple[str, str] = ("", ""),
    limit: int = 100,
) -> list[ChangedHousehold]:
    """The households of a cell by region and code, from the one behind `after` (region, uscc) on."""
    con.execute(
        f"SELECT * FROM {typed} WHERE {cell.condition(version)} AND region_code >= $1 "
        "AND (region_code, uscc) > ($1, $2) ORDER BY region_code, uscc LIMIT $3",
        [*after, limit],
    )
    names = [column[0] for column in con.description or ()]
    return [_changed_household(versions, version, dict(zip(names, row, strict=True))) for row in con.fetchall()]


def _changed_household(versions: PooledPolicies, version: int, row: dict[str, Any]) -> ChangedHousehold:
    (clauses_before, unknown_before), (clauses_after, unknown_after) = (
        versions.names(0, row),
        versions.names(version, row),
    )
    return ChangedHousehold(
        uscc=row["uscc"],
        region=row["region_code"],
        name=row.get("name") or "",
        from_type=HouseholdType(row["type_0"]),
        to_type=HouseholdType(row[f"type_{version}"]),
        clauses_before=clauses_before,
        unknown_before=unknown_before,
        clauses_after=clauses_after,
        unknown_after=unknown_after,
    )
