"""The national directory's file: every household with one of its labels, in Chinese, safe in a spreadsheet."""

import codecs
import csv
import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from services.typing.engine.exports import write_national_directory
from services.typing.engine.snapshot import freeze
from tests.unit.typing.engine.feed_tables import create_accepted, registration_row, uscc_of

AS_OF = dt.date(2026, 7, 15)


def exported(path: Path, *households: dict[str, object], types: list[int]) -> list[dict[str, str]]:
    snapshot, results, out = (path / name for name in ("s.parquet", "r.parquet", "directory.csv"))
    with duckdb.connect() as con:
        create_accepted(con, "registration", *households)
        freeze(con, (), AS_OF, snapshot)
    columns = {"uscc": [row["uscc"] for row in households], "type": pa.array(types, pa.int8())}
    pq.write_table(pa.table(columns), results)
    count = write_national_directory(snapshot, results, out, policy="zhengzhou-2025", as_of=AS_OF)
    assert out.read_bytes().startswith(codecs.BOM_UTF8)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert count == len(rows)
    return rows


def test_a_row_says_who_where_and_of_which_type(tmp_path: Path) -> None:
    (row,) = exported(tmp_path, registration_row(1, name="测试,“商行”"), types=[2])
    assert row == {
        "uscc": uscc_of(1),
        "name": "测试,“商行”",
        "region_code": "410102",
        "region": "中原区",
        "type": "成长型",
        "policy": "zhengzhou-2025",
        "as_of": "2026-07-15",
    }


def test_rows_come_by_region_then_code(tmp_path: Path) -> None:
    far, near = registration_row(1, region_code="410105"), registration_row(2, region_code="410102")
    assert [row["uscc"] for row in exported(tmp_path, far, near, types=[1, 0])] == [uscc_of(2), uscc_of(1)]


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(tmp_path: Path) -> None:
    names = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠x", "\u3000=1", "正常=1"]
    rows = exported(tmp_path, *(registration_row(n, name=name) for n, name in enumerate(names)), types=[1] * len(names))
    assert [row["name"] for row in rows] == [f"'{name}" for name in names[:-1]] + ["正常=1"]


def test_a_region_that_the_table_does_not_know_keeps_its_code(tmp_path: Path) -> None:
    (row,) = exported(tmp_path, registration_row(1, region_code="999999"), types=[1])
    assert (row["region_code"], row["region"], row["type"]) == ("999999", "", "生存型")


def test_what_has_none_of_the_four_labels_is_held_back(tmp_path: Path) -> None:
    """郑市监〔2025〕6号 三（一）2: 分别标注为“生存型”“成长型”和“发展型”; 不满足基础标准的标注为“不符合分型条件”."""
    every = [registration_row(n) for n in range(6)]
    rows = exported(tmp_path, *every, types=[0, 1, 2, 3, 4, 5])
    assert [row["type"] for row in rows] == ["不符合分型条件", "生存型", "成长型", "发展型"]
