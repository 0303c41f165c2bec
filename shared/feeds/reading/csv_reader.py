"""Reads CSV: UTF-8 (with or without BOM), a header row, quotes as in RFC 4180.

DuckDB reads ordinary files. Files that it refuses, and files with blank lines (which DuckDB skips, so that row numbers
would be wrong), are read again row by row (`csv_fallback`), which either succeeds or names the row of the fault.
"""

import csv
import mmap
import os
import re

import duckdb

from shared.feeds.contract.model import FeedsError
from shared.feeds.reading.csv_fallback import rows_one_by_one
from shared.feeds.reading.feed_file import (
    FeedFile,
    Header,
    OpenedFile,
    is_out_of_resources,
    read_header,
    require_content,
    staged_file,
)
from shared.feeds.reading.sql import file_literal, literal, quoted
from shared.feeds.reading.staging import stage, stage_rows

BOM = b"\xef\xbb\xbf"
_HEADER_BYTES = 1 << 16
_BLOCK = 1 << 20
_BLANK_LINES = (b"\n\n", b"\n\r\n", b"\r\r")


def read_csv(incoming: FeedFile) -> OpenedFile:
    """Opens a CSV file by staging it. Raises FeedsError."""
    require_content(incoming)
    names = _names(incoming)
    header = read_header(incoming, names)
    if _try_to_stage(incoming, len(names), header) and not _has_gaps(incoming):
        return staged_file(incoming, "rowid", header.warnings)
    stage_rows(incoming, header, rows_one_by_one(incoming.path, incoming.name, len(names)))
    return staged_file(incoming, "line", header.warnings)


def _names(incoming: FeedFile) -> list[str]:
    """The cells of the first line."""
    with incoming.path.open("rb") as file:
        start = file.read(_HEADER_BYTES)
    first = re.split(rb"[\r\n]", start.removeprefix(BOM), maxsplit=1)[0]
    try:
        text = first.decode("utf-8")
    except UnicodeDecodeError:
        raise FeedsError(f"文件{incoming.name}的编码不是UTF-8（第1行），请另存为UTF-8编码的CSV。") from None
    if "\x00" in text:
        raise FeedsError(f"文件{incoming.name}不是UTF-8编码的CSV文本（第1行）。")
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        raise FeedsError(f"文件{incoming.name}的表头（第1行）引号不成对或过长。") from None
    return rows[0] if rows else []


def _has_gaps(incoming: FeedFile) -> bool:
    """Whether DuckDB skipped a blank line before the file's end, so that row numbers would be wrong."""
    ((rows,),) = incoming.con.execute(f"SELECT count(*) FROM {incoming.table}").fetchall()
    with incoming.path.open("rb") as file:
        lines = sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b""))
        file.seek(-1, os.SEEK_END)
        lines += file.read(1) != b"\n"
    return lines != 1 + rows and _has_blank_line(incoming)


def _has_blank_line(incoming: FeedFile) -> bool:
    """Whether a blank line stands before the file's end (or within quotes, which does no harm)."""
    with incoming.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = len(content)
        while end and content[end - 1] in b"\r\n":
            end -= 1
        return any(content.find(gap, 0, end) >= 0 for gap in _BLANK_LINES)


def _try_to_stage(incoming: FeedFile, width: int, header: Header) -> bool:
    """False when DuckDB refuses the file: the fallback then finds the row, or reads what DuckDB does not."""
    try:
        _stage_with_duckdb(incoming, width, header)
    except duckdb.Error as error:
        if is_out_of_resources(error):
            raise
        return False
    return True


def _stage_with_duckdb(incoming: FeedFile, width: int, header: Header) -> None:
    # columns are identified by position: the names of unknown columns do not matter
    columns = ", ".join(f"{literal(f'c{place}')}: 'VARCHAR'" for place in range(width))
    relation = (
        f"read_csv({file_literal(incoming.path)}, auto_detect = false, columns = {{{columns}}}, header = true, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '', strict_mode = true, null_padding = false, "
        "hive_partitioning = false)"
    )
    texts = {name: quoted(f"c{place}") for name, place in header.places.items()}
    stage(incoming, relation, texts, others=[quoted(f"c{place}") for place in header.others])
