"""Files that are refused whole, with what words, and at the cost of how little memory."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from shared.feeds.contract.model import FeedsError
from shared.feeds.validation.delivery import check_delivery
from shared.reference.personal_data import OperatorPseudonym
from tests.unit.feeds.feed_folders import (
    GOOD,
    TODAY,
    A,
    B,
    accepted,
    check,
    codes,
    csv_text,
    write_csv,
    write_text_parquet,
)

CREDIT = "uscc,abnormal,seriously_dishonest\n"


def zip_of(parts: dict[str, bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return write


def sheet_with(cell: Callable[[xlsxwriter.worksheet.Worksheet], object]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["uscc", "abnormal", "seriously_dishonest"])
            cell(sheet)

    return write


def empty_sheet(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet()


def lying_zip(path: Path) -> None:
    """A zip whose directory claims that a part unpacks to 1 GB and a bit."""
    sheet_with(lambda sheet: sheet.write(1, 0, A))(path)
    content = bytearray(path.read_bytes())
    entry = content.rfind(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = ((1 << 30) + 1).to_bytes(4, "little")
    path.write_bytes(content)


def truncated(write: Callable[[Path], None]) -> Callable[[Path], None]:
    def cut(path: Path) -> None:
        write(path)
        path.write_bytes(path.read_bytes()[:-200])

    return cut


def good_parquet(path: Path) -> None:
    write_text_parquet(path, [GOOD["credit"] | {"uscc": code} for code in codes(500)])


def spoilt_parquet(path: Path) -> None:
    good_parquet(path)
    content = bytearray(path.read_bytes())
    content[100:2000] = bytes(1900)
    path.write_bytes(content)


def footer_claims_a_gigabyte(path: Path) -> None:
    good_parquet(path)
    content = bytearray(path.read_bytes())
    content[-8:-4] = (1 << 30).to_bytes(4, "little")
    path.write_bytes(content)


REFUSED: dict[str, tuple[str, bytes | Callable[[Path], None], str]] = {
    "empty csv": ("credit.csv", b"", "空文件"),
    "empty parquet": ("credit.parquet", b"", "空文件"),
    "empty xlsx": ("credit.xlsx", b"", "空文件"),
    "no header": ("credit.csv", f"{A},true,false\n".encode(), "没有表头"),
    "other separator": ("credit.csv", CREDIT.replace(",", ";").encode(), "没有表头"),
    "no key column": ("credit.csv", b"abnormal\ntrue\n", "缺少必需的列：uscc"),
    "a column twice": ("credit.csv", b"uscc,abnormal,abnormal\n", "列名重复：abnormal"),
    "gbk": ("credit.csv", CREDIT.encode() + f"{A},,\n{B},是,\n".encode("gbk"), "不是UTF-8（第3行）"),
    "gbk header": ("credit.csv", "uscc,异常\n".encode("gbk"), "不是UTF-8（第1行）"),
    "utf-16": ("credit.csv", CREDIT.encode("utf-16"), "UTF-8"),
    "too few cells": ("credit.csv", (CREDIT + f"{A},,\n{B},\n").encode(), "第3行有2个单元格，表头有3个"),
    "too many cells": ("credit.csv", (CREDIT + f"{A},,,x\n").encode(), "第2行有4个单元格"),
    "open quote": ("credit.csv", (CREDIT + f'{A},"true,\n{B},,\n').encode(), "第2行引号没有闭合"),
    "text after quote": ("credit.csv", (CREDIT + f'{A},"true"x,\n').encode(), "第2行引号之后"),
    "a line of megabytes": ("credit.csv", (CREDIT + f"{A}," + "x" * 3_000_000 + ",\n").encode(), "过长"),
    "binary": ("credit.csv", b"uscc,abnormal\n\x00\x01,\xff\xfe\n", "UTF-8"),
    "no parquet": ("credit.parquet", CREDIT.encode(), "不是完整的Parquet"),
    "truncated parquet": ("credit.parquet", truncated(good_parquet), "不是完整的Parquet"),
    "spoilt parquet": ("credit.parquet", spoilt_parquet, "Parquet|读不下去"),
    "footer of a gigabyte": ("credit.parquet", footer_claims_a_gigabyte, "不是完整的Parquet"),
    "formula": ("credit.xlsx", sheet_with(lambda sheet: sheet.write_formula("B2", "=1=1")), "单元格B2是公式"),
    "no xlsx": ("credit.xlsx", b"PK\x03\x04 nothing", "不是完整的XLSX"),
    "truncated xlsx": ("credit.xlsx", truncated(sheet_with(lambda sheet: sheet.write(1, 0, A))), "不是完整的XLSX"),
    "no sheet": ("credit.xlsx", zip_of({"xl/workbook.xml": b"<workbook/>"}), "没有工作表"),
    "zip bomb": ("credit.xlsx", zip_of({"xl/worksheets/sheet1.xml": bytes(40 << 20)}), "压缩炸弹"),
    "claims a gigabyte": ("credit.xlsx", lying_zip, "超过1GB"),
    "a far cell": ("credit.xlsx", sheet_with(lambda sheet: sheet.write("XFD1048576", "x")), "过大"),
    "empty sheet": ("credit.xlsx", empty_sheet, "没有表头"),
    "a name of ours": (
        "credit.parquet",
        lambda path: pq.write_table(pa.table({"uscc": [A], "file_row_number": [1]}), path),
        "保留名称",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_malformed_file_is_refused_by_name_in_one_sentence(tmp_path: Path, case: str) -> None:
    name, content, words = REFUSED[case]
    if callable(content):
        content(tmp_path / name)
    else:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(FeedsError, match=words) as refused:
        check(tmp_path, ["credit"])

    assert name in str(refused.value)
    assert str(refused.value).count("。") == 1
    assert "\n" not in str(refused.value)


def test_a_file_of_a_header_alone_is_a_delivery_without_rows(tmp_path: Path) -> None:
    (tmp_path / "credit.csv").write_text(CREDIT.strip(), encoding="utf-8")
    write_csv(tmp_path / "tax.csv", [GOOD["tax"]])
    (tmp_path / "tax.csv").write_text(csv_text([GOOD["tax"]]).splitlines()[0] + "\n", encoding="utf-8")
    reports = check(tmp_path, ["credit", "tax"]).reports
    assert [(report.delivered, report.rows) for report in reports.values()] == [(True, 0), (True, 0)]


def test_a_file_broken_where_no_check_had_to_look_is_refused_when_it_is_read(tmp_path: Path) -> None:
    """Statistics in the footer say that every date is fine; the dates themselves cannot be unpacked."""
    path = tmp_path / "tax_registration.parquet"
    rows = {"uscc": codes(2000), "registered_on": [date(2020, 1, 1 + number % 28) for number in range(2000)]}
    pq.write_table(pa.table(rows), path, use_dictionary=False)
    column = pq.read_metadata(path).row_group(0).column(1)
    content = bytearray(path.read_bytes())
    content[column.data_page_offset + 40 : column.data_page_offset + column.total_compressed_size] = bytes(
        column.total_compressed_size - 40
    )
    path.write_bytes(content)
    checked = check(tmp_path, ["tax_registration"])

    with pytest.raises(FeedsError, match="读不下去"), checked.reading():
        accepted(checked, "tax_registration")
    (tmp_path / "out").mkdir()
    with duckdb.connect() as con, pytest.raises(FeedsError, match=r"tax_registration\.parquet读不下去"):
        check_delivery(
            path,
            "tax_registration",
            today=TODAY,
            registered=None,
            pseudonym=OperatorPseudonym(b"0123456789abcdef"),
            con=con,
            out=tmp_path / "out",
        )
    assert list((tmp_path / "out").iterdir()) == []


def test_an_error_of_our_own_is_not_blamed_on_a_file(tmp_path: Path) -> None:
    (tmp_path / "credit.csv").write_text(CREDIT, encoding="utf-8")
    checked = check(tmp_path, ["credit"])
    with pytest.raises(duckdb.CatalogException), checked.reading():
        checked.con.execute("FROM accepted_nothing")
