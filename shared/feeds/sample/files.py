"""Files of a sample that grow chunk by chunk and appear under their names only when they are complete."""

from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from shared.feeds.contracts import FEEDS
from shared.feeds.errors import FeedsError

Format = Literal["parquet", "csv"]
FORMATS: tuple[Format, ...] = ("parquet", "csv")
_REPEATING = ("region", "choice", "year", "bool", "count")  # kinds worth a dictionary in Parquet


class SampleFiles:
    """One file a feed. As a context manager: left normally the files take their names, else they are removed."""

    def __init__(self, directory: Path, fmt: Format) -> None:
        self._directory = directory
        self._format = fmt
        self._writers: dict[str, pq.ParquetWriter | pa_csv.CSVWriter] = {}
        self.rows: dict[str, int] = dict.fromkeys(FEEDS, 0)

    def append(self, feed: str, table: pa.Table) -> None:
        """Adds rows; every chunk of a feed has the columns and types of its first."""
        writer = self._writers.get(feed) or self._open(feed, table.schema)
        if len(table):
            writer.write_table(table)
        self.rows[feed] += len(table)

    def _open(self, feed: str, schema: pa.Schema) -> pq.ParquetWriter | pa_csv.CSVWriter:
        path = self._partial(feed)
        writer = pa_csv.CSVWriter(path, schema) if self._format == "csv" else _parquet_writer(feed, path, schema)
        self._writers[feed] = writer
        return writer

    def _partial(self, feed: str) -> Path:
        return self._directory / f".{feed}.{self._format}.part"

    def __enter__(self) -> "SampleFiles":
        self._directory.mkdir(parents=True, exist_ok=True)
        other = FORMATS[1 - FORMATS.index(self._format)]
        if present := [feed for feed in FEEDS if (self._directory / f"{feed}.{other}").exists()]:
            raise FeedsError(
                f"文件夹 {self._directory} 里已有 {present[0]}.{other}，与新样例会重复，请先移走或换一个文件夹。"
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for feed, writer in self._writers.items():
            writer.close()
            if kind is None:
                self._partial(feed).replace(self._directory / f"{feed}.{self._format}")
            else:
                self._partial(feed).unlink()


def _parquet_writer(feed: str, path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    repeating: Any = [column.name for column in FEEDS[feed].columns if column.kind in _REPEATING]
    return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=repeating)
