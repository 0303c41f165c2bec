"""Reads XLSX: the first worksheet, its first row the header; cells as the texts that the sheet shows.

The file is inspected before it is read: formulas without a stored value, zip bombs and sheets that claim to be huge are
refused.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zlib import error as ZlibError  # noqa: N812 - an exception's name

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from shared.feeds.contract.model import FeedsError
from shared.feeds.reading.feed_file import FeedFile, OpenedFile, read_header, require_content, staged_file
from shared.feeds.reading.staging import stage_rows

UNPACKED_LIMIT = 1 << 30
RATIO_LIMIT = 200
"""A ratio of unpacked to packed bytes that no real sheet reaches; checked above `SMALL` bytes."""
ALWAYS_ALLOWED = 16 << 20
CELL_LIMIT = 20_000_000
"""Cells of a sheet, including empty ones in between: about 30 bytes of memory each."""

_CHUNK = 1 << 18
_OVERLAP = 1 << 11
_FORMULA = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]+[0-9]+)["'][^>]*>\s*<(?:\w+:)?f[\s/>]""")
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{2,})[0-9]+["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["']([0-9]+)["']""")
_CELL_BELOW = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["'][A-Z]+([0-9]{6,})["']""")


def refuse_unsafe_xlsx(path: Path, name: str) -> None:
    """Raises FeedsError when the file is not safe to read."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _refuse_bombs(name, sum(part.file_size for part in parts), path.stat().st_size)
            sheets = [part for part in parts if re.match(r"xl/worksheets/[^/]+\.xml$", part.filename)]
            if not sheets:
                raise FeedsError(f"文件{name}没有工作表。")
            for part in parts:
                _inspect_part(archive, part, name, is_sheet=part in sheets)
    except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise FeedsError(f"文件{name}不是完整的XLSX文件（可能被截断或已损坏，或有密码保护）。") from error


def _refuse_bombs(name: str, unpacked: int, packed: int) -> None:
    if unpacked > UNPACKED_LIMIT:
        raise FeedsError(f"文件{name}解压后超过1GB，请改用CSV或Parquet。")
    if unpacked > max(ALWAYS_ALLOWED, RATIO_LIMIT * packed):
        raise FeedsError(f"文件{name}解压后大得不合理，疑似压缩炸弹，已拒收。")


def _inspect_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, *, is_sheet: bool) -> None:
    last_row, last_column = 1, 26
    for window in _windows(archive, part):
        if not is_sheet:
            continue
        _refuse_formulas(window, name)
        last_row = max(last_row, _last_number(_ROW, window), _last_number(_CELL_BELOW, window))
        last_column = max([last_column, *(_column_number(letters) for letters in set(_CELL.findall(window)))])
        if last_row * last_column > CELL_LIMIT:
            raise FeedsError(f"文件{name}的工作表过大（超过{CELL_LIMIT // 10_000}万个单元格），请改用CSV或Parquet。")


def _windows(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's bytes in overlapping pieces, so that no cell is cut in every piece."""
    with archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            yield window
            tail = window[-_OVERLAP:]


def _refuse_formulas(window: bytes, name: str) -> None:
    if _ANY_FORMULA.search(window):
        cell = _FORMULA.search(window)
        where = f"单元格{cell[1].decode()}" if cell else "某个单元格"
        raise FeedsError(f"文件{name}的{where}是公式，请粘贴为数值后再报送。")


def _last_number(pattern: re.Pattern[bytes], window: bytes) -> int:
    return max((int(number[:9]) for number in set(pattern.findall(window))), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - 64
    return number


_EXACT_INTEGERS = 1e15
"""From this value on a spreadsheet's number may have lost digits."""


def read_xlsx(incoming: FeedFile) -> OpenedFile:
    """Opens an XLSX file by staging it. Raises FeedsError."""
    require_content(incoming)
    refuse_unsafe_xlsx(incoming.path, incoming.name)
    try:
        with CalamineWorkbook.from_path(incoming.path) as workbook:
            return _read_sheet(incoming, workbook)
    except PasswordError:
        raise FeedsError(f"文件{incoming.name}有密码保护，请去掉密码。") from None
    except CalamineError as error:
        raise FeedsError(f"文件{incoming.name}不是完整的XLSX文件（可能被截断或已损坏）。") from error


def _read_sheet(incoming: FeedFile, workbook: CalamineWorkbook) -> OpenedFile:
    if not workbook.sheet_names:
        raise FeedsError(f"文件{incoming.name}没有工作表。")
    rows = _rows(workbook.get_sheet_by_index(0))
    _, names = next(rows, (1, []))
    header = read_header(incoming, names)
    stage_rows(incoming, names, rows)
    others = workbook.sheet_names[1:]
    ignored = (f"文件{incoming.name}只读第一个工作表，其余{len(others)}个已忽略。",) if others else ()
    return staged_file(incoming, "line", header.warnings + ignored)


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
