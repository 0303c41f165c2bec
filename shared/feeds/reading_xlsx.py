"""Reads XLSX: the first worksheet, its first row the header; cells as the texts that the sheet shows.

Looked at first, without unpacking into memory (`xlsx_guard`): formulas, whose results nobody vouches for, are
refused, and so are files that would unpack to more than a machine holds.
"""

from collections.abc import Iterator
from datetime import date, datetime

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from shared.feeds.errors import FeedsError
from shared.feeds.opened import Incoming, Part, header, not_empty, staged_part
from shared.feeds.staging_rows import stage_rows
from shared.feeds.xlsx_guard import guard

_EXACT_INTEGERS = 1e15
"""From here on a spreadsheet's number may have lost digits."""


def read_xlsx(incoming: Incoming) -> Part:
    """Opens an XLSX file by staging it. Raises FeedsError."""
    not_empty(incoming)
    guard(incoming.path, incoming.name)
    try:
        with CalamineWorkbook.from_path(incoming.path) as workbook:
            return _read(incoming, workbook)
    except PasswordError:
        raise FeedsError(f"文件{incoming.name}有密码保护，请去掉密码。") from None
    except CalamineError as error:
        raise FeedsError(f"文件{incoming.name}不是完整的XLSX文件（可能被截断或已损坏）。") from error


def _read(incoming: Incoming, workbook: CalamineWorkbook) -> Part:
    if not workbook.sheet_names:
        raise FeedsError(f"文件{incoming.name}没有工作表。")
    rows = _rows(workbook.get_sheet_by_index(0))
    _, names = next(rows, (1, []))
    found = header(incoming, names)
    stage_rows(incoming, names, rows)
    others = workbook.sheet_names[1:]
    ignored = (f"文件{incoming.name}只读第一个工作表，其余{len(others)}个已忽略。",) if others else ()
    return staged_part(incoming, "line", found.warnings + ignored)


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with their numbers as the spreadsheet shows them."""
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [_text(cell) for cell in cells]
        if any(texts):
            yield number, texts


def _text(cell: object) -> str:
    """A cell as text: whole numbers without a decimal point, dates in ISO form."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT_INTEGERS else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
