"""SQL for DuckDB: names and texts quoted, and a cell of a file as a typed value.

Surrounding spaces and tabs are removed from texts; an empty text is unknown (NULL). Dates are ISO, numbers plain
decimal digits, booleans true/false in any case. Money (yuan, at most two decimals) becomes BIGINT fen. A text in none
of these forms is *unreadable*: its value is NULL, and its bit in the row's `unreadable` mask is set.

Parquet columns that already have a fitting type are taken as they are; any other type goes through its text.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from shared.feeds.contract.model import Column, Kind


def literal(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def file_literal(path: Path) -> str:
    """A literal that names exactly this file: DuckDB would read `[`, `*` and `?` as a pattern."""
    return literal(re.sub(r"([\[*?])", r"[\1]", str(path.absolute())))


_TEXTUAL: frozenset[Kind] = frozenset({"text", "uscc", "region", "choice"})
_BLANKS = "' ' || chr(9) || chr(10) || chr(13)"
_PATTERNS: dict[Kind, str] = {
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "money": r"-?[0-9]{1,16}(\.[0-9]{1,2})?",
    "count": r"-?[0-9]{1,18}(\.0+)?",
    "year": r"-?[0-9]{1,9}(\.0+)?",
}
_SMALL_INTEGERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT"})
_INTEGERS = _SMALL_INTEGERS | {"UINTEGER", "BIGINT"}
_MOST_YUAN = "9999999999999999"
"""What DECIMAL(18,2) can hold; as fen it fits into a BIGINT."""
_QUICK_YUAN = "9999999999999.99"
"""Up to this value, DECIMAL(18) holds the value times 100."""


@dataclass(frozen=True)
class Cell:
    """SQL of a column's typed value, and of whether a row's cell is unreadable."""

    value: str
    unreadable: str = "false"


def trimmed(text: str) -> str:
    """SQL: the text without surrounding blanks, NULL when nothing is left. Costly cleaning runs only where needed."""
    blank = f"{text} < '!' OR ends_with({text}, ' ') OR ends_with({text}, chr(9))"
    return f"CASE WHEN {blank} THEN nullif(trim({text}, {_BLANKS}), '') ELSE {text} END"


def trimmed_in_place(text: str) -> str:
    """SQL: the text, NULL if blank. Only a text that begins with a blank is cleaned: if Parquet's statistics show that
    there is none, DuckDB need not even read the column.
    """
    return f"CASE WHEN {text} < '!' THEN {trimmed(text)} ELSE {text} END"


def without_nul(text: str) -> str:
    """SQL: the text without NUL characters, which PostgreSQL cannot store."""
    return f"CASE WHEN contains({text}, chr(0)) THEN replace({text}, chr(0), '') ELSE {text} END"


def is_blank(text: str) -> str:
    """SQL: whether the text is empty after cleaning."""
    return f"({text} IS NULL OR ({text} < '!' AND {trimmed(text)} IS NULL))"


def from_text(column: Column, text: str) -> str:
    """SQL of the typed value of a cleaned text, NULL when it cannot be read."""
    if column.kind in _TEXTUAL:
        return text
    if column.kind == "bool":
        return f"CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false END"
    return f"CASE WHEN regexp_full_match({text}, '{_PATTERNS[column.kind]}') THEN {_number_or_date(column, text)} END"


def _number_or_date(column: Column, text: str) -> str:
    if column.kind == "date":
        return f"TRY_CAST({text} AS DATE)"
    if column.kind == "money":
        return fen(f"TRY_CAST({text} AS DECIMAL(18,2))")
    return f"TRY_CAST(split_part({text}, '.', 1) AS {'INTEGER' if column.kind == 'year' else 'BIGINT'})"


def fen(yuan: str) -> str:
    """SQL: a DECIMAL(18,2) of yuan as BIGINT fen, without overflow on the way."""
    exact = f"({yuan}::DECIMAL(20,2) * 100)::BIGINT"
    return f"CASE WHEN {yuan} BETWEEN -{_QUICK_YUAN} AND {_QUICK_YUAN} THEN ({yuan} * 100)::BIGINT ELSE {exact} END"


def from_parquet(column: Column, parquet_type: str) -> Cell | None:
    """The cell of a Parquet column whose type fits; None when it must go through its text."""
    name = quoted(column.name)
    if column.kind in _TEXTUAL:
        return Cell(name) if parquet_type == "VARCHAR" else None
    if column.kind in ("date", "bool"):
        return Cell(name) if parquet_type == {"date": "DATE", "bool": "BOOLEAN"}[column.kind] else None
    if column.kind == "money":
        return _money_from_parquet(name, parquet_type)
    if column.kind == "year" and parquet_type == "BIGINT":
        return _within(name, "-999999999", "999999999", f"{name}::INTEGER")
    fitting = _SMALL_INTEGERS if column.kind == "year" else _INTEGERS
    sql_type = "INTEGER" if column.kind == "year" else "BIGINT"
    return Cell(f"{name}::{sql_type}") if parquet_type in fitting else None


def _money_from_parquet(name: str, parquet_type: str) -> Cell | None:
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", parquet_type)
    if decimal:
        width, scale = int(decimal[1]), int(decimal[2])
        return Cell(fen(f"{name}::DECIMAL(18,2)")) if scale <= 2 and width - scale <= 16 else None
    if parquet_type in _INTEGERS:
        return _within(name, f"-{_MOST_YUAN}", _MOST_YUAN, f"{name}::BIGINT * 100")
    return None


def _within(name: str, least: str, most: str, value: str) -> Cell:
    inside = f"{name} BETWEEN {least} AND {most}"
    return Cell(f"CASE WHEN {inside} THEN {value} END", f"NOT ({inside})")


def parquet_as_text(name: str, parquet_type: str) -> str:
    """SQL: a Parquet value as the text that a spreadsheet would show."""
    text = f"{quoted(name)}::VARCHAR"
    if re.fullmatch(r"DECIMAL\(\d+,[1-9]\d*\)", parquet_type):
        return f"rtrim(rtrim({text}, '0'), '.')"
    if parquet_type in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"):
        return f"regexp_replace({text}, ' 00:00:00$', '')"
    return text


def unreadable_mask(cells: dict[int, str]) -> str:
    """SQL of the `unreadable` mask, from the conditions by the column's position in the contract."""
    bits = [f"CASE WHEN {condition} THEN {1 << place} ELSE 0 END" for place, condition in cells.items()]
    return f"({' | '.join(bits)})::UINTEGER" if bits else "0::UINTEGER"
