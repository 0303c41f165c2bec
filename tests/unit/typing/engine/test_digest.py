"""T2: a digest depends on what is known, by which policy and when; never on how a file was written."""

import datetime as dt
import hashlib
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.typing.engine.digest import MalformedFile, run_digest, snapshot_digest
from services.typing.engine.snapshot import freeze
from tests.unit.typing.engine.population import FEEDS, populate

AS_OF = dt.date(2026, 7, 15)
HOUSEHOLDS = 9_000


def frozen(path: Path, *, order: str = "i", row_group_size: int = 61_440, threads: int = 2, change: str = "") -> Path:
    path.mkdir()
    with duckdb.connect(config={"threads": threads, "temp_directory": str(path / "spill")}) as con:
        populate(con, HOUSEHOLDS, order=order)
        if change:
            con.execute(change)
        freeze(con, FEEDS, AS_OF, path / "snapshot.parquet", row_group_size=row_group_size)
    return path / "snapshot.parquet"


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return frozen(tmp_path_factory.mktemp("usual") / "a")


WAYS = {
    "threads": {"threads": 1},
    "row groups": {"row_group_size": 2_048},
    "order of rows": {"order": "hash(i)"},
    "another directory": {},
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_snapshot_written_another_way_has_the_same_digest(
    usual: Path, tmp_path: Path, way: dict[str, object]
) -> None:
    assert snapshot_digest(frozen(tmp_path / "b", **way)) == snapshot_digest(usual)  # type: ignore[arg-type]  # a row of WAYS


def test_the_naive_digest_over_bytes_would_differ(usual: Path, tmp_path: Path) -> None:
    other = frozen(tmp_path / "b", row_group_size=2_048)
    assert hashlib.sha256(usual.read_bytes()).digest() != hashlib.sha256(other.read_bytes()).digest()
    assert snapshot_digest(usual) == snapshot_digest(other)


CHANGES = {
    "one fen": "UPDATE accepted_tax SET tax_paid = tax_paid + 1 WHERE uscc = "
    "(SELECT min(uscc) FROM accepted_tax WHERE tax_paid IS NOT NULL "
    "AND uscc NOT IN (SELECT uscc FROM rejected_keys_tax))",
    "zero becomes unknown": "UPDATE accepted_tax SET vat_paid = NULL WHERE vat_paid = 0 OR uscc = "
    "(SELECT max(uscc) FROM accepted_tax WHERE uscc NOT IN (SELECT uscc FROM rejected_keys_tax))",
    "a letter of a name": "UPDATE accepted_registration SET name = name || '1' "
    "WHERE uscc = (SELECT min(uscc) FROM accepted_registration WHERE established_on < DATE '2026-01-01')",
    "a household less": "DELETE FROM accepted_registration WHERE uscc = "
    "(SELECT max(uscc) FROM accepted_registration WHERE established_on < DATE '2026-01-01')",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_smallest_change_of_evidence_changes_the_digest(usual: Path, tmp_path: Path, change: str) -> None:
    assert snapshot_digest(frozen(tmp_path / "b", change=change)) != snapshot_digest(usual)


def texts(path: Path, *values: str | None) -> str:
    pq.write_table(pa.table({"name": pa.array(values, pa.string())}), path)
    return snapshot_digest(path)


def test_texts_that_join_to_the_same_bytes_differ(tmp_path: Path) -> None:
    assert texts(tmp_path / "a", "ab", "c") != texts(tmp_path / "b", "a", "bc")
    assert texts(tmp_path / "a", "", "c") != texts(tmp_path / "b", None, "c")


RESULTS = {
    "uscc": ["92410102MA00000002", "92410102MA00000001"],
    "region_code": ["410101", "410102"],
    "type": pa.array([1, 3], pa.int8()),
    "true_mask": pa.array([5, 1 << 40], pa.uint64()),
    "unknown_mask": pa.array([0, 2], pa.uint64()),
}


def results(path: Path, **columns: object) -> Path:
    pq.write_table(pa.table(RESULTS | columns), path)
    return path


def test_a_runs_digest_is_exactly_its_definition(tmp_path: Path) -> None:
    header = b"minglu-run-1\npolicy p\nsnapshot s\nas-of 2026-07-15\n"
    first = b"92410102MA00000001" + bytes([3]) + (1 << 40).to_bytes(8, "little") + (2).to_bytes(8, "little")
    second = b"92410102MA00000002" + bytes([1]) + (5).to_bytes(8, "little") + bytes(8)
    expected = hashlib.sha256(header + first + second).hexdigest()
    assert run_digest("p", "s", AS_OF, results(tmp_path / "r.parquet")) == expected


def test_a_runs_digest_covers_policy_snapshot_date_and_every_column(tmp_path: Path) -> None:
    path = results(tmp_path / "r.parquet")
    other = results(tmp_path / "o.parquet", unknown_mask=pa.array([0, 3], pa.uint64()))
    digests = {
        run_digest("p", "s", AS_OF, path),
        run_digest("q", "s", AS_OF, path),
        run_digest("p", "t", AS_OF, path),
        run_digest("p", "s", AS_OF + dt.timedelta(days=1), path),
        run_digest("p", "s", AS_OF, other),
    }
    assert len(digests) == 5


def test_a_code_of_another_length_has_no_digest(tmp_path: Path) -> None:
    short = results(tmp_path / "r.parquet", uscc=["92410102MA0000000", "92410102MA00000001A"])
    with pytest.raises(MalformedFile):
        run_digest("p", "s", AS_OF, short)
