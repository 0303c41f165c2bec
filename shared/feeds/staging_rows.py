"""Stages rows that Python reads one by one (XLSX, difficult CSV), in batches through Arrow."""

from collections.abc import Iterator, Sequence
from itertools import islice

import duckdb
import pyarrow as pa

from shared.feeds.errors import FeedsError
from shared.feeds.opened import FIRST_ROW, Incoming
from shared.feeds.sql import quoted
from shared.feeds.staging import stage

BATCH = 20_000
_STREAM = "incoming_rows"


def stage_rows(incoming: Incoming, names: Sequence[str], rows: Iterator[tuple[int, Sequence[str]]]) -> None:
    """Fills the staging table from (row number as a spreadsheet shows it, cells in the order of `names`).

    A FeedsError of the reader passes.
    """
    delivered = [(name, place) for place, name in enumerate(names) if incoming.contract.has(name)]
    types: dict[str, pa.DataType] = {"line": pa.int64(), **{name: pa.string() for name, _ in delivered}}
    schema = pa.schema(types)
    refused: list[FeedsError] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            while chunk := list(islice(rows, BATCH)):
                cells = [[row[place] for _, row in chunk] for _, place in delivered]
                yield pa.record_batch([[line for line, _ in chunk], *cells], schema=schema)
        except FeedsError as error:  # DuckDB would wrap it
            refused.append(error)
            raise

    incoming.con.register(_STREAM, pa.RecordBatchReader.from_batches(schema, batches()))
    try:
        texts = {name: quoted(name) for name, _ in delivered}
        stage(incoming.con, incoming.table, incoming.contract, _STREAM, texts, f"line - {FIRST_ROW}")
    except duckdb.Error:
        if refused:
            raise refused.pop() from None
        raise
    finally:
        incoming.con.unregister(_STREAM)
