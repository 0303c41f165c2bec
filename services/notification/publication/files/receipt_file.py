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
from shared.feeds.contract.model import Column, FeedContract
from shared.feeds.intake.context import limits_of, run_reader
from shared.feeds.intake.refusals import DeliveryRefused
from shared.reference.departments import Department

CONTRACT = FeedContract(
    "receipt",
    "回执",
    (
        Column(KEY, KEY, required=True),
        Column(KIND, KIND, "choice", choices={label: label for label in KINDS_BY_LABEL}),
        Column(BATCH, BATCH),
        Column(RESULT, RESULT, "choice", required=True, choices={TAKEN: TAKEN, REFUSED: REFUSED}),
        Column(CODE, CODE),
        Column(MESSAGE, MESSAGE),
    ),
    (KEY, KIND),
    "没有答复",
    Department.MARKET,
)
MEMORY = "400MB"
READING = "services.notification.publication.files.receipt_reading"
WORKBOOK = b"PK\x03\x04"
"""How a workbook begins; anything else is read as CSV."""


def suffix_of(content: bytes) -> str:
    """What a file is, by its content: labels differ from machine to machine."""
    return ".xlsx" if content.startswith(WORKBOOK) else ".csv"


def read_receipt(path: Path, today: dt.date) -> list[Answer]:
    """The lines of a receipt, which is read in a child process. ReceiptRefused with everything that is wrong, line by
    line. Blocks: run it in a thread.
    """
    limits = limits_of(path.stat().st_size, MEMORY)
    try:
        told = run_reader(f"{READING}:read_rows", path, today, limits=limits)
    except DeliveryRefused as refusal:
        raise ReceiptRefused(refusal.detail) from refusal
    if wrong := told["wrong"]:
        raise ReceiptRefused("".join(wrong[:3]), faults=wrong[:MOST_FAULTS])
    if not told["rows"]:
        raise ReceiptRefused("回执里没有内容。")
    return [_answer(*row) for row in told["rows"]]


def _answer(
    row: int, key: str, kind: str | None, batch: str | None, result: str, code: str | None, message: str | None
) -> Answer:
    named = KINDS_BY_LABEL[kind] if kind else None
    return Answer(row, key, named, batch or None, result == TAKEN, code or None, message or None)
