"""Looks into an XLSX file before it is read: whether it is safe to unpack, which sheet is the first that people see,
and cell by cell what that sheet's values do not tell: formulas, error values, how far it extends.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import normpath
from xml.parsers.expat import ExpatError, ParserCreate
from zlib import error as ZlibError  # noqa: N812 - an exception's name

from shared.feeds.contract.model import FeedsError

UNPACKED_LIMIT = 1 << 30
RATIO_LIMIT = 200
"""A ratio of unpacked to packed bytes that no real sheet reaches; checked above `ALWAYS_ALLOWED` bytes."""
ALWAYS_ALLOWED = 16 << 20
CELL_LIMIT = 20_000_000
"""Cells of a sheet, including empty ones in between: about 30 bytes of memory each."""

_CHUNK = 1 << 18
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_LEAST_COLUMNS = 26
_MOST_DIGITS = 9
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass
class SheetFacts:
    """Of the sheet that is read: its place in the workbook, its error values by (row, column), both from 1, and how
    many other sheets there are.
    """

    place: int
    others: int
    errors: set[tuple[int, int]] = field(default_factory=set)


def inspect_xlsx(path: Path, name: str) -> SheetFacts:
    """What to know before reading. Raises FeedsError when the file is not safe to read or has no visible sheet."""
    with _broken_refused(name), zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        _refuse_bombs(name, sum(part.file_size for part in parts), path.stat().st_size)
        sheets = _sheets(archive, name)
        visible = [place for place, (_, state) in enumerate(sheets) if state == "visible"]
        if not visible:
            raise FeedsError(f"文件{name}没有可见的工作表。" if sheets else f"文件{name}没有工作表。")
        chosen = sheets[visible[0]][0]
        reading = _SheetReading(name, SheetFacts(visible[0], len(sheets) - 1))
        for part in parts:
            with archive.open(part) as stream:
                while stream.read(_CHUNK):  # a part that unpacks to more than it claims is refused here
                    pass
        _parse(archive, chosen, name, reading.start, reading.end)
        return reading.facts


@contextmanager
def _broken_refused(name: str) -> Iterator[None]:
    faults = (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError, OSError, ExpatError, KeyError)
    try:
        yield
    except faults as error:
        raise FeedsError(f"文件{name}不是完整的XLSX文件（可能被截断或已损坏，或有密码保护）。") from error


def _refuse_bombs(name: str, unpacked: int, packed: int) -> None:
    if unpacked > UNPACKED_LIMIT:
        raise FeedsError(f"文件{name}解压后超过1GB，请改用CSV或Parquet。")
    if unpacked > max(ALWAYS_ALLOWED, RATIO_LIMIT * packed):
        raise FeedsError(f"文件{name}解压后大得不合理，疑似压缩炸弹，已拒收。")


def _sheets(archive: zipfile.ZipFile, name: str) -> list[tuple[str, str]]:
    """The worksheets in the workbook's order: their part in the archive, and whether they are visible."""
    targets: dict[str, str] = {}
    found: list[tuple[str, str]] = []

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = normpath(target[1:] if target.startswith("/") else f"xl/{target}")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "sheet":
            key = next((text for key, text in attributes.items() if _local(key) == "id"), "")
            state = attributes.get("state", "visible") if key in targets else "none"
            found.append((targets.get(key, ""), state))

    if not any(re.match(r"xl/[^/]+/[^/]+\.xml$", part, re.IGNORECASE) for part in archive.namelist()):
        return []
    _parse(archive, _RELATIONS, name, relation)
    _parse(archive, _BOOK, name, sheet)
    return found


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _parse(archive: zipfile.ZipFile, part: str, name: str, start: object, end: object = None) -> None:
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start  # type: ignore[assignment]
    parser.EndElementHandler = end  # type: ignore[assignment]

    def refuse(*_: object) -> None:
        raise FeedsError(f"文件{name}含有XML文档类型声明，已拒收。")

    parser.StartDoctypeDeclHandler = refuse
    by_name = {entry.lower(): entry for entry in archive.namelist()}
    with archive.open(by_name[part.lower()]) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


class _SheetReading:
    """Follows a sheet's elements, counting rows and cells that do not say where they are."""

    def __init__(self, name: str, facts: SheetFacts) -> None:
        self.name, self.facts = name, facts
        self._row = self._column = 0
        self._last_row, self._last_column = 1, _LEAST_COLUMNS
        self._in_cell = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = tag.rpartition(":")[2]
        if local == "c":
            self._cell(attributes)
        elif local == "row":
            stated = attributes.get("r", "").strip()
            self._row = int(stated[:_MOST_DIGITS]) if stated.isdecimal() else self._row + 1
            self._column = 0
            self._extend()
        elif local == "f" and self._in_cell:
            where = f"{_column_letters(self._column)}{self._row}"
            raise FeedsError(f"文件{self.name}的单元格{where}是公式，请粘贴为数值后再报送。")

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag.rpartition(":")[2] == "c":
            self._in_cell = False

    def _cell(self, attributes: dict[str, str]) -> None:
        self._in_cell = True
        if "r" not in attributes:
            self._column += 1
        elif stated := _REFERENCE.fullmatch(attributes["r"]):
            self._column, self._row = _column_number(stated[1]), int(stated[2])
        else:
            raise FeedsError(f"文件{self.name}的工作表中有不成立的单元格位置，已拒收。")
        if self._row > self._last_row or self._column > self._last_column:
            self._extend()
        if attributes.get("t") == "e":
            self.facts.errors.add((self._row, self._column))

    def _extend(self) -> None:
        self._last_row, self._last_column = max(self._last_row, self._row), max(self._last_column, self._column)
        if self._last_row * self._last_column > CELL_LIMIT:
            limit = CELL_LIMIT // 10_000
            raise FeedsError(f"文件{self.name}的工作表过大（超过{limit}万个单元格），请改用CSV或Parquet。")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
