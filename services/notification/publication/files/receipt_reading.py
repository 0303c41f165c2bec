"""Reads a receipt inside the child process that was started for it."""

import datetime as dt
from pathlib import Path
from typing import Any

import shared.feeds.reading.xlsx_reader  # noqa: F401 - loaded once, before children are forked
from services.notification.publication.files.domain import BATCH, CODE, KEY, KIND, MESSAGE, MOST_FAULTS, RESULT
from services.notification.publication.files.receipt_file import CONTRACT, MEMORY
from shared.closed_duckdb import open_closed
from shared.confined import Ask
from shared.feeds.contract.model import FeedsError
from shared.feeds.intake.refusals import DeliveryUnreadable
from shared.feeds.reading.feed_file import FIRST_ROW, ROW_BITS
from shared.feeds.validation.feed_checker import FeedChecker
from shared.feeds.validation.rejects import rejects_query


def read_rows(_ask: Ask, path: Path, today: dt.date) -> dict[str, list[Any]]:
    """What is `wrong`, as sentences, or else the `rows`. DeliveryUnreadable if the file is none."""
    with open_closed([path.parent], memory_limit=MEMORY, threads=1) as con:
        try:
            checked = FeedChecker(con, today, None).check(CONTRACT, [(path, "回执")], None)
        except FeedsError as error:
            raise DeliveryUnreadable(str(error)) from error
        wrong_rows = rejects_query(checked.source, checked.tables)
        rejects = con.execute(f"SELECT row, message FROM ({wrong_rows}) ORDER BY id LIMIT {MOST_FAULTS}")
        if wrong := [f"第{row}行：{message}" for row, message in rejects.fetchall()]:
            return {"wrong": wrong, "rows": []}
        columns = ", ".join(f'"{name}"' for name in (KEY, KIND, BATCH, RESULT, CODE, MESSAGE))
        line = f"(row & {(1 << ROW_BITS) - 1}) + {FIRST_ROW}"
        rows = con.execute(f"SELECT {line}, {columns} FROM ({checked.accepted_rows()}) ORDER BY row").fetchall()
    return {"wrong": [], "rows": rows}
