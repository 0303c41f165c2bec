"""Several versions of the law typed over one snapshot in one pass, and the households that change between them.

A relation of typed versions (`shared.policy.versions`) is a Parquet file or a table of a connection: uscc,
region_code, further columns, `type_0`, `type_1`, … and the masks of all conditions. Version 0 is the law in force;
the others are held against it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from services.typing.engine.comparison import Change
from services.typing.engine.duck import MEMORY_LIMIT, Progress, connect, literal, run
from services.typing.engine.files import replacing
from services.typing.engine.snapshot import snapshot_info
from services.typing.engine.typing import AnotherDate
from shared.policy.outcome import HouseholdType
from shared.policy.versions import Versions

KEYS = ("uscc", "region_code")
LAST_REGION = "9999"
"""Behind a prefix: above every region below it."""


@dataclass(frozen=True)
class Cell:
    """Households below a region (a prefix; empty: everywhere) that go from one type to another.

    Without one of the types: those that change, from whatever or to whatever it is.
    """

    region: str = ""
    from_type: HouseholdType | None = None
    to_type: HouseholdType | None = None

    def condition(self, version: int) -> str:
        """Whether a household of a relation is among them under a version, as an SQL condition."""
        wanted = {"type_0": self.from_type, f"type_{version}": self.to_type}
        tests = [f"{column} = {int(kind)}" for column, kind in wanted.items() if kind is not None]
        tests += [] if len(tests) == len(wanted) else [f"type_0 <> type_{version}"]
        below = f"region_code BETWEEN {literal(self.region)} AND {literal(self.region + LAST_REGION)}"
        return " AND ".join([*tests, below])


CHANGED = Cell()
"""Everybody who changes."""


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
    versions: Versions,
    out: Path,
    *,
    columns: Sequence[str] = KEYS,
    progress: Progress | None = None,
    memory_limit: str = MEMORY_LIMIT,
) -> None:
    """Type a snapshot's households under every version; the file at `out`, in the snapshot's order, whole or not there.

    `columns` of the snapshot are kept. Raises AnotherDate when snapshot and versions are not of the same as-of date.
    """
    with connect(memory_limit=memory_limit, temp_directory=out.parent) as con:
        if snapshot_info(con, snapshot).as_of != versions.as_of:
            raise AnotherDate(f"{snapshot} is not as of {versions.as_of}")
        query = versions.query(columns, f"read_parquet({literal(snapshot)})")
        with replacing(out) as part:
            run(con, f"COPY ({query}) TO {literal(part)} (FORMAT parquet, COMPRESSION snappy)", progress)


def changes(con: duckdb.DuckDBPyConnection, typed: str, version: int = 1) -> list[Change]:
    """Every non-empty cell of the matrix from version 0 to another one, by region and types."""
    rows = con.execute(
        f"SELECT region_code, type_0, type_{version}, count(*) FROM {typed} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [Change(region, HouseholdType(before), HouseholdType(now), count) for region, before, now, count in rows]


def households_behind(
    con: duckdb.DuckDBPyConnection,
    typed: str,
    versions: Versions,
    cell: Cell,
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
    return [_changed(versions, version, dict(zip(names, row, strict=True))) for row in con.fetchall()]


def _changed(versions: Versions, version: int, row: dict[str, Any]) -> ChangedHousehold:
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
