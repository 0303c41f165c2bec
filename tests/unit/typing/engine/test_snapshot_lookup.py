"""One household out of a snapshot: the right row, by region or its prefix; only its row group is read."""

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from services.typing.engine.snapshot import freeze, read_household
from tests.unit.typing.engine.population import FEEDS, populate


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lookup") / "snapshot.parquet"
    with duckdb.connect() as con:
        populate(con, 9_000)
        freeze(con, FEEDS, dt.date(2026, 7, 15), path, row_group_size=2_048)
    return path


def test_every_tenth_household_is_found_with_its_facts(snapshot: Path) -> None:
    rows = pq.read_table(snapshot).to_pylist()[::97]
    assert len(rows) > 50
    for row in rows:
        assert read_household(snapshot, row["region_code"], row["uscc"]) == row


def test_a_prefix_of_the_region_is_enough(snapshot: Path) -> None:
    row = pq.read_table(snapshot).slice(5_000, 1).to_pylist()[0]
    for prefix in ("4101", "41", ""):
        assert read_household(snapshot, prefix, row["uscc"]) == row


def test_nobody_is_found_under_a_code_that_is_not_there(snapshot: Path) -> None:
    assert read_household(snapshot, "410105", "92410105MA99999999") is None
    assert read_household(snapshot, "4201", "92410105MA00000001") is None


def test_only_candidate_row_groups_are_read(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []
    read = pq.ParquetFile.read_row_group

    def counted(file: pq.ParquetFile, group: int, **options: object) -> object:
        reads.append(group)
        return read(file, group, **options)  # type: ignore[arg-type]  # passes on what it was given

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", counted)
    row = pq.read_table(snapshot).slice(5_000, 1).to_pylist()[0]
    assert read_household(snapshot, row["region_code"], row["uscc"]) == row
    assert len(set(reads)) == 1
    assert pq.ParquetFile(snapshot).num_row_groups > 3
