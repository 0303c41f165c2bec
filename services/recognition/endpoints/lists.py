"""Lists to download as CSV (UTF-8 with a mark, so that spreadsheets read Chinese), no cell taken for a formula."""

import codecs
from collections.abc import Sequence

from fastapi import Response

from shared.feeds.intake.rejects import lines
from shared.feeds.rejects import harmless
from shared.service.delivering import CSV

__all__ = ["CSV", "csv_answer", "csv_rows"]


def csv_rows(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as lines."""
    return lines([[harmless(str(cell)) for cell in row] for row in rows])


def csv_answer(name: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Response:
    """A whole list as a file to save."""
    return Response(
        codecs.BOM_UTF8 + csv_rows([header, *rows]),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
