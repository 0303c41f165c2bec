"""A received register, checked row by row against the service's own copy of households, and read as rows to keep.

What is checked with is what every service's feeds are checked with (`shared.feeds.intake`). Blocking: run in a thread.
"""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import anyio.to_thread
import duckdb
import pyarrow.parquet as pq

from services.recognition.domain.register_feeds import RegisterFeed
from shared.feeds.delivery import DeliveryReport
from shared.feeds.intake import declaration
from shared.feeds.intake.bench import Bench
from shared.service import clock

ROWS_PER_BATCH = 20_000
KNOWN = "known_household"


class Declaration(declaration.Declaration):
    """A delivery of a register, as declared."""

    service = "认定服务"
    taken = tuple(feed.value for feed in RegisterFeed)


def check(
    bench: Bench, raw: Path, declared: Declaration, workspace: Path, known: Sequence[str] | None = None
) -> DeliveryReport:
    """Check the file; rows of other households than the `known` ones are rejected, if it is said which are known."""
    out = workspace / ("checked" if known is None else "checked-with-households")
    with bench.connect(workspace) as con:
        if known is not None:
            lay_out(con, known)
        return bench.check(con, raw, declared, clock.today(), out, None if known is None else KNOWN)


def lay_out(con: duckdb.DuckDBPyConnection, known: Sequence[str]) -> None:
    """The known households as a table."""
    con.execute(f"CREATE TABLE {KNOWN} AS SELECT unnest($codes::VARCHAR[]) AS uscc", {"codes": list(known)})


def codes_of(*files: Path) -> list[str]:
    """The different codes of households in checked files."""
    found: set[str] = set()
    for file in files:
        found.update(code for code in pq.read_table(file, columns=["uscc"]).column("uscc").to_pylist() if code)
    return sorted(found)


async def rows_of(file: Path, columns: Sequence[str]) -> AsyncIterator[list[tuple[Any, ...]]]:
    """The accepted rows, a batch at a time, with these columns."""
    with pq.ParquetFile(file) as accepted:
        batches = accepted.iter_batches(ROWS_PER_BATCH, columns=list(columns))
        while (batch := await anyio.to_thread.run_sync(next, batches, None)) is not None:
            yield list(zip(*(batch.column(name).to_pylist() for name in columns), strict=True))
