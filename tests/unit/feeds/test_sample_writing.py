"""Writing a sample: repeatable, in pieces, complete or not at all."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import FeedsError
from shared.feeds.sample import writing
from shared.feeds.sample.writing import write_sample

TODAY = date(2026, 7, 5)


def digests(directory: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(directory.iterdir())}


def write(directory: Path, *, seed: int = 1, households: int = 3000, **more: object) -> dict[str, int]:
    return write_sample(directory, region="2327", households=households, seed=seed, today=TODAY, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("fmt", ["parquet", "csv"])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path, fmt: str):
    assert write(tmp_path / "a", fmt=fmt) == write(tmp_path / "b", fmt=fmt)
    write(tmp_path / "c", seed=2, fmt=fmt)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert set(digests(tmp_path / "a")) == {f"{feed}.{fmt}" for feed in FEEDS}
    assert not set(digests(tmp_path / "a").values()) & set(digests(tmp_path / "c").values())


def test_csv_and_parquet_hold_the_same_rows(tmp_path: Path):
    write(tmp_path / "p")
    write(tmp_path / "c", fmt="csv")
    for feed in FEEDS:
        columns = duckdb.execute(f"describe from '{tmp_path}/p/{feed}.parquet'").fetchall()
        types = {row[0]: row[1] for row in columns}
        csv = f"read_csv('{tmp_path}/c/{feed}.csv', header = true, columns = {types})"
        parquet = f"'{tmp_path}/p/{feed}.parquet'"
        assert duckdb.execute(f"from {csv} except all from {parquet}").fetchall() == []
        assert duckdb.execute(f"from {parquet} except all from {csv}").fetchall() == []


def test_money_is_decimal_and_dates_are_dates_in_parquet(tmp_path: Path):
    write(tmp_path)
    tax = pq.read_schema(tmp_path / "tax.parquet")
    assert str(tax.field("tax_paid").type) == "decimal128(18, 2)"
    assert str(pq.read_schema(tmp_path / "registration.parquet").field("established_on").type) == "date32[day]"


def test_a_sample_of_several_chunks_is_appended_and_reports_its_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writing, "CHUNK", 1000)
    seen: list[tuple[int, int]] = []
    rows = write(tmp_path, households=2500, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1000, 2500), (2000, 2500), (2500, 2500)]
    assert rows["registration"] == 2500
    assert pq.ParquetFile(tmp_path / "registration.parquet").num_row_groups == 3
    assert duckdb.execute(f"select count(distinct uscc) from '{tmp_path}/registration.parquet'").fetchall() == [(2500,)]


def test_daxinganling_s_local_counties_get_households(tmp_path: Path):
    write(tmp_path)
    regions = duckdb.execute(f"select distinct region_code from '{tmp_path}/registration.parquet'").fetchall()
    assert {region for (region,) in regions} >= {"232701", "232761", "232764"}


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 3, 1), date(2024, 2, 29)])
def test_a_sample_can_be_made_on_any_day(tmp_path: Path, today: date):
    write_sample(tmp_path, region="410103", households=500, seed=3, today=today)
    late = duckdb.execute(f"select count(*) from '{tmp_path}/annual_report.parquet' where filed_on > date '{today}'")
    assert late.fetchall() == [(0,)]


def test_the_smallest_sample_has_all_files(tmp_path: Path):
    rows = write(tmp_path, households=1)
    assert rows["registration"] == 1
    assert {path.name for path in tmp_path.iterdir()} == {f"{feed}.parquet" for feed in FEEDS}


def test_an_interrupted_sample_leaves_no_file(tmp_path: Path):
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_new_sample_replaces_the_old_one_of_the_same_format(tmp_path: Path):
    write(tmp_path, seed=1)
    before = digests(tmp_path)
    write(tmp_path, seed=2)
    assert not set(before.items()) & set(digests(tmp_path).items())


def test_a_sample_of_the_other_format_in_the_way_is_refused(tmp_path: Path):
    write(tmp_path)
    with pytest.raises(FeedsError, match=r"registration\.parquet"):
        write(tmp_path, fmt="csv")


@pytest.mark.parametrize(
    ("region", "households", "seed", "said"),
    [("99", 10, 1, "没有县级区划"), ("4101", 0, 1, "户数"), ("4101", 31**6, 1, "户数"), ("4101", 10, -1, "种子")],
)
def test_what_cannot_be_made_is_refused_in_chinese(tmp_path: Path, region: str, households: int, seed: int, said: str):
    with pytest.raises(FeedsError, match=said):
        write_sample(tmp_path / "new", region=region, households=households, seed=seed, today=TODAY)
    assert not (tmp_path / "new").exists()
