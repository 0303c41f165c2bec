"""Looks through an XLSX file before it is read: formulas, zip bombs, sheets that claim to be huge.

An XLSX file is a zip of XML parts. All parts are unpacked once as a stream (a few hundred kilobytes at a time),
which also proves that the sizes in the zip's directory are true.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from zlib import error as ZlibError  # noqa: N812 - an exception's name

from shared.feeds.errors import FeedsError

UNPACKED_LIMIT = 1 << 30
RATIO_LIMIT = 200
"""More than this many bytes for one packed is no sheet (above `SMALL` bytes)."""
SMALL = 16 << 20
CELL_LIMIT = 20_000_000
"""Cells of a sheet, empty ones between included: about 30 bytes of memory each."""

_CHUNK = 1 << 18
_OVERLAP = 1 << 11
_FORMULA = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]+[0-9]+)["'][^>]*>\s*<(?:\w+:)?f[\s/>]""")
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{2,})[0-9]+["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["']([0-9]+)["']""")
_CELL_BELOW = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["'][A-Z]+([0-9]{6,})["']""")


def guard(path: Path, name: str) -> None:
    """Raises FeedsError when the file should not be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _refuse_bombs(name, sum(part.file_size for part in parts), path.stat().st_size)
            sheets = [part for part in parts if re.match(r"xl/worksheets/[^/]+\.xml$", part.filename)]
            if not sheets:
                raise FeedsError(f"文件{name}没有工作表。")
            for part in parts:
                _look_through(archive, part, name, is_sheet=part in sheets)
    except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise FeedsError(f"文件{name}不是完整的XLSX文件（可能被截断或已损坏，或有密码保护）。") from error


def _refuse_bombs(name: str, unpacked: int, packed: int) -> None:
    if unpacked > UNPACKED_LIMIT:
        raise FeedsError(f"文件{name}解压后超过1GB，请改用CSV或Parquet。")
    if unpacked > max(SMALL, RATIO_LIMIT * packed):
        raise FeedsError(f"文件{name}解压后大得不合理，疑似压缩炸弹，已拒收。")


def _look_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, *, is_sheet: bool) -> None:
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
