"""The change matrix: every household is in exactly one cell, by county, type before and type now."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from services.typing.engine.comparison import TypeChange, change_matrix
from shared.law.model.outcome import HouseholdType

SURVIVAL, GROWTH, GAP = HouseholdType.SURVIVAL, HouseholdType.GROWTH, HouseholdType.GAP


def results(path: Path, *rows: tuple[str, str, HouseholdType]) -> Path:
    usccs, regions, types = zip(*rows, strict=True)
    columns = {"uscc": usccs, "region_code": regions, "type": pa.array(map(int, types), pa.int8())}
    pq.write_table(pa.table(columns), path)
    return path


def test_without_an_earlier_run_everyone_is_new(tmp_path: Path) -> None:
    now = results(tmp_path / "now", ("a", "410102", GROWTH), ("b", "410102", GROWTH), ("c", "410103", GAP))
    assert change_matrix(duckdb.connect(), None, now) == [
        TypeChange("410102", None, GROWTH, 2),
        TypeChange("410103", None, GAP, 1),
    ]


def test_stayed_changed_new_gone_and_moved(tmp_path: Path) -> None:
    before = results(
        tmp_path / "before",
        ("stays", "410102", SURVIVAL),
        ("changes", "410102", SURVIVAL),
        ("goes", "410103", GAP),
        ("moves", "410102", GROWTH),
    )
    now = results(
        tmp_path / "now",
        ("stays", "410102", SURVIVAL),
        ("changes", "410102", GROWTH),
        ("comes", "410102", GROWTH),
        ("moves", "410105", GROWTH),
    )
    assert set(change_matrix(duckdb.connect(), before, now)) == {
        TypeChange("410102", SURVIVAL, SURVIVAL, 1),
        TypeChange("410102", SURVIVAL, GROWTH, 1),
        TypeChange("410102", None, GROWTH, 1),
        TypeChange("410103", GAP, None, 1),
        TypeChange("410105", GROWTH, GROWTH, 1),
    }


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    rows = [(f"u{n}", f"41010{n % 3}", HouseholdType(n % 6)) for n in range(60)]
    one = change_matrix(duckdb.connect(), results(tmp_path / "a", *rows), results(tmp_path / "b", *rows))
    other = change_matrix(duckdb.connect(), results(tmp_path / "a", *rows[::-1]), results(tmp_path / "b", *rows))
    assert one == other
    assert sum(change.households for change in one) == 60
