"""One uploaded file: what is written for the service to store, and that it is always the same."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import FeedsError
from shared.feeds.sample.writing import write_sample
from shared.feeds.validation.delivery import DeliveryReport, check_delivery
from shared.reference.personal_data import OperatorPseudonym
from tests.unit.feeds.feed_folders import (
    GOOD,
    MISCHECKED,
    STRANGER,
    TODAY,
    A,
    B,
    check,
    codes,
    found,
    write_csv,
    write_text_parquet,
    write_typed_parquet,
    write_xlsx,
)

PSEUDONYM = OperatorPseudonym(b"0123456789abcdef")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def deliver(
    con: duckdb.DuckDBPyConnection, path: Path, feed: str, registered: str | None = None, out: str = "out"
) -> DeliveryReport:
    directory = path.parent / out
    directory.mkdir(exist_ok=True)
    return check_delivery(path, feed, today=TODAY, registered=registered, pseudonym=PSEUDONYM, con=con, out=directory)


def content(con: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[object, ...]]:
    return con.execute(f"FROM read_parquet('{path}')").fetchall()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_accepted_rejected_and_unknown_are_written_apart(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [
        GOOD["tax"] | {"uscc": B},
        GOOD["tax"] | {"tax_paid": "x"},
        GOOD["tax"] | {"uscc": MISCHECKED, "year": "2024"},
        GOOD["tax"] | {"uscc": B},
    ]
    write_csv(tmp_path / "tax.csv", rows)

    report = deliver(con, tmp_path / "tax.csv", "tax")

    assert (report.rows, report.accepted, report.rejected, report.flagged) == (4, 2, 1, 1)
    assert report.years == (2024, 2025)
    assert [row[:3] for row in content(con, report.accepted_path)] == [(B, 2025, 7), (MISCHECKED, 2024, 7)]
    assert [row[:6] for row in content(con, report.rejects_path)] == [
        ("tax", "tax.csv", 3, "tax_paid", "not-a-number", "rejected"),
        ("tax", "tax.csv", 4, "uscc", "uscc-checksum", "flagged"),
    ]
    assert content(con, report.rejected_keys_path) == [(A, 2025)]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "accepted.parquet",
        "rejects.parquet",
        "rejected-keys.parquet",
    }


def test_households_are_unknown_only_against_registrations(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute(f"CREATE TEMP TABLE households AS SELECT unnest(['{A}', '{MISCHECKED}']) AS uscc")
    write_csv(tmp_path / "credit.csv", [GOOD["credit"] | {"uscc": code} for code in (A, MISCHECKED, STRANGER)])

    later = deliver(con, tmp_path / "credit.csv", "credit")
    now = deliver(con, tmp_path / "credit.csv", "credit", "households")

    assert (later.accepted, later.flagged) == (3, 1)
    assert (now.accepted, now.flagged) == (2, 1)
    assert [row[2:5] for row in content(con, now.rejects_path)] == [
        (3, "uscc", "uscc-checksum"),
        (4, "uscc", "unknown-household"),
    ]


@pytest.mark.parametrize("feed", FEEDS)
def test_every_format_of_the_same_rows_is_stored_as_the_same_bytes(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, feed: str
) -> None:
    rows = [GOOD[feed] | ({"uscc": code} if FEEDS[feed].has("uscc") else {"operator_id": code}) for code in codes(50)]
    write_csv(tmp_path / "a.csv", rows)
    write_text_parquet(tmp_path / "b.parquet", rows)
    write_typed_parquet(tmp_path / "c.parquet", feed, rows)
    write_xlsx(tmp_path / "d.xlsx", rows)

    reports = [deliver(con, tmp_path / name, feed) for name in ("a.csv", "b.parquet", "c.parquet", "d.xlsx")]

    assert {report.accepted for report in reports} == {50}
    stored = {digest(deliver(con, tmp_path / name, feed).accepted_path) for name in ("a.csv", "b.parquet", "d.xlsx")}
    assert stored == {digest(reports[2].accepted_path)}
    names = [name for name, *_ in con.execute(f"DESCRIBE FROM read_parquet('{reports[0].accepted_path}')").fetchall()]
    personal = {column.name for column in FEEDS[feed].columns if column.personal}
    assert not personal & set(names)
    assert ("operator_ref" in names) == ("operator_id" in personal)


def test_many_rows_are_stored_in_their_order_as_the_same_bytes_whatever_the_threads(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write_sample(tmp_path, region="4101", households=150_000, seed=3, today=TODAY)
    source = tmp_path / "registration.parquet"
    stored = set()
    for threads in (1, 2, 4):
        con.execute(f"SET threads = {threads}")
        report = deliver(con, source, "registration")
        stored.add(digest(report.accepted_path))
    assert len(stored) == 1
    order = "SELECT uscc, row_number() OVER () AS place FROM read_parquet('{}')"
    moved = con.execute(
        f"SELECT count(*) FROM ({order.format(source)}) a JOIN ({order.format(report.accepted_path)}) b "
        "USING (uscc) WHERE a.place <> b.place"
    ).fetchall()
    assert (report.accepted, moved) == (150_000, [(0,)])


def test_a_file_of_mostly_bad_rows_keeps_its_order(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [
        GOOD["credit"] | {"uscc": code, "abnormal": "true" if number % 100 == 0 else "x"}
        for number, code in enumerate(codes(30_000))
    ]
    write_csv(tmp_path / "credit.csv", rows)
    write_text_parquet(tmp_path / "credit.parquet", rows)

    reports = [deliver(con, tmp_path / name, "credit", out=name[7:]) for name in ("credit.csv", "credit.parquet")]

    expected = [row["uscc"] for row in rows if row["abnormal"] == "true"]
    for report in reports:
        assert [row[0] for row in content(con, report.accepted_path)] == expected
    assert digest(reports[0].accepted_path) == digest(reports[1].accepted_path)


def test_a_refused_file_leaves_nothing_behind(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "tax.parquet").write_bytes(b"PAR1 nonsense")
    with pytest.raises(FeedsError, match=r"tax\.parquet"):
        deliver(con, tmp_path / "tax.parquet", "tax")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_connection_is_left_as_it_was(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    def things() -> list[tuple[object, ...]]:
        return con.execute(
            "SELECT table_name FROM duckdb_tables() UNION ALL SELECT database_name FROM duckdb_databases() "
            "UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall()

    before = things()
    write_csv(tmp_path / "credit.csv", [GOOD["credit"]])
    (tmp_path / "tax.csv").write_text("nonsense", encoding="utf-8")
    deliver(con, tmp_path / "credit.csv", "credit")
    with pytest.raises(FeedsError):
        deliver(con, tmp_path / "tax.csv", "tax")
    assert things() == before


def test_rows_keep_their_order_whatever_the_caller_has_set(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [GOOD["credit"] | {"uscc": code} for code in codes(150_000)]
    write_csv(tmp_path / "credit.csv", rows)
    con.execute("SET preserve_insertion_order = false")

    report = deliver(con, tmp_path / "credit.csv", "credit")

    assert con.execute("SELECT current_setting('preserve_insertion_order')").fetchall() == [(False,)]
    con.execute("SET preserve_insertion_order = true")
    assert [row[0] for row in content(con, report.accepted_path)] == [row["uscc"] for row in rows]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_name_can_be_stored_in_postgresql(con: duckdb.DuckDBPyConnection, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"registration.{suffix}"
    (write_csv if suffix == "csv" else write_text_parquet)(path, [GOOD["registration"] | {"name": "某\x00某店"}])

    report = deliver(con, path, "registration")

    assert [row[1] for row in content(con, report.accepted_path)] == ["某某店"]


def test_a_delivery_is_judged_as_a_folder_is(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_sample(tmp_path, region="4101", households=500, seed=9, with_errors=True, today=TODAY)
    checked = check(tmp_path)
    told = found(checked, tmp_path)
    con.execute(f"CREATE TABLE known AS FROM '{_households(checked.con, tmp_path)}'")

    for feed, report in checked.reports.items():
        delivered = deliver(con, tmp_path / f"{feed}.parquet", feed, "known")
        lines = {(line[0], line[2], line[3], line[4]) for line in content(con, delivered.rejects_path)}
        assert lines == {line for line in told if line[0] == feed}
        assert (delivered.rows, delivered.accepted) == (report.rows, report.accepted)


def _households(con: duckdb.DuckDBPyConnection, directory: Path) -> Path:
    path = directory / "known.parquet"
    con.execute(f"COPY (SELECT uscc FROM accepted_registration) TO '{path}'")
    return path
