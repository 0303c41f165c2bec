"""Lists to download as CSV or as a workbook, for people who open them in a spreadsheet: no cell runs as a formula.

CSV is UTF-8 with a byte order mark; in a workbook every cell is text, so that codes keep their digits.
"""

import codecs
import datetime as dt
import io
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Query, Response

from shared.feeds.validation.csv_text import csv_lines, escape_formula

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "CSV（UTF-8）"}
}
"""How the API description says that a route answers with CSV: `responses=CSV`."""
TABLE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX_TYPE: {"schema": {"type": "string", "format": "binary"}},
        },
        "description": "CSV（UTF-8）或 Excel 工作簿",
    }
}
"""The same for a route that answers with either, as its `TableFormat` says."""
COLUMN_WIDTH = 22
"""Characters"""


class FileFormat(StrEnum):
    """What a list is downloaded as."""

    CSV = "csv"
    XLSX = "xlsx"


TableFormat = Annotated[FileFormat, Query(alias="format", description="文件格式：csv 或 xlsx")]


def csv_rows(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as lines."""
    return csv_lines([[escape_formula(str(cell)) for cell in row] for row in rows])


def table_response(
    name: str, header: Sequence[str], rows: Sequence[Sequence[object]], file_format: FileFormat
) -> Response:
    """A whole list as a file to save; `name` without its suffix."""
    if file_format is FileFormat.XLSX:
        content, media_type = workbook(header, rows), XLSX_TYPE
    else:
        content, media_type = codecs.BOM_UTF8 + csv_rows([header, *rows]), CSV_TYPE
    disposition = f'attachment; filename="{name}.{file_format.value}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})


def workbook(header: Sequence[str], rows: Sequence[Sequence[object]], created: dt.datetime | None = None) -> bytes:
    """One sheet with a header that stays in view. Formulas, links and numbers are not read into the texts. With
    `created`, the same cells are the same bytes whenever they are written.
    """
    from xlsxwriter import Workbook

    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        if created is not None:
            book.set_properties({"created": created.astimezone(dt.UTC)})
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(header) - 1, 0), COLUMN_WIDTH)
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, str(cell))
    return content.getvalue()
