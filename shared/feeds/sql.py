"""Texts, names and paths as SQL for DuckDB."""

import re
from pathlib import Path


def literal(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def file_literal(path: Path) -> str:
    """A literal that names exactly this file: DuckDB would take `[`, `*` and `?` in it as a pattern."""
    return literal(re.sub(r"([\[*?])", r"[\1]", str(path.resolve())))
