"""Files that people and other programs take away, written completely or not at all.

- Results (`minglu type`; CSV or Parquet): uscc, region_code, type (`survival`, …), clauses and unknown (`;`-separated
  ids of the clauses that hold, and of those that could not be decided), policy, as_of.
- National directory (全国“个体工商户名录”; CSV; 郑市监〔2025〕6号 二（三）): uscc, name, region_code, region (its
  name), type (in Chinese), policy, as_of; by region and code. 规则空档 and 待核 are none of its labels: such households
  are held back. A cell that a spreadsheet would run as a formula begins
  with an apostrophe.
- Changed households (CSV or Parquet): uscc, name (if the relation has it), region_code, policy (the version),
  from_type, to_type, clauses_before, unknown_before, clauses_after, unknown_after; by region and code.

A CSV file with names or other Chinese begins with a byte order mark: people open it in a spreadsheet.

Millions of households share a few thousand masks: each distinct combination is spelled once and joined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from services.typing.engine.comparison import ALL_CHANGES, ChangeSelection
from services.typing.engine.duckdb_connection import (
    MEMORY_LIMIT,
    Progress,
    column_names,
    connect,
    run_statement,
    sql_literal,
)
from services.typing.engine.files import replacing
from shared.feeds.validation.csv_text import FORMULA, bom_column
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.compiler.pooled_policies import PooledPolicies
from shared.law.model.outcome import HouseholdType
from shared.reference.regions import REGIONS_CSV

EXPORT_FORMATS = {".parquet": "FORMAT parquet, COMPRESSION snappy", ".csv": "FORMAT csv, HEADER"}


def write_results(
    con: duckdb.DuckDBPyConnection,
    typed: str,
    compiled: CompiledPolicy,
    out: Path,
    *,
    progress: Progress | None = None,
) -> None:
    """Write relation `typed` (uscc, region_code, type, true_mask, unknown_mask) to `out`, atomically.

    The suffix of `out` is a key of FORMATS.
    """
    for mask, table in (("true_mask", "clause_ids"), ("unknown_mask", "unknown_ids")):
        _spell_masks(con, typed, mask, table, compiled)
    with replacing(out) as part:
        statement = (
            f"COPY ({_results_query(typed, compiled)}) TO {sql_literal(part)} ({EXPORT_FORMATS[out.suffix.lower()]})"
        )
        run_statement(con, statement, progress)


def _results_query(typed: str, compiled: CompiledPolicy) -> str:
    words = " ".join(f"WHEN {kind.value} THEN {sql_literal(kind.slug)}" for kind in HouseholdType)
    return (
        f"SELECT t.uscc, t.region_code, CASE t.type {words} END AS type, "
        "c.ids AS clauses, u.ids AS unknown, "
        f"{sql_literal(compiled.policy.id)} AS policy, DATE {sql_literal(compiled.as_of.isoformat())} AS as_of "
        f"FROM {typed} t JOIN clause_ids c ON t.true_mask = c.mask "
        "JOIN unknown_ids u ON t.unknown_mask = u.mask"
    )


def _spell_masks(con: duckdb.DuckDBPyConnection, typed: str, mask: str, table: str, compiled: CompiledPolicy) -> None:
    """Make the dictionary `table(mask, ids)` of the distinct masks in a column."""
    masks = [value for (value,) in con.execute(f"SELECT DISTINCT {mask} FROM {typed}").fetchall()]
    ids = [";".join(compiled.names(value)) for value in masks]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT unnest(?::UBIGINT[]) AS mask, unnest(?::VARCHAR[]) AS ids",
        [masks, ids],
    )


def write_national_directory(
    snapshot: Path,
    results: Path,
    out: Path,
    *,
    policy: str,
    as_of: date,
    corrected: Sequence[tuple[str, int]] = (),
    progress: Progress | None = None,
    memory_limit: str = MEMORY_LIMIT,
) -> int:
    """Write the CSV of a run atomically; returns the number of households in it. Memory stays bounded.

    Only the four labels of the text are written: 分别标注为“生存型”“成长型”和“发展型”, or 不符合分型条件.

    `corrected`: (uscc, type code) of households whose published type was corrected since.
    """
    with connect(memory_limit=memory_limit, temp_directory=out.parent) as con:
        con.execute(
            "CREATE TEMP TABLE region_names AS "
            f"SELECT code, name FROM read_csv({sql_literal(REGIONS_CSV)}, header = true, all_varchar = true)"
        )
        con.execute("CREATE TEMP TABLE corrected (uscc VARCHAR, type TINYINT)")
        if corrected:
            con.executemany("INSERT INTO corrected VALUES (?, ?)", [list(row) for row in corrected])
        with replacing(out) as part:
            run_statement(
                con,
                f"COPY ({_national_query(snapshot, results, policy, as_of)})"
                f" TO {sql_literal(part)} (FORMAT csv, HEADER)",
                progress,
            )
        ((households,),) = con.execute(
            f"SELECT count(*) FROM read_parquet({sql_literal(results)}) r"
            f" LEFT JOIN corrected c ON c.uscc = r.uscc WHERE {HAS_LABEL}"
        ).fetchall()
    return int(households)


def _national_query(snapshot: Path, results: Path, policy: str, as_of: date) -> str:
    words = " ".join(f"WHEN {kind.value} THEN {sql_literal(kind.label)}" for kind in HouseholdType)
    columns = {
        bom_column("uscc"): "s.uscc",
        "name": "s.name",
        "region_code": "s.region_code",
        "region": "coalesce(n.name, '')",
        "type": f"CASE coalesce(c.type, r.type) {words} END",
        "policy": sql_literal(policy),
        "as_of": sql_literal(as_of.isoformat()),
    }
    selected = ", ".join(f"{safe_cell(sql)} AS {name}" for name, sql in columns.items())
    return (
        f"SELECT {selected} FROM read_parquet({sql_literal(snapshot)}) s "
        f"JOIN read_parquet({sql_literal(results)}) r ON s.uscc = r.uscc "
        "LEFT JOIN corrected c ON c.uscc = s.uscc "
        "LEFT JOIN region_names n ON s.region_code = n.code"
        f" WHERE {HAS_LABEL} ORDER BY s.region_code, s.uscc"
    )


HELD_BACK = (HouseholdType.GAP, HouseholdType.UNDETERMINED)
"""Outcomes that the national directory has no label for."""
HAS_LABEL = f"coalesce(c.type, r.type) NOT IN ({', '.join(str(kind.value) for kind in HELD_BACK)})"


def safe_cell(text: str) -> str:
    """A text in SQL as a cell that no spreadsheet runs as a formula."""
    return f"CASE WHEN regexp_matches({text}, {sql_literal(FORMULA)}) THEN '''' || {text} ELSE {text} END"


CLAUSE_COLUMNS = ("clauses_before", "unknown_before", "clauses_after", "unknown_after")


@dataclass(frozen=True)
class VersionExport:
    """Which households of which version; the file calls it `label`."""

    version: int
    label: str
    cell: ChangeSelection = ALL_CHANGES

    @property
    def condition(self) -> str:
        """The condition that selects the households, in SQL."""
        return self.cell.condition(self.version)


def write_changed_households(
    con: duckdb.DuckDBPyConnection,
    typed: str,
    versions: PooledPolicies,
    exports: Sequence[VersionExport],
    out: Path,
    *,
    progress: Progress | None = None,
) -> None:
    """Write the selected households of relation `typed` to `out` (.csv or .parquet), atomically."""
    for export in exports:
        _spell_versions(con, typed, versions, export)
    name = f"{safe_cell('t.name')} AS name, " if "name" in column_names(con, typed) else ""
    code = bom_column("uscc") if out.suffix.lower() == ".csv" else "uscc"
    parts = (_changed_households_query(typed, versions, export, f"{code}, {name}") for export in exports)
    query = f"{' UNION ALL '.join(parts)} ORDER BY region_code, {code}, policy"
    with replacing(out) as part:
        run_statement(con, f"COPY ({query}) TO {sql_literal(part)} ({EXPORT_FORMATS[out.suffix.lower()]})", progress)


def _changed_households_query(typed: str, versions: PooledPolicies, export: VersionExport, who: str) -> str:
    words = " ".join(f"WHEN {kind.value} THEN {sql_literal(kind.slug)}" for kind in HouseholdType)
    same = " AND ".join(f"t.{column} = d.{column}" for column in versions.mask_columns)
    spelled = ", ".join(f"d.{column}" for column in CLAUSE_COLUMNS)
    return (
        f"SELECT t.uscc AS {who}t.region_code, {sql_literal(export.label)} AS policy, "
        f"CASE t.type_0 {words} END AS from_type, CASE t.type_{export.version} {words} END AS to_type, {spelled} "
        f"FROM {typed} t JOIN spelled_{export.version} d ON {same} WHERE {export.condition}"
    )


def _spell_versions(
    con: duckdb.DuckDBPyConnection, typed: str, versions: PooledPolicies, export: VersionExport
) -> None:
    """Create the dictionary `spelled_<version>` of the selected households' masks."""
    masks = versions.mask_columns
    combinations = con.execute(f"SELECT DISTINCT {', '.join(masks)} FROM {typed} WHERE {export.condition}").fetchall()
    words = [_clause_texts(versions, export.version, dict(zip(masks, row, strict=True))) for row in combinations]
    columns = [[row[place] for row in combinations] for place in range(len(masks))]
    columns += [[row[place] for row in words] for place in range(len(CLAUSE_COLUMNS))]
    names = [f"unnest(?::UBIGINT[]) AS {name}" for name in masks] + [
        f"unnest(?::VARCHAR[]) AS {name}" for name in CLAUSE_COLUMNS
    ]
    con.execute(f"CREATE OR REPLACE TEMP TABLE spelled_{export.version} AS SELECT {', '.join(names)}", columns)


def _clause_texts(versions: PooledPolicies, version: int, row: dict[str, int]) -> list[str]:
    """The clauses of one combination of masks, in the order of SPELLED."""
    return [";".join(ids) for number in (0, version) for ids in versions.names(number, row)]
