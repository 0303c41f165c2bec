"""A run's files as COPY rows: what PostgreSQL holds afterwards is what the files say."""

from pathlib import Path

import asyncpg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.typing.runs.partitions import RESULT_COLUMNS, MisalignedResults, write_copy_file
from shared.database.connections import Database

CODES = ["92410103MA0000015K", "92120101MA0000023H", "92232701MA0000031Y"]
OPERATORS = ["v1:" + "a" * 32, None, "v1:" + "b" * 32]
TABLE = """create temporary table copied (run_number int, uscc varchar(18), region varchar(6), type smallint,
    true_mask bigint, unknown_mask bigint, operator_ref text)"""


def write_files(folder: Path, results_codes: list[str]) -> tuple[Path, Path]:
    snapshot, results = folder / "snapshot.parquet", folder / "results.parquet"
    households = {
        "uscc": CODES,
        "region_code": ["410103", "120101", "232701"],
        "operator_ref": pa.array(OPERATORS, pa.string()),
    }
    pq.write_table(pa.table(households), snapshot)
    typed = {
        "uscc": results_codes,
        "type": pa.array([0, 3, 5], pa.int8()),
        "true_mask": pa.array([0, 1, 2**40 + 7], pa.uint64()),
        "unknown_mask": pa.array([2**62, 0, 3], pa.uint64()),
    }
    pq.write_table(pa.table(typed), results)
    return snapshot, results


async def test_rows_arrive_as_the_files_say(database: Database, tmp_path: Path) -> None:
    rows_file = tmp_path / "rows.copy"
    write_copy_file(*write_files(tmp_path, CODES), 7, rows_file)

    connection = await asyncpg.connect(**database.connect_options())
    try:
        await connection.execute(TABLE)
        await connection.copy_to_table("copied", columns=RESULT_COLUMNS, source=rows_file, format="binary")
        rows = [tuple(row) for row in await connection.fetch("select * from copied order by type")]
    finally:
        await connection.close()
    assert rows == [
        (7, CODES[0], "410103", 0, 0, 2**62, OPERATORS[0]),
        (7, CODES[1], "120101", 3, 1, 0, None),
        (7, CODES[2], "232701", 5, 2**40 + 7, 3, OPERATORS[2]),
    ]


def test_files_of_different_households_are_refused(tmp_path: Path) -> None:
    snapshot, results = write_files(tmp_path, [CODES[1], CODES[0], CODES[2]])
    with pytest.raises(MisalignedResults):
        write_copy_file(snapshot, results, 7, tmp_path / "rows.copy")
