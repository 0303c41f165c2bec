"""Reads XLSX: the first visible worksheet, its first row the header; cells as the texts that the sheet shows.

The file is inspected before it is read (`xlsx_guard`).
"""

from collections.abc import Iterator
from datetime import date, datetime

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from shared.feeds.contract.model import FeedsError
from shared.feeds.reading.feed_file import FeedFile, OpenedFile, read_header, require_content, staged_file
from shared.feeds.reading.sql import number_text
from shared.feeds.reading.staging import stage_rows
from shared.feeds.reading.xlsx_guard import SheetFacts, inspect_xlsx
from shared.reference.blanks import without_blanks_around

_ERROR = "#N/A"
"""Stands for every error value: the library reads their cells as empty."""


def read_xlsx(incoming: FeedFile) -> OpenedFile:
    """Opens an XLSX file by staging it. Raises FeedsError."""
    require_content(incoming)
    facts = inspect_xlsx(incoming.path, incoming.name)
    try:
        with CalamineWorkbook.from_path(incoming.path) as workbook:
            return _read_sheet(incoming, workbook, facts)
    except PasswordError:
        raise FeedsError(f"文件{incoming.name}有密码保护，请去掉密码。") from None
    except CalamineError as error:
        raise FeedsError(f"文件{incoming.name}不是完整的XLSX文件（可能被截断或已损坏）。") from error


def _read_sheet(incoming: FeedFile, workbook: CalamineWorkbook, facts: SheetFacts) -> OpenedFile:
    if len(workbook.sheet_names) != facts.others + 1:
        raise FeedsError(f"文件{incoming.name}的工作表目录自相矛盾，已拒收。")
    rows = _rows(workbook.get_sheet_by_index(facts.place), facts)
    _, names = next(rows, (1, []))
    header = read_header(incoming, names)
    stage_rows(incoming, header, rows)
    only = f"文件{incoming.name}只读第一个工作表（隐藏的不算），其余{facts.others}个已忽略。"
    return staged_file(incoming, "line", header.warnings + ((only,) if facts.others else ()))


def _rows(sheet: CalamineSheet, facts: SheetFacts) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with their numbers as the spreadsheet shows them."""
    wrong: dict[int, list[int]] = {}
    for number, column in facts.errors:
        wrong.setdefault(number, []).append(column - 1)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [_text(cell) for cell in cells]
        for place in wrong.get(number, ()):
            if place < len(texts):
                texts[place] = _ERROR
        if any(texts):
            yield number, texts


def _text(cell: object) -> str:
    """A cell as text: numbers to the fen they stand for, whole numbers without a decimal point, dates in ISO form."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else without_blanks_around(str(cell))
