"""Reads CSV row by row in Python: for files that DuckDB does not read, and to find where a file is broken."""

import csv
from collections.abc import Iterator
from pathlib import Path

from shared.feeds.contract.model import FeedsError
from shared.reference.blanks import without_blanks_around

LONGEST_LINE = 1 << 20
_BOM = b"\xef\xbb\xbf"
_REASONS = {
    "unexpected end of data": "引号没有闭合",
    "field larger": "单元格过长（可能是引号没有闭合）",
    "expected after": "引号之后有多余的字符",
    "new-line": "换行符混乱",
}


def rows_one_by_one(path: Path, name: str, width: int) -> Iterator[tuple[int, list[str]]]:
    """Rows below the header with their numbers as a spreadsheet shows them, blank ones left out.

    Raises FeedsError naming the file and the row at the first fault: encoding, quotes, number of cells.
    """
    row = 0
    reader = csv.reader(_lines(path, name), strict=True)
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = next((why for text, why in _REASONS.items() if text in str(error)), "引号或换行不合规范")
            raise FeedsError(f"文件{name}第{row}行{reason}，应符合RFC 4180。") from None
        if row == 1 or not any(map(without_blanks_around, cells)):
            continue
        if len(cells) == width + 1 and not cells[-1]:  # a separator at the end of the line, which DuckDB allows too
            cells.pop()
        if len(cells) != width:
            raise FeedsError(f"文件{name}第{row}行有{len(cells)}个单元格，表头有{width}个。")
        yield row, cells


def _lines(path: Path, name: str) -> Iterator[str]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise FeedsError(f"文件{name}第{number}行过长（超过1MB）。")
            try:
                yield (line.removeprefix(_BOM) if number == 1 else line).decode("utf-8")
            except UnicodeDecodeError:
                raise FeedsError(f"文件{name}的编码不是UTF-8（第{number}行），请另存为UTF-8编码的CSV。") from None
