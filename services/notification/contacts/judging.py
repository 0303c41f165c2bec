"""Reads and judges a delivery of contacts inside the child process that was started for it.

The rows that count leave it, in clear, through a file in memory that its parent holds.
"""

import os
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from services.notification.contacts.domain import ContactRow, RowJudge
from shared.confined import Ask
from shared.feeds.intake.checking import CheckRequest, check_file
from shared.feeds.validation.feed_checker import CheckedFeed, Finding

BATCH = 20_000
COLUMNS: dict[str, pa.DataType] = {
    "uscc": pa.string(),
    "phone": pa.string(),
    "mobile": pa.bool_(),
    "email": pa.string(),
    "consented_on": pa.date32(),
}
SCHEMA = pa.schema(COLUMNS)


def check_contacts(ask: Ask, request: CheckRequest, samples: bool) -> dict[str, Any]:
    """`check_file` with the contacts themselves judged; the parent is asked which codes are households of the region.
    `samples`: whether the made-up numbers of samples count.
    """

    def judge(checked: CheckedFeed) -> Sequence[Finding]:
        view = f"({checked.accepted_rows()})"
        con = checked.source.con
        codes = [code for (code,) in con.execute(f"SELECT DISTINCT uscc FROM {view}").fetchall()]
        known = {code for start in range(0, len(codes), BATCH) for code in ask(codes[start : start + BATCH])}
        judging = RowJudge(known, samples)
        with os.fdopen(os.dup(ask.files[0]), "wb") as out, pa.ipc.new_stream(out, SCHEMA) as accepted:
            for batch in con.sql(f"SELECT row, uscc, phone, email, consented_on FROM {view}").to_arrow_reader(BATCH):
                judged = (judging.judge(row) for row in _rows_of(batch))
                accepted.write_batch(_batch_of([row for row in judged if row is not None]))
        return [Finding(*fault) for fault in judging.faults]

    return check_file(ask, request, judge)


def _batch_of(rows: Sequence[ContactRow]) -> pa.RecordBatch:
    return pa.record_batch([[row[place] for row in rows] for place in range(len(SCHEMA))], schema=SCHEMA)


def _rows_of(batch: pa.RecordBatch) -> Iterator[Any]:
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)
