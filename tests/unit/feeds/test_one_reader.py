"""CSV, XLSX and Parquet become the same rows: a table of spellings in all formats, and every kind of fault by name."""

import math
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from pydantic import ValidationError

from shared.feeds.contract.model import FeedsError
from shared.platform.fields import ReasonBody
from shared.reference.blanks import blanks
from tests.unit.feeds.feed_folders import (
    GOOD,
    A,
    B,
    C,
    Row,
    accepted,
    check,
    codes,
    found,
    write_csv,
    write_text_parquet,
    write_typed_parquet,
    write_xlsx,
)

WRITERS: dict[str, Callable[[Path, Sequence[Row]], None]] = {
    ".csv": write_csv,
    ".parquet": write_text_parquet,
    ".xlsx": write_xlsx,
}
formats = pytest.mark.parametrize("suffix", WRITERS)
PLAIN_AND_FULL = {ord(half): ord(half) + 0xFEE0 for half in map(chr, range(0x21, 0x7F))}
SPACES = [
    "\u00a0",
    "\u3000",
    "\u2003",
    "\u200b",
    "\ufeff",
    "\u2060",
    "\u00ad",
    "\u202f",
    "\u3164",
    "\u2800",
    " \t",
    "\u200e",
]

SAME: dict[str, tuple[str, str, str, object]] = {
    "a code in small letters": ("registration", "uscc", B.lower(), B),
    "a code in full width": ("registration", "uscc", B.translate(PLAIN_AND_FULL), B),
    "a code with a mark inside": ("registration", "uscc", B[:5] + "\u200b" + B[5:], B),
    "a date within blanks": ("registration", "established_on", "\u00a02020-02-29\u3000", "2020-02-29"),
    "a date within marks": ("registration", "established_on", "\u200b2020-\u200b02-29", "2020-02-29"),
    "no word": ("registration", "seasonal", "\u3000", False),
    "money within blanks": ("tax", "tax_paid", "\u00a03300.30\u3000", 330030),
    "money with binary noise": ("tax", "tax_paid", "3300.2999999999997", 330030),
    "nothing with binary noise": ("tax", "tax_paid", "5.684341886080802e-14", 0),
    "money of blanks": ("tax", "tax_paid", "\u00a0\u200b", None),
    "a year in full width": ("tax", "year", "２０２５", 2025),
    "a kind in capitals": ("penalty", "kind", "\u3000Fine ", "fine"),
    "a date of a key in full width": ("penalty", "decided_on", "２０２４－０５－０５", "2024-05-05"),
}


@formats
@pytest.mark.parametrize("spelling", SAME)
def test_a_spelling_is_read_the_same_in_every_format(tmp_path: Path, spelling: str, suffix: str) -> None:
    feed, column, cell, value = SAME[spelling]
    WRITERS[suffix](tmp_path / f"{feed}{suffix}", [GOOD[feed], GOOD[feed] | {"uscc": B} | {column: cell}])

    checked = check(tmp_path, [feed])

    assert found(checked, tmp_path) == set()
    read = accepted(checked, feed)[1][column]
    assert (str(read) if isinstance(value, str) else read) == value


@formats
@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("uscc", "", ""),
        ("name", "某某 小吃店", "某某 小吃店"),
        ("region_code", "410102", "410102"),
        ("status", "registered", "registered"),
        ("seasonal", "true", True),
        ("industry_code", "", None),
    ],
)
def test_blanks_of_every_kind_around_a_cell_are_lost(
    tmp_path: Path, column: str, cell: str, value: object, suffix: str
) -> None:
    rows = [GOOD["registration"] | {"uscc": code} for code in codes(len(SPACES))]
    padded = [row | {column: f"{space}{cell or row[column]}{space}"} for row, space in zip(rows, SPACES, strict=True)]
    if column == "industry_code":
        padded = [row | {column: space} for row, space in zip(rows, SPACES, strict=True)]
    WRITERS[suffix](tmp_path / f"registration{suffix}", padded)
    checked = check(tmp_path, ["registration"])
    assert found(checked, tmp_path) == set()
    expected = [row["uscc"] if column == "uscc" else value for row in rows]
    assert [row[column] for row in accepted(checked, "registration")] == expected


@formats
def test_operators_and_debtors_of_blanks_are_nobody(tmp_path: Path, suffix: str) -> None:
    write = WRITERS[suffix]
    write(tmp_path / f"registration{suffix}", [GOOD["registration"] | {"operator_id": "\u200b\u3000"}])
    debtor = GOOD["dishonest_debtor"]
    write(tmp_path / f"dishonest_debtor{suffix}", [debtor | {"operator_id": "\u2060"}, debtor])
    checked = check(tmp_path, ["registration", "dishonest_debtor"])
    assert found(checked, tmp_path) == {("dishonest_debtor", 2, "operator_id", "missing")}


ERRORS = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#n/a", "######", "#SPILL!"]


@formats
@pytest.mark.parametrize(
    ("feed", "column"),
    [
        ("suspension", "resumed_on"),
        ("suspension", "uscc"),
        ("registration", "seasonal"),
        ("registration", "name"),
        ("registration", "operator_id"),
        ("registration", "status"),
        ("tax", "tax_paid"),
        ("tax", "year"),
        ("dishonest_debtor", "operator_id"),
        ("contact", "phone"),
    ],
)
def test_k3_an_error_value_is_rejected_and_never_empty(tmp_path: Path, feed: str, column: str, suffix: str) -> None:
    key = "uscc" if "uscc" in GOOD[feed] else "operator_id"
    rows = [GOOD[feed], GOOD[feed] | {key: B} | {column: " #N/A"}]
    WRITERS[suffix](tmp_path / f"{feed}{suffix}", rows)
    assert found(check(tmp_path, [feed]), tmp_path) == {(feed, 3, column, "cell-error")}


@formats
def test_k3_every_error_value_of_a_spreadsheet_is_known(tmp_path: Path, suffix: str) -> None:
    rows = [GOOD["tax"] | {"uscc": code, "tax_paid": error} for code, error in zip(codes(99), ERRORS, strict=False)]
    WRITERS[suffix](tmp_path / f"tax{suffix}", rows)
    lines = found(check(tmp_path, ["tax"]), tmp_path)
    assert lines == {("tax", row, "tax_paid", "cell-error") for row in range(2, len(ERRORS) + 2)}


def test_k3_an_error_cell_of_a_sheet_is_rejected_and_never_empty(tmp_path: Path) -> None:
    path = tmp_path / "suspension.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["uscc", "filed_on", "resumed_on"])
        sheet.write_row("A3", [A, "2025-01-01", "ERROR"])
        sheet.write_row("A4", [B, "2025-01-01"])
    with_error_cells(path, "C3")
    checked = check(tmp_path, ["suspension"])
    assert found(checked, tmp_path) == {("suspension", 3, "resumed_on", "cell-error")}
    assert [row["uscc"] for row in accepted(checked, "suspension")] == [B]


def with_error_cells(path: Path, *cells: str) -> None:
    """Makes error values of cells, as pasting the value of a failed formula does."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    for cell in cells:
        before, _, after = parts[name].partition(f'<c r="{cell}"')
        parts[name] = f'{before}<c r="{cell}" t="e"><v>#N/A</v></c>{after.partition("</c>")[2]}'
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def test_an_error_value_counts_as_content_and_one_outside_the_contract_is_ignored(tmp_path: Path) -> None:
    rows = [{"uscc": "", "abnormal": "#N/A", "remark": ""}, {"uscc": A, "abnormal": "true", "remark": "#REF!"}]
    write_csv(tmp_path / "credit.csv", rows)
    lines = found(check(tmp_path, ["credit"]), tmp_path)
    assert lines == {("credit", 2, "abnormal", "cell-error"), ("credit", 2, "uscc", "missing")}


HEADERS = [
    "\u00a0abnormal",
    "abnormal\u200b",
    "ABNORMAL",
    "Abnormal ",
    "ａｂｎｏｒｍａｌ",
    "ab\u200bnormal",
    "\ufeffabnormal\u3000",
    "abnormal\u00ad",
]


@formats
@pytest.mark.parametrize("header", HEADERS)
def test_k5_a_header_is_folded(tmp_path: Path, header: str, suffix: str) -> None:
    rows = [{" USCC\u200b": A, header: "true"}, {" USCC\u200b": B, header: "x"}]
    WRITERS[suffix](tmp_path / f"credit{suffix}", rows)
    checked = check(tmp_path, ["credit"])
    assert [row["abnormal"] for row in accepted(checked, "credit")] == [True]
    assert checked.reports["credit"].warnings == ()


@formats
@pytest.mark.parametrize(
    ("header", "right"),
    [
        ("abnornal", "abnormal"),
        ("abnormal_1", "abnormal"),
        ("abnormal.1", "abnormal"),
        ("seriously-dishonest", "seriously_dishonest"),
        ("Seriously Dishonest", "seriously_dishonest"),
        ("seriouslydishonest", "seriously_dishonest"),
        ("seriosly_dishonets", "seriously_dishonest"),
        ("标记为经营异常状态", "abnormal"),
    ],
)
def test_k5_a_column_almost_named_as_the_contracts_is_refused_with_what_would_be_right(
    tmp_path: Path, header: str, right: str, suffix: str
) -> None:
    WRITERS[suffix](tmp_path / f"credit{suffix}", [{"uscc": A, header: "true", "abnormal": "false"}])
    with pytest.raises(FeedsError, match=f"应为{right}"):
        check(tmp_path, ["credit"])


@formats
def test_k5_a_file_without_a_column_beside_the_key_is_refused(tmp_path: Path, suffix: str) -> None:
    WRITERS[suffix](tmp_path / f"credit{suffix}", [{"uscc": A, "remark": "true"}])
    with pytest.raises(FeedsError, match="应至少有abnormal、seriously_dishonest中的一列"):
        check(tmp_path, ["credit"])


@formats
@pytest.mark.parametrize("double", ["ABNORMAL", "abnormal\u200b", "ａbnormal"])
def test_k5_a_column_twice_under_two_spellings_is_refused(tmp_path: Path, double: str, suffix: str) -> None:
    WRITERS[suffix](tmp_path / f"credit{suffix}", [{"uscc": A, "abnormal": "true", double: "false"}])
    with pytest.raises(FeedsError, match="列名重复：abnormal"):
        check(tmp_path, ["credit"])


def test_k5_a_doubled_parquet_column_is_refused_and_a_nested_one_is_none(tmp_path: Path) -> None:
    nested = pa.array([{"abnormal": "x", "list": [1]}])
    names = ["uscc", "remark", "abnormal"]
    pq.write_table(pa.Table.from_arrays([pa.array([A]), nested, pa.array([True])], names), tmp_path / "credit.parquet")
    assert accepted(check(tmp_path, ["credit"]), "credit")[0]["abnormal"] is True
    columns: list[pa.Array[Any]] = [pa.array([A]), pa.array([True]), pa.array([False])]
    pq.write_table(pa.Table.from_arrays(columns, ["uscc", "abnormal", "abnormal"]), tmp_path / "credit.parquet")
    with pytest.raises(FeedsError, match="列名重复：abnormal"):
        check(tmp_path, ["credit"])


NOISE = [3300.2999999999997, 0.1 + 0.2, 1.1 * 3, 1234567.8900000001, math.fsum([0.07] * 9), 3300.3]


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_k6_binary_numbers_are_read_to_the_fen_they_stand_for(tmp_path: Path, suffix: str) -> None:
    path, households = tmp_path / f"tax{suffix}", codes(len(NOISE) + 2)
    rows = [(code, 2025, amount) for code, amount in zip(households, [*NOISE, 0.005, 1.2345], strict=True)]
    if suffix == ".xlsx":
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([("uscc", "year", "tax_paid"), *rows]):
                sheet.write_row(number, 0, row)
    else:
        columns = list(zip(*rows, strict=True))
        pq.write_table(pa.table({"uscc": columns[0], "year": columns[1], "tax_paid": columns[2]}), path)
    checked = check(tmp_path, ["tax"])
    assert [row["tax_paid"] for row in accepted(checked, "tax")] == [round(amount * 100) for amount in NOISE]
    assert {row for _, row, *_ in found(checked, tmp_path)} == {len(NOISE) + 2, len(NOISE) + 3}


def test_k6_single_precision_is_read_as_far_as_it_reaches(tmp_path: Path) -> None:
    amounts = pa.array([3300.3, 0.07, 12.34], pa.float32())
    pq.write_table(pa.table({"uscc": codes(3), "year": [2025] * 3, "tax_paid": amounts}), tmp_path / "tax.parquet")
    assert [row["tax_paid"] for row in accepted(check(tmp_path, ["tax"]), "tax")] == [330030, 7, 1234]


def workbook(path: Path, **sheets: Callable[[xlsxwriter.worksheet.Worksheet], object]) -> None:
    """A workbook whose sheets all hold a credit feed, changed as told."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, change in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["uscc", "abnormal"])
            sheet.write_row(1, 0, [A, name])
            change(sheet)
        book.worksheets()[-1].activate()
        book.worksheets()[-1].set_first_sheet()


def as_it_is(_: xlsxwriter.worksheet.Worksheet) -> None:
    """No change."""


def test_k7_formulas_count_only_in_the_cells_of_the_sheet_that_is_read(tmp_path: Path) -> None:
    rule = {"validate": "list", "source": "=other!$A$1:$A$2"}
    red = {"type": "formula", "criteria": '=$A1="x"'}

    def rules(sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.data_validation("B2:B9", rule)
        sheet.conditional_format("A1:B9", red)

    workbook(tmp_path / "credit.xlsx", true=rules, other=lambda sheet: sheet.write_formula("C5", "=1+1"))
    assert accepted(check(tmp_path, ["credit"]), "credit")[0]["abnormal"] is True
    workbook(tmp_path / "credit.xlsx", true=lambda sheet: sheet.write_formula("C5", "=1+1"))
    with pytest.raises(FeedsError, match="单元格C5是公式"):
        check(tmp_path, ["credit"])


@pytest.mark.parametrize("hide", ["hide", "very_hidden"])
def test_k8_the_first_visible_sheet_is_read(tmp_path: Path, hide: str) -> None:
    workbook(tmp_path / "credit.xlsx", x=lambda sheet: getattr(sheet, hide)(), true=as_it_is, y=as_it_is)
    checked = check(tmp_path, ["credit"])
    assert accepted(checked, "credit")[0]["abnormal"] is True
    assert "其余2个" in checked.reports["credit"].warnings[0]


@formats
def test_k14_rows_without_content_are_no_rows_and_leave_the_numbers_of_the_others(tmp_path: Path, suffix: str) -> None:
    nothing = dict.fromkeys(GOOD["credit"], "") | {"remark": ""}
    noted = nothing | {"remark": "x"}
    blank = nothing | {"uscc": " \u3000", "remark": "\u200b"}
    good, bad = (
        {"uscc": code, "abnormal": cell, "seriously_dishonest": "", "remark": ""}
        for code, cell in ((A, "true"), (B, "x"))
    )
    WRITERS[suffix](tmp_path / f"credit{suffix}", [good, nothing, blank, bad, noted, nothing, blank])
    checked = check(tmp_path, ["credit"])
    assert found(checked, tmp_path) == {("credit", 5, "abnormal", "unknown-value"), ("credit", 6, "uscc", "missing")}
    assert (checked.reports["credit"].rows, checked.reports["credit"].accepted) == (3, 1)


def test_k14_rows_of_commas_are_no_rows_whatever_their_length(tmp_path: Path) -> None:
    text = f"uscc,abnormal\n{A},true\n,\n,,,,\n \n{B},x\n,\n,\n"
    (tmp_path / "credit.csv").write_text(text, encoding="utf-8")
    checked = check(tmp_path, ["credit"])
    assert found(checked, tmp_path) == {("credit", 6, "abnormal", "unknown-value")}
    assert checked.reports["credit"].rows == 2


def test_k14_typed_parquet_rows_without_content_are_no_rows(tmp_path: Path) -> None:
    nothing = dict.fromkeys(GOOD["credit"], "")
    rows = [GOOD["credit"], nothing, GOOD["credit"] | {"uscc": C}, nothing]
    write_typed_parquet(tmp_path / "credit.parquet", "credit", rows)
    checked = check(tmp_path, ["credit"])
    assert found(checked, tmp_path) == set()
    assert checked.reports["credit"].rows == 2


def test_k14_padded_texts_of_typed_parquet_lose_their_blanks(tmp_path: Path) -> None:
    row = GOOD["registration"] | {"name": "某某小吃店      ", "industry_code": "6210\u3000"}
    write_typed_parquet(tmp_path / "registration.parquet", "registration", [row])
    (read,) = accepted(check(tmp_path, ["registration"]), "registration")
    assert (read["name"], read["industry_code"]) == ("某某小吃店", "6210")


@formats
@pytest.mark.parametrize("name", ["\u200b", "\u3164\u00ad", "\u2800", "\u00a0\u3000", "\u202e\u200f", "\ufe0f"])
def test_k15_a_name_of_invisible_characters_is_missing(tmp_path: Path, name: str, suffix: str) -> None:
    WRITERS[suffix](tmp_path / f"registration{suffix}", [GOOD["registration"] | {"name": name}])
    assert found(check(tmp_path, ["registration"]), tmp_path) == {("registration", 2, "name", "missing")}


@pytest.mark.parametrize("reason", ["\u200b\u200b", "\u3164\u2800\u00ad", "\u00a0\u3000", "由\u200b\u200b"])
def test_k15_a_reason_of_invisible_characters_is_not_filled_in(reason: str) -> None:
    with pytest.raises(ValidationError):
        ReasonBody(reason=reason)
    assert ReasonBody(reason=f"\u200b有理由{reason.strip('由')}").reason == "有理由"


def test_no_blank_of_unicode_is_forgotten() -> None:
    kinds = ("Zs", "Zl", "Zp", "Cc", "Cf")
    assert {c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) in kinds} <= set(blanks())


def test_blanks_lie_where_the_quick_comparisons_look() -> None:
    """Chinese characters, letters and digits need no cleaning: no blank begins where they do."""
    assert all(c <= " " or "\x7f" <= c < "\u3165" or c >= "\ufe00" for c in blanks())
