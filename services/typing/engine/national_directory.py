"""The export for the national directory (全国“个体工商户名录”): who is of which type, as CSV.

郑市监〔2025〕6号 二（三）: results are marked in the provincial directory and gathered into the national one.
Columns: uscc, name, region_code, region (its name), type (in Chinese), policy, as_of; by region and code.
A cell that a spreadsheet would run as a formula begins with an apostrophe.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from services.typing.engine.duck import MEMORY_LIMIT, Progress, connect, literal, run
from services.typing.engine.files import replacing
from shared.policy.outcome import HouseholdType
from shared.regions import REGIONS_CSV

FORMULA_STARTS = "^[=+@\\t\\r-]"


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
    """Write the CSV of a run, whole or not at all; the number of households in it. Memory stays bounded.

    `corrected`: (uscc, type code) of households whose published type was corrected since.
    """
    with connect(memory_limit=memory_limit, temp_directory=out.parent) as con:
        con.execute(
            "CREATE TEMP TABLE region_names AS "
            f"SELECT code, name FROM read_csv({literal(REGIONS_CSV)}, header = true, all_varchar = true)"
        )
        con.execute("CREATE TEMP TABLE corrected (uscc VARCHAR, type TINYINT)")
        if corrected:
            con.executemany("INSERT INTO corrected VALUES (?, ?)", [list(row) for row in corrected])
        with replacing(out) as part:
            run(
                con,
                f"COPY ({_query(snapshot, results, policy, as_of)}) TO {literal(part)} (FORMAT csv, HEADER)",
                progress,
            )
        ((households,),) = con.execute(f"SELECT count(*) FROM read_parquet({literal(results)})").fetchall()
    return int(households)


def _query(snapshot: Path, results: Path, policy: str, as_of: date) -> str:
    words = " ".join(f"WHEN {kind.value} THEN {literal(kind.label)}" for kind in HouseholdType)
    columns = {
        "uscc": "s.uscc",
        "name": "s.name",
        "region_code": "s.region_code",
        "region": "coalesce(n.name, '')",
        "type": f"CASE coalesce(c.type, r.type) {words} END",
        "policy": literal(policy),
        "as_of": literal(as_of.isoformat()),
    }
    selected = ", ".join(f"{safe_cell(sql)} AS {name}" for name, sql in columns.items())
    return (
        f"SELECT {selected} FROM read_parquet({literal(snapshot)}) s "
        f"JOIN read_parquet({literal(results)}) r ON s.uscc = r.uscc "
        "LEFT JOIN corrected c ON c.uscc = s.uscc "
        "LEFT JOIN region_names n ON s.region_code = n.code ORDER BY s.region_code, s.uscc"
    )


def safe_cell(text: str) -> str:
    """A text in SQL as a cell that no spreadsheet runs as a formula."""
    return f"CASE WHEN regexp_matches({text}, {literal(FORMULA_STARTS)}) THEN '''' || {text} ELSE {text} END"
