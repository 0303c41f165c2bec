"""Lists to download as CSV: UTF-8 with a byte order mark for spreadsheets, without cells that start a formula."""

import codecs
from collections.abc import Sequence
from typing import Any

from fastapi import Response

from shared.feeds.validation.csv_text import csv_lines, escape_formula

CSV_TYPE = "text/csv; charset=utf-8"
CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "CSV（UTF-8）"}
}
"""How the API description says that a route answers with CSV: `responses=CSV`."""


def csv_rows(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as lines."""
    return csv_lines([[escape_formula(str(cell)) for cell in row] for row in rows])


def csv_response(name: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Response:
    """A whole list as a file to save."""
    return Response(
        codecs.BOM_UTF8 + csv_rows([header, *rows]),
        media_type=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
