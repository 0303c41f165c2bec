"""A corrected row is checked by the same code as a delivery of its feed."""

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.objection.verifications.domain import RowFault
from shared.feeds.contract.model import FeedContract, FeedsError


def check_row(contract: FeedContract, row: Mapping[str, str], today: dt.date, workspace: Path) -> Sequence[RowFault]:
    """What is wrong with a row, cell by cell, without what was in it. Synchronous: run it in a thread.

    The row is a file of the workspace, which is removed afterwards.
    """
    # DuckDB and Arrow take 54 MB, and 45 more with the first check: a process that never sees a row does without
    from shared.closed_duckdb import open_closed
    from shared.feeds.validation.feed_checker import FeedChecker
    from shared.feeds.validation.rejects import FLAG_CODE, MESSAGES, rejects_query

    path = workspace / "row.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(row), list(row.values())])
    with open_closed([workspace], memory_limit="400MB", threads=1) as con:
        try:
            checked = FeedChecker(con, today, None).check(contract, [(path, "row")], None)
        except FeedsError as error:
            return [RowFault("", "unreadable", str(error))]
        if not checked.counts.rows:  # a file's row of blanks is skipped, a corrected row is none then
            return [RowFault(column, "missing", MESSAGES["missing"]) for column in contract.key]
        found = con.execute(rejects_query(checked.source, checked.tables)).fetchall()
    faults = [RowFault(column, code, message) for _, _, _, column, code, _, message, _ in found if code != FLAG_CODE]
    return [fault for fault in faults if not is_left_out(contract, row, fault)]


def is_left_out(contract: FeedContract, row: Mapping[str, str], fault: RowFault) -> bool:
    """Whether a fault is that a registration row does not repeat a column: it stays as the register has it."""
    return contract.name == "registration" and fault.code == "missing" and fault.column not in row
