"""The rejects as a bureau reads them: complete, in Chinese, harmless in a spreadsheet, and without personal data."""

import csv
import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.sample.writing import write_sample
from shared.feeds.validation.csv_text import escape_formula
from shared.feeds.validation.delivery import check_delivery
from shared.feeds.validation.feed_checker import Finding
from shared.feeds.validation.rejects import COLUMNS
from shared.reference.personal_data import OperatorPseudonym
from tests.unit.feeds.feed_folders import GOOD, TODAY, A, B, check, codes, found, lines, write_csv

SECRET = "13912345678"


def test_a_line_says_where_what_and_what_would_be_right(tmp_path: Path) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"] | {"status": "开业"}])

    (line,) = lines(check(tmp_path), tmp_path)

    assert tuple(line) == COLUMNS
    message = line.pop("message")
    assert line == {
        "feed": "registration",
        "file": "registration.csv",
        "row": "2",
        "column": "status",
        "code": "unknown-value",
        "severity": "rejected",
    }
    assert message == "status（登记状态）的取值不在范围内：应为registered、revoked、cancelled、rescinded之一"


def test_nothing_to_reject_gives_a_file_of_a_header(tmp_path: Path) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"]])
    path = tmp_path / "rejects.csv"

    assert check(tmp_path).write_rejects(path) == 0
    assert path.read_text(encoding="utf-8-sig").strip() == ",".join(COLUMNS)
    assert check(tmp_path / "..", []).write_rejects(path) == 0
    assert not list(tmp_path.glob("*.part"))


def test_rejects_come_in_the_order_of_feeds_files_and_rows_whatever_the_connection_keeps(tmp_path: Path) -> None:
    households = codes(40_000)
    bad = {"abnormal": "x", "seriously_dishonest": "x"}
    for name, some in (("credit", households[:20_000]), ("credit-2", households[20_000:])):
        write_csv(tmp_path / f"{name}.csv", [GOOD["credit"] | bad | {"uscc": code} for code in some])
    write_csv(tmp_path / "tax.csv", [GOOD["tax"] | {"tax_paid": "x"}])
    checked = check(tmp_path)
    checked.con.execute("SET preserve_insertion_order = false")

    told = [(line["feed"], line["file"], int(line["row"]), line["column"]) for line in lines(checked, tmp_path)]

    expected = [
        ("credit", f"{name}.csv", number, column)
        for name in ("credit", "credit-2")
        for number in range(2, 20_002)
        for column in ("abnormal", "seriously_dishonest")
    ]
    assert told == [*expected, ("tax", "tax.csv", 2, "tax_paid")]


def test_the_same_folder_gives_the_same_rejects(tmp_path: Path) -> None:
    rows = write_sample(tmp_path, region="4101", households=300, seed=1, with_errors=True, today=TODAY)
    written = []
    for number in range(2):
        check(tmp_path).write_rejects(tmp_path / f"{number}.txt")
        written.append((tmp_path / f"{number}.txt").read_bytes())
    assert written[0] == written[1]
    assert len(written[0].splitlines()) > rows["planted"]


@pytest.mark.parametrize("column", ["established_on", "status", "seasonal", "region_code", "uscc"])
def test_a_shifted_column_does_not_leak_what_it_holds(tmp_path: Path, column: str) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"] | {column: SECRET}])
    checked = check(tmp_path)

    assert checked.write_rejects(tmp_path / "rejects.csv") == 1
    assert SECRET not in (tmp_path / "rejects.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("judged", [False, True], ids=["contract", "service"])
@pytest.mark.parametrize("cell", [SECRET, "410103197707077077", "张三", "41010319770707707x", "92410103ma0000015k"])
def test_what_is_kept_of_rejected_rows_holds_no_raw_cell(tmp_path: Path, cell: str, judged: bool) -> None:
    """Id numbers, phones and names that stand in the code's column; a code that has its form is kept."""
    path, rows = tmp_path / "credit.csv", [{"uscc": cell}, {"uscc": A, "abnormal": "x"}, {"uscc": B}]
    write_csv(path, [GOOD["credit"] | row for row in rows])
    with duckdb.connect() as con:
        report = check_delivery(
            path,
            "credit",
            today=TODAY,
            registered=None,
            pseudonym=OperatorPseudonym(b"0123456789abcdef"),
            con=con,
            out=tmp_path,
            judge=(lambda _: [Finding(2, "abnormal", "unknown-value")]) if judged else None,
        )
        kept = [con.read_parquet(str(file)).fetchall() for file in (report.rejected_keys_path, report.rejects_path)]
    assert [code for code, _ in kept[0]] == sorted([A, B] if judged else [A])
    assert cell not in str(kept)
    assert not any(cell in warning for warning in report.warnings)


def test_no_personal_cell_of_a_bad_sample_is_in_rejects_or_in_any_relation(tmp_path: Path) -> None:
    write_sample(tmp_path, region="4101", households=300, seed=2, fmt="csv", with_errors=True, today=TODAY)
    names, secrets = {""}, set()
    for feed, contract in FEEDS.items():
        with (tmp_path / f"{feed}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        secrets |= {row[column.name] for row in rows for column in contract.columns if column.personal}
        names |= {row.get("name", "") for row in rows}
    secrets -= names  # a planted row's household bears the name of its operator
    checked = check(tmp_path)
    checked.write_rejects(tmp_path / "rejects.csv")

    relations = checked.con.execute(
        "SELECT view_name FROM duckdb_views() WHERE view_name LIKE 'accepted%'"
        " UNION SELECT table_name FROM duckdb_tables() WHERE NOT table_name LIKE 'staged%'"
    ).fetchall()

    def words_of(relation: str) -> set[str]:
        rows = checked.con.execute(f"FROM {relation}").fetchall()
        return {word for row in rows for cell in row for word in str(cell).split()}

    assert len(secrets) > 100
    assert secrets & words_of("source_registration"), "the test would notice"
    assert not secrets & set(re.findall(r"[^\s,]+", (tmp_path / "rejects.csv").read_text(encoding="utf-8")))
    assert [name for (name,) in relations if secrets & words_of(name)] == []
    assert "operator_id" not in [name for name, *_ in checked.con.execute("DESCRIBE accepted_registration").fetchall()]


def test_a_pseudonym_takes_the_place_of_the_id(tmp_path: Path) -> None:
    pseudonym = OperatorPseudonym(b"0123456789abcdef")
    ids = {A: "41010219900101 000x", B: ""}
    write_csv(
        tmp_path / "registration.csv",
        [GOOD["registration"] | {"uscc": code, "operator_id": number} for code, number in ids.items()],
    )

    refs = (
        check(tmp_path, pseudonym=pseudonym)
        .con.execute("SELECT uscc, operator_ref FROM accepted_registration")
        .fetchall()
    )

    assert refs == [(A, pseudonym.of(ids[A])), (B, None)]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0.csv", "+1.csv", "-1.csv", "@x.csv"])
def test_a_file_name_is_no_formula(tmp_path: Path, name: str) -> None:
    path = tmp_path / "upload.csv"
    write_csv(path, [GOOD["credit"] | {"abnormal": "x"}])
    with duckdb.connect() as con:
        report = check_delivery(
            path,
            "credit",
            today=TODAY,
            registered=None,
            pseudonym=OperatorPseudonym(b"0123456789abcdef"),
            con=con,
            out=tmp_path,
            name=name,
        )
        ((file,),) = con.execute(f"SELECT file FROM read_parquet('{report.rejects_path}')").fetchall()
    assert file == escape_formula(name) == f"'{name}"


@pytest.mark.parametrize("fmt", ["parquet", "csv"])
def test_every_planted_error_of_a_sample_is_found_and_nothing_else(tmp_path: Path, fmt: str) -> None:
    options = {"region": "23", "households": 1500, "seed": 11, "fmt": fmt, "today": date(2026, 7, 5)}
    write_sample(tmp_path, with_errors=True, **options)  # type: ignore[arg-type]
    with (tmp_path / "planted.csv").open(encoding="utf-8", newline="") as file:
        planted = {(row["feed"], int(row["row"]), row["column"], row["code"]) for row in csv.DictReader(file)}

    told = found(check(tmp_path), tmp_path)

    assert planted <= told
    assert {code for *_, code in told - planted} <= {"uscc-checksum"}
