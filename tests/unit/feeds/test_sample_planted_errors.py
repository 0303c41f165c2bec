"""Planted errors: every reject code, at least twice, in the feeds where it can occur, and nothing else."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.sample.writing import write_sample
from shared.reference.uscc import uscc_problem

TODAY = date(2026, 7, 5)
EVERYWHERE = {"missing", "duplicate-key"}
WITH_USCC = {"uscc-format", "uscc-checksum"}
BY_KIND = {
    "date": {"not-a-date"},
    "bool": {"unknown-value"},
    "choice": {"unknown-value"},
    "money": {"not-a-number", "negative"},
    "count": {"not-a-number", "negative"},
    "year": {"not-a-number"},
    "region": {"unknown-region"},
}


@pytest.fixture(scope="module", params=["parquet", "csv"])
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("planted")
    rows = write_sample(
        directory, region="4101", households=2000, seed=5, fmt=request.param, with_errors=True, today=TODAY
    )
    assert rows["planted"] == len(notes(directory))
    return directory


def notes(directory: Path) -> list[tuple[str, int, str, str]]:
    with (directory / "planted.csv").open(encoding="utf-8", newline="") as file:
        return [(n["feed"], int(n["row"]), n["column"], n["code"]) for n in csv.DictReader(file)]


def cells(directory: Path, feed: str) -> list[dict[str, str | None]]:
    (path,) = directory.glob(f"{feed}.*")
    source = f"'{path}'" if path.suffix == ".parquet" else f"read_csv('{path}', all_varchar = true, header = true)"
    table = duckdb.sql(f"from {source}")
    assert table is not None
    assert {str(t) for t in table.types} == {"VARCHAR"}
    return [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]


def occurring(feed: str) -> set[str]:
    contract = FEEDS[feed]
    codes = EVERYWHERE.union(*(BY_KIND.get(column.kind, set()) for column in contract.columns))
    if any(column.not_future for column in contract.columns):
        codes |= {"future-date"}
    if any(column.pattern for column in contract.columns):
        codes |= {"unknown-value"}
    if contract.has("uscc"):
        codes |= WITH_USCC if feed == "registration" else WITH_USCC | {"unknown-household"}
    return codes


@pytest.mark.parametrize("feed", FEEDS)
def test_every_code_that_can_occur_in_a_feed_is_planted_there_twice(planted: Path, feed: str):
    found = Counter(code for name, _, _, code in notes(planted) if name == feed)
    assert set(found) == occurring(feed)
    assert min(found.values()) >= 2


def test_each_note_names_a_row_whose_cell_is_what_the_code_says(planted: Path):
    known = {row["uscc"] for row in cells(planted, "registration")}
    for feed in FEEDS:
        rows = cells(planted, feed)
        for name, row, column, code in notes(planted):
            if name == feed:
                value = rows[row - 2][column]
                assert wrong(code, value, known), (name, row, column, code)


def wrong(code: str, value: str | None, known: set[str | None]) -> bool:
    match code:
        case "missing":
            return value is None
        case "uscc-format" | "uscc-checksum":
            return value is not None and uscc_problem(value) == code
        case "unknown-household":
            return value not in known
        case "future-date":
            return value is not None and date.fromisoformat(value) > TODAY
        case "negative":
            return value is not None and float(value) < 0
        case _:
            return value is not None


def test_duplicate_keys_come_in_pairs_that_differ_elsewhere(planted: Path):
    for feed, contract in FEEDS.items():
        rows = cells(planted, feed)
        twins = [rows[row - 2] for name, row, _, code in notes(planted) if (name, code) == (feed, "duplicate-key")]
        every = Counter(tuple(row[column] for column in contract.key) for row in rows)
        keys = Counter(tuple(row[column] for column in contract.key) for row in twins)
        assert set(keys.values()) == {2}
        assert keys == {key: count for key, count in every.items() if count > 1 and None not in key}
        assert all(twins.count(row) == 1 for row in twins)


def test_no_key_of_a_good_row_is_touched(planted: Path):
    """Taking the planted rows out leaves a sample without duplicates and without strangers."""
    bad = {(name, row) for name, row, _, _ in notes(planted)}
    good = {
        feed: [cell for number, cell in enumerate(cells(planted, feed), start=2) if (feed, number) not in bad]
        for feed in FEEDS
    }
    known = {row["uscc"] for row in cells(planted, "registration")}
    for feed, rows in good.items():
        keys = Counter(tuple(row[column] for column in FEEDS[feed].key) for row in rows)
        assert max(keys.values()) == 1
        assert all(row.get("uscc") is None or row["uscc"] in known for row in rows)


def test_planted_rows_stand_in_the_middle_and_at_the_end(planted: Path):
    last = len(cells(planted, "tax")) + 1
    rows = [row for name, row, _, _ in notes(planted) if name == "tax"]
    assert min(rows) < last * 0.6
    assert max(rows) == last


def test_a_sample_without_errors_has_no_note_of_any(tmp_path: Path):
    rows = write_sample(tmp_path, region="4101", households=50, seed=5, today=TODAY)
    assert "planted" not in rows
    assert not (tmp_path / "planted.csv").exists()
