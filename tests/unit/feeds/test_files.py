"""What a file may look like, and which row of it a reject names."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from shared.feeds.contract.model import FolderNotUsable
from shared.feeds.validation.folder import find_feed_files
from tests.unit.feeds.feed_folders import (
    GOOD,
    A,
    B,
    C,
    accepted,
    check,
    codes,
    found,
    write_csv,
    write_text_parquet,
    write_xlsx,
)

CREDIT = "uscc,abnormal,seriously_dishonest\n"


def credit(directory: Path, content: bytes | str, name: str = "credit.csv") -> Path:
    """A credit feed with just these bytes."""
    path = directory / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows_of(directory: Path, feed: str = "credit") -> list[int]:
    return sorted(row for _, row, *_ in found(check(directory, [feed]), directory))


def test_a_folder_is_taken_apart_by_exact_names(tmp_path: Path) -> None:
    names = ["tax.csv", "tax-2.parquet", "tax-10.csv", "tax_registration.csv", "TAX.csv.bak", "taxes.csv", "tax-x.csv"]
    for name in [*names, "contact.XLSX", "rejects.csv", "planted.csv", ".hidden", "credit.txt"]:
        (tmp_path / name).touch()
    (tmp_path / "credit.csv").mkdir()

    folder = find_feed_files(tmp_path)

    assert {feed: [path.name for path in paths] for feed, paths in folder.files.items()} == {
        "tax": ["tax.csv", "tax-2.parquet", "tax-10.csv"],
        "tax_registration": ["tax_registration.csv"],
        "contact": ["contact.XLSX"],
    }
    assert {path.name for path in folder.ignored} == {
        "TAX.csv.bak",
        "taxes.csv",
        "tax-x.csv",
        "credit.txt",
        "credit.csv",
    }


def test_a_folder_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "missing", tmp_path / "file"):
        with pytest.raises(FolderNotUsable, match=path.name):
            find_feed_files(path)


def test_paths_are_no_patterns_and_no_partitions(tmp_path: Path) -> None:
    for number, name in enumerate(["abnormal=true", "[a]", "x*", "it's"]):
        directory = tmp_path / name
        directory.mkdir()
        write_csv(directory / "credit.csv", [GOOD["credit"] | {"uscc": codes(4)[number]}])
        write_text_parquet(directory / "credit-2.parquet", [GOOD["credit"] | {"uscc": codes(9)[number + 5]}])
        rows = accepted(check(directory, ["credit"]), "credit")
        assert [row["abnormal"] for row in rows] == [False, False], name


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + CREDIT + f"{A},,\n{B},,x\n",
        (CREDIT + f"{A},,\n{B},,x\n").replace("\n", "\r\n"),
        CREDIT + f'"{A}","true","false"\n"{B}","","x"',
        "note,seriously_dishonest,uscc\n" + f"any,false,{A}\n,x,{B}\n",
        CREDIT + f" {A} ,\tTrue ,  \n{B}\t, false, x \n",
        (CREDIT + f"{A},,\n{B},,x\n").replace("\n", "\r\n", 1),
        CREDIT + f"{A},,\n{B},,x\n\n\n",
        CREDIT + f"{A},,,\n{B},,x,\n",
    ],
    ids=["BOM", "CRLF", "quotes", "other columns", "padded", "mixed line ends", "blank end", "comma at the end"],
)
def test_csv_comes_in_many_shapes(tmp_path: Path, text: str) -> None:
    credit(tmp_path, text)
    checked = check(tmp_path, ["credit"])
    assert found(checked, tmp_path) == {("credit", 3, "seriously_dishonest", "unknown-value")}
    assert [row["uscc"] for row in accepted(checked, "credit")] == [A]


def test_rows_are_counted_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    credit(tmp_path, CREDIT + f"\n{A},,x\n\r\n\n{B},,x\n")
    assert rows_of(tmp_path) == [3, 6]
    registration = [GOOD["registration"] | {"uscc": A, "name": "两行\n\n的 名字"}]
    registration.append(GOOD["registration"] | {"uscc": B, "status": "x"})
    write_csv(tmp_path / "registration.csv", registration)
    assert rows_of(tmp_path, "registration") == [3]


def test_blank_rows_of_a_sheet_are_no_rows_but_count(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "credit.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["uscc", "abnormal", "seriously_dishonest"])
        sheet.write_row(3, 0, [A, "x"])
        sheet.write_row(5, 0, [B, "", "x"])
    assert rows_of(tmp_path) == [4, 6]


def test_rows_keep_their_numbers_in_big_files_that_are_read_in_parallel(tmp_path: Path) -> None:
    many = codes(150_000)
    bad = [7, 30_000, 99_999, 149_999]
    rows = [{"uscc": code, "abnormal": "x" if place in bad else "true"} for place, code in enumerate(many)]
    write_csv(tmp_path / "credit.csv", rows)
    assert rows_of(tmp_path) == [place + 2 for place in bad]
    (tmp_path / "credit.csv").unlink()
    typed = {"uscc": many, "abnormal": [True] * len(many)}
    pq.write_table(pa.table(typed), tmp_path / "credit.parquet", row_group_size=10_000)
    pq.write_table(pa.table({"uscc": ["x"], "abnormal": [True]}), tmp_path / "credit-2.parquet")
    assert rows_of(tmp_path) == [2]
    assert check(tmp_path, ["credit"]).reports["credit"].accepted == len(many)


def test_cells_of_a_sheet_are_texts_numbers_dates_and_booleans(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "registration.xlsx", [GOOD["registration"]])
    with xlsxwriter.Workbook(str(tmp_path / "annual_report.xlsx")) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["uscc", "year", "filed_on", "revenue", "employees"])
        sheet.write_row(1, 0, [A, 2025])
        sheet.write_datetime(1, 2, datetime(2026, 3, 1), day)  # noqa: DTZ001 - a spreadsheet's dates have no zone
        sheet.write_row(1, 3, [1234.56, 3])
        sheet.write_row(2, 0, [924101020000000000, 2025.5, "", 0.005, 2.5])
    with xlsxwriter.Workbook(str(tmp_path / "credit.xlsx")) as book:
        book.add_worksheet().write_row(0, 0, ["uscc", "abnormal", "seriously_dishonest"])
        book.worksheets()[0].write_row(1, 0, [A, True, False])
        book.add_worksheet("说明")

    checked = check(tmp_path)

    assert accepted(checked, "credit") == [{"uscc": A, "abnormal": True, "seriously_dishonest": False}]
    (report,) = accepted(checked, "annual_report")
    assert (str(report["filed_on"]), report["revenue"], report["employees"]) == ("2026-03-01", 123456, 3)
    assert found(checked, tmp_path) == {
        ("annual_report", 3, "uscc", "uscc-format"),
        ("annual_report", 3, "year", "not-a-number"),
        ("annual_report", 3, "revenue", "not-a-number"),
        ("annual_report", 3, "employees", "not-a-number"),
    }
    assert any("第一个工作表" in warning for warning in checked.reports["credit"].warnings)


PARQUET_CASES: dict[str, tuple[list[float], list[Any], list[float | None]]] = {
    "doubles": ([2025.0, 2025.5], [0.1, 0.005], [3.0, 2.5]),
    "wide decimals": ([2025, 99], ["1.2300", "1.2345"], [3, -1]),
    "integers": ([2025, -1], [7, -1], [3, -1]),
    "huge integers": ([2025, 2**40], [7, 2**62], [3, None]),
}


@pytest.mark.parametrize("case", PARQUET_CASES)
def test_parquet_of_other_types_is_read_by_its_values(tmp_path: Path, case: str) -> None:
    years, revenues, employees = PARQUET_CASES[case]
    if case == "wide decimals":
        revenues = [Decimal(text) for text in revenues]
    pq.write_table(
        pa.table({"uscc": [A, B], "year": years, "revenue": revenues, "employees": employees}),
        tmp_path / "annual_report.parquet",
    )

    checked = check(tmp_path, ["annual_report"])

    assert {row for _, row, *_ in found(checked, tmp_path)} == {3}
    (row,) = accepted(checked, "annual_report")
    assert row["revenue"] == {"doubles": 10, "wide decimals": 123}.get(case, 700)
    assert (row["year"], row["employees"]) == (2025, 3)


def test_parquet_dates_may_be_midnights_and_must_be_days_of_the_calendar(tmp_path: Path) -> None:
    query = (
        f"SELECT * FROM (VALUES ('{A}', TIMESTAMP '2025-01-31 00:00:00'), ('{B}', TIMESTAMP '2025-01-31 10:00:00')) "
        "t(uscc, registered_on)"
    )
    duckdb.execute(f"COPY ({query}) TO '{tmp_path}/tax_registration.parquet'")
    infinite = f"SELECT '{C}' AS uscc, DATE 'infinity' AS registered_on"
    duckdb.execute(f"COPY ({infinite}) TO '{tmp_path}/tax_registration-2.parquet'")

    checked = check(tmp_path, ["tax_registration"])

    assert found(checked, tmp_path) == {
        ("tax_registration", 3, "registered_on", "not-a-date"),
        ("tax_registration", 2, "registered_on", "not-a-date"),
    }
    assert [str(row["registered_on"]) for row in accepted(checked, "tax_registration")] == ["2025-01-31"]


def test_parquet_codes_padded_with_blanks_are_cleaned(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"uscc": [f"{A}  ", B, f"\t{C}", f"{C} x"], "abnormal": [True, False, None, True]}),
        tmp_path / "credit.parquet",
    )

    checked = check(tmp_path, ["credit"])

    assert [row["uscc"] for row in accepted(checked, "credit")] == [A, B, C]
    assert found(checked, tmp_path) == {("credit", 5, "uscc", "uscc-format")}


def test_columns_nobody_knows_are_ignored_with_a_warning_and_optional_ones_may_be_missing(tmp_path: Path) -> None:
    credit(tmp_path, f"uscc,abnormal,remark\n{A},,whatever\n")
    checked = check(tmp_path, ["credit"])
    assert accepted(checked, "credit") == [{"uscc": A, "abnormal": None, "seriously_dishonest": None}]
    (warning,) = checked.reports["credit"].warnings
    assert "remark" in warning
