"""Lists to download: the same cells as CSV and as a workbook, and none that a spreadsheet runs as a formula."""

import csv
import io

from python_calamine import CalamineWorkbook

from shared.platform.tabular import FileFormat, table_response

HEADER = ("统一社会信用代码", "字号名称", "户数")
ROWS = [("92410105MA45KD3F7Q", "=1+1", 12), ("92410105MA45KD3F7U", "祥湖蔬菜店", 0)]


def test_a_workbook_holds_every_cell_as_the_text_it_is() -> None:
    answer = table_response("list", HEADER, ROWS, FileFormat.XLSX)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(bytes(answer.body))).get_sheet_by_index(0)
    assert sheet.to_python() == [list(HEADER), *[[str(cell) for cell in row] for row in ROWS]]
    assert answer.headers["content-disposition"] == 'attachment; filename="list.xlsx"'


def test_csv_opens_as_utf8_and_runs_no_formula() -> None:
    answer = table_response("list", HEADER, ROWS, FileFormat.CSV)
    text = bytes(answer.body).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert bytes(answer.body).startswith(b"\xef\xbb\xbf")
    assert rows == [list(HEADER), ["92410105MA45KD3F7Q", "'=1+1", "12"], ["92410105MA45KD3F7U", "祥湖蔬菜店", "0"]]
