"""Rejected and flagged rows as a table to download: CSV, where no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from shared.feeds.rejects import COLUMNS, harmless

ROWS_PER_CHUNK = 10_000


def rejects_csv(file: Path) -> Iterator[bytes]:
    """The stored rejects (Parquet) as UTF-8 CSV with a header row, a chunk at a time."""
    yield lines([COLUMNS])
    with pq.ParquetFile(file) as rejects:
        for batch in rejects.iter_batches(ROWS_PER_CHUNK, columns=list(COLUMNS)):
            yield lines([[harmless(str(cell)) for cell in row.values()] for row in batch.to_pylist()])


def lines(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as RFC 4180 lines."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
