"""Stored Parquet files as a table in DuckDB."""

from collections.abc import Iterable
from pathlib import Path


def read_parquet_sql(paths: Iterable[Path], *, named: bool = False) -> str:
    """Table function over the distinct files; ``named`` adds each row's file."""
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in dict.fromkeys(paths))
    return f"read_parquet([{listed}], union_by_name = true{', filename = true' if named else ''})"
