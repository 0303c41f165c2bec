"""Reads a receipt, CSV or workbook, by the reader of all feeds: widths, cases, blanks and error cells are as there."""

import datetime as dt
from pathlib import Path

from services.notification.publication.files.domain import (
    BATCH,
    CODE,
    KEY,
    KIND,
    KINDS_BY_LABEL,
    MESSAGE,
    MOST_FAULTS,
    REFUSED,
    RESULT,
    TAKEN,
    Answer,
)
from services.notification.publication.files.problems import ReceiptRefused
from shared.feeds.contract.model import Column, FeedContract, FeedsError
from shared.reference.departments import Department

CONTRACT = FeedContract(
    "receipt",
    "回执",
    (
        Column(KEY, KEY, required=True),
        Column(KIND, KIND, "choice", choices=tuple(KINDS_BY_LABEL)),
        Column(BATCH, BATCH),
        Column(RESULT, RESULT, "choice", required=True, choices=(TAKEN, REFUSED)),
        Column(CODE, CODE),
        Column(MESSAGE, MESSAGE),
    ),
    (KEY, KIND),
    "没有答复",
    Department.MARKET,
)
WORKBOOK = b"PK\x03\x04"
"""How a workbook begins; anything else is read as CSV."""


def suffix_of(content: bytes) -> str:
    """What a file is, by its content: labels differ from machine to machine."""
    return ".xlsx" if content.startswith(WORKBOOK) else ".csv"


def read_receipt(path: Path, today: dt.date) -> list[Answer]:
    """The lines of a receipt. ReceiptRefused with everything that is wrong, line by line. Synchronous, uses CPU: run it
    in a thread.
    """
    # 100 MB that a process which never reads a receipt does without
    import duckdb

    from shared.feeds.reading.feed_file import FIRST_ROW, ROW_BITS
    from shared.feeds.validation.feed_checker import FeedChecker
    from shared.feeds.validation.rejects import rejects_query

    with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "400MB"}) as con:
        try:
            checked = FeedChecker(con, today, None).check(CONTRACT, [(path, "回执")], None)
        except FeedsError as error:
            raise ReceiptRefused(str(error)) from error
        rejects = con.execute(f"SELECT row, message FROM ({rejects_query(checked.source, checked.tables)}) ORDER BY id")
        if wrong := [f"第{row}行：{message}" for row, message in rejects.fetchall()]:
            raise ReceiptRefused("".join(wrong[:3]), faults=wrong[:MOST_FAULTS])
        columns = ", ".join(f'"{name}"' for name in (KEY, KIND, BATCH, RESULT, CODE, MESSAGE))
        line = f"(row & {(1 << ROW_BITS) - 1}) + {FIRST_ROW}"
        rows = con.execute(f"SELECT {line}, {columns} FROM ({checked.accepted_rows()}) ORDER BY row").fetchall()
    if not rows:
        raise ReceiptRefused("回执里没有内容。")
    return [_answer(*row) for row in rows]


def _answer(
    row: int, key: str, kind: str | None, batch: str | None, result: str, code: str | None, message: str | None
) -> Answer:
    named = KINDS_BY_LABEL[kind] if kind else None
    return Answer(row, key, named, batch or None, result == TAKEN, code or None, message or None)
