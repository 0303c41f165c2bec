"""All files of one feed as one view: `row`, `unreadable` and the contract's columns, typed, valid and invalid rows
alike.

A file is opened by its suffix. `space` is a prefix for the names of everything created ("" or a schema with its dot).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from shared.feeds.contract.model import Column, FeedContract, FeedsError
from shared.feeds.reading.csv_reader import read_csv
from shared.feeds.reading.feed_file import FeedFile, OpenedFile
from shared.feeds.reading.parquet_reader import read_parquet
from shared.feeds.reading.sql import quoted, trimmed, without_nul
from shared.reference.operator_ids import person_id_sql
from shared.reference.personal_data import OperatorPseudonym


def open_file(incoming: FeedFile) -> OpenedFile:
    """The rows of a file; Parquet is read in place unless it is to be folded. Raises FeedsError."""
    if not incoming.path.is_file():
        raise FeedsError(f"没有这个文件：{incoming.name}。")
    match incoming.path.suffix.lower():
        case ".parquet":
            return read_parquet(incoming, in_place=not incoming.folding)
        case ".csv":
            return read_csv(incoming)
        case ".xlsx":
            from shared.feeds.reading.xlsx_reader import read_xlsx  # rarely needed, so imported late

            return read_xlsx(incoming)
    raise FeedsError(f"文件{incoming.name}的格式不受支持：应为CSV、Parquet或XLSX。")


@dataclass(frozen=True)
class Source:
    """A feed's files opened in `con`: `parts` are the opened files and `names` their names, by number."""

    con: duckdb.DuckDBPyConnection
    contract: FeedContract
    view: str
    parts: tuple[str, ...]
    names: tuple[str, ...]
    warnings: tuple[str, ...]
    in_place: bool
    folding: bool
    pseudonym: OperatorPseudonym | None

    def key(self) -> list[str]:
        """SQL of the parts of a row's key; an operator's id is normalised."""
        return [self._key_part(name) for name in self.contract.key]

    def accepted_columns(self, *, storable: bool = False) -> str:
        """SELECT list of an accepted row: `operator_ref` instead of the id, nothing personal."""
        shown = [self._accepted(column, storable=storable) for column in self.contract.columns]
        return ", ".join(column for column in shown if column)

    def compared_columns(self) -> str:
        """SQL of a value that is equal for two rows of the same content."""
        names = [column.name for column in self.contract.columns]
        parts = [f"{quoted(name)} := {self._key_part(name)}" for name in names]
        return f"struct_pack(unreadable := unreadable, {', '.join(parts)})"

    def _key_part(self, name: str) -> str:
        text = self._clean(self.contract.column(name))
        if name != "operator_id":
            return text
        return self.pseudonym.sql(text) if self.pseudonym else person_id_sql(text)

    def _clean(self, column: Column) -> str:
        """SQL of a value; a text that is read in place still has its blanks."""
        name = quoted(column.name)
        return trimmed(name) if self.in_place and column.kind == "text" else name

    def _accepted(self, column: Column, *, storable: bool) -> str:
        name = quoted(column.name)
        if column.name == "operator_id" and self.pseudonym:
            return f"{self.pseudonym.sql(self._clean(column))} AS operator_ref"
        if column.personal:
            return ""
        if column.kind == "text":
            text = self._clean(column)
            return f"{without_nul(text) if storable else text} AS {name}"
        return name if column.empty_means is None else f"coalesce({name}, {column.empty_means}) AS {name}"


def open_source(
    con: duckdb.DuckDBPyConnection,
    contract: FeedContract,
    files: Sequence[tuple[Path, str]],
    *,
    space: str = "",
    pseudonym: OperatorPseudonym | None = None,
    folding: bool = False,
) -> Source:
    """Opens the files (path, name in rejects) of a feed, folding codes and words as they are read or taking them as
    they are. Raises FeedsError when one of them cannot be read.
    """
    parts = [
        open_file(FeedFile(con, contract, path, name, number, f"{space}staged_{contract.name}_{number}", folding))
        for number, (path, name) in enumerate(files)
    ]
    view = f"{space}source_{contract.name}"
    con.execute(f"CREATE OR REPLACE VIEW {view} AS {' UNION ALL '.join(part.select for part in parts)}")
    return Source(
        con,
        contract,
        view,
        tuple(part.select for part in parts),
        tuple(name for _, name in files),
        tuple(warning for part in parts for warning in part.warnings),
        any(part.in_place for part in parts),
        folding,
        pseudonym,
    )


def close_source(source: Source, space: str = "") -> None:
    """Drops what `open_source` created."""
    source.con.execute(f"DROP VIEW IF EXISTS {source.view}")
    for number in range(len(source.names)):
        source.con.execute(f"DROP TABLE IF EXISTS {space}staged_{source.contract.name}_{number}")
