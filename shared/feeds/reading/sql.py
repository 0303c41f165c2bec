"""SQL for DuckDB: names and texts quoted, and a cell of a file as a typed value.

Blanks of every kind around a text are removed; an empty text is unknown (NULL). Dates are ISO, numbers plain
decimal digits, booleans true/false in any case, codes and words in any width and case. Money (yuan, at most two
decimals) becomes BIGINT fen. A text in none of these forms is *unreadable*: its value is NULL, and its bit in the
row's `unreadable` mask is set; for a spreadsheet's error value it is the bit `ERROR_BITS` higher.

Whatever is costly runs only for texts that cheap comparisons or a first reading did not settle.

Parquet columns that already have a fitting type are taken as they are; any other type goes through its text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from shared.feeds.contract.model import Column, Kind
from shared.reference.blanks import ERROR_VALUE, blanks, character_class, invisible

ERROR_BITS = 16
"""In the `unreadable` mask, how far a column's bit for an error value is above its bit for an unreadable one."""


def literal(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def file_literal(path: Path) -> str:
    """A literal that names exactly this file: DuckDB would read `[`, `*` and `?` as a pattern."""
    return literal(re.sub(r"([\[*?])", r"[\1]", str(path.absolute())))


TEXTUAL: frozenset[Kind] = frozenset({"text", "uscc", "region", "choice"})
_HALF_WIDTH = "".join(map(chr, range(0x21, 0x7F)))
_FULL_WIDTH = "".join(chr(ord(character) + 0xFEE0) for character in _HALF_WIDTH)
_PLAIN = "[!-~]+"
_ALREADY_FOLDED: dict[Kind, str] = {"uscc": "[!-`{-~]+", "choice": "[!-@\\[-~]+"}
"""Texts that folding leaves as they are."""
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
    """SQL: the text without surrounding blanks of any kind, NULL when nothing is left."""
    last = rf"ends_with({text}, ' ') OR regexp_matches({text}, '[\x00-\x20\x7f-\x{{3164}}\x{{fe00}}-\x{{10ffff}}]$')"
    return f"CASE WHEN {_may_be_blank(text)} OR {last} THEN {_without_blanks_around(text)} ELSE {text} END"


def trimmed_quickly(text: str) -> str:
    """SQL: the text without surrounding spaces and tabs, NULL when nothing is left; `folded` removes the others."""
    blank = f"{text} < '!' OR ends_with({text}, ' ') OR ends_with({text}, chr(9))"
    return f"CASE WHEN {blank} THEN nullif(trim({text}, {_BLANKS}), '') ELSE {text} END"


def _may_be_blank(text: str) -> str:
    """SQL: whether the first character lies where blanks are found: Chinese characters, letters and digits do not."""
    return f"({text} < '!' OR ({text} >= chr(127) AND {text} < '\u3165') OR {text} >= '\ufe00')"


def _without_blanks_around(text: str) -> str:
    kinds = character_class(blanks())
    return f"nullif(regexp_replace({text}, '^[{kinds}]+|[{kinds}]+$', '', 'g'), '')"


def folded(column: Column, text: str, *, key: bool) -> str:
    """SQL: a code, word, number or date without blanks around or invisible characters within, NULL when nothing is
    left; that of a key half-width and in its column's case, too.
    """
    shown = f"regexp_replace({_without_blanks_around(text)}, '[{character_class(invisible())}]+', '', 'g')"
    if key:
        shown = f"translate({shown}, {literal(_FULL_WIDTH)}, {literal(_HALF_WIDTH)})"
        shown = {"uscc": f"upper({shown})", "choice": f"lower({shown})"}.get(column.kind, shown)
    plain = _ALREADY_FOLDED.get(column.kind, _PLAIN) if key else _PLAIN
    return f"CASE WHEN regexp_full_match({text}, '{plain}') THEN {text} ELSE nullif({shown}, '') END"


def is_error(text: str) -> str:
    """SQL: whether the text is a spreadsheet's error value."""
    return f"({text} >= '#' AND {text} < '$' AND regexp_full_match({text}, {literal(ERROR_VALUE)}))"


def without_nul(text: str) -> str:
    """SQL: the text without NUL characters, which PostgreSQL cannot store."""
    return f"CASE WHEN contains({text}, chr(0)) THEN replace({text}, chr(0), '') ELSE {text} END"


def is_blank(text: str) -> str:
    """SQL: whether the text is empty after cleaning."""
    return f"({text} IS NULL OR ({_may_be_blank(text)} AND {trimmed(text)} IS NULL))"


def from_text(column: Column, text: str) -> str:
    """SQL of the typed value of a cleaned text, NULL when it cannot be read."""
    if column.kind in TEXTUAL:
        return text
    if column.kind == "bool":
        return f"CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false END"
    return f"CASE WHEN regexp_full_match({text}, '{_PATTERNS[column.kind]}') THEN {_number_or_date(column, text)} END"


def from_text_folded(column: Column, text: str) -> str:
    """SQL of the typed value of a folded text, also of a number printed with the noise of its binary form."""
    if column.kind not in ("money", "count", "year"):
        return from_text(column, text)
    noisy = f"regexp_full_match({text}, '{_BINARY_NOISE}')"
    return from_text(column, f"CASE WHEN {noisy} THEN {_double_as_text(f'TRY_CAST({text} AS DOUBLE)')} ELSE {text} END")


_BINARY_NOISE = r"-?[0-9]{1,13}\.[0-9]{8,}|-?[0-9](\.[0-9]+)?[eE]-[0-9]{2}"
_LEAST_NOISE = 1e-7
_NOISE = 1e-14
_MOST_DOUBLE = 1e13


def number_text(number: float) -> str:
    """A spreadsheet's number as text: to the fen it stands for, whole numbers without a decimal point."""
    nearest = round(number, 2)
    if abs(number) < _MOST_DOUBLE and abs(number - nearest) <= max(_LEAST_NOISE, abs(number) * _NOISE):
        text = f"{nearest:.2f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    return str(int(number)) if number.is_integer() and abs(number) < _EXACT_INTEGERS else repr(number)


_EXACT_INTEGERS = 1e15
"""From this value on a spreadsheet's number may have lost digits."""


def _double_as_text(number: str) -> str:
    """SQL: the same of a DOUBLE."""
    noise = f"abs({number} - round({number}, 2)) <= greatest({_LEAST_NOISE}, abs({number}) * {_NOISE})"
    return (
        f"CASE WHEN abs({number}) < {_MOST_DOUBLE} AND {noise} THEN {_fen_as_text(number)} ELSE {number}::VARCHAR END"
    )


def _float_as_text(number: str) -> str:
    """SQL: the same of a FLOAT, whose noise is far greater: only as long as it is far below a fen."""
    noise = f"abs({number}::DOUBLE - round({number}::DOUBLE, 2)) <= abs({number}) * 2.4e-7"
    return f"CASE WHEN abs({number}) < 4000 AND {noise} THEN {_fen_as_text(number)} ELSE {number}::VARCHAR END"


def _fen_as_text(number: str) -> str:
    return f"rtrim(rtrim(round({number}::DOUBLE, 2)::DECIMAL(18,2)::VARCHAR, '0'), '.')"


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


def from_parquet(column: Column, stored: str, parquet_type: str) -> Cell | None:
    """The cell of the Parquet column `stored` whose type fits; None when it must go through its text."""
    name = quoted(stored)
    if column.kind in TEXTUAL:
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
    if parquet_type in ("DOUBLE", "FLOAT"):
        return _double_as_text(quoted(name)) if parquet_type == "DOUBLE" else _float_as_text(quoted(name))
    if re.fullmatch(r"DECIMAL\(\d+,[1-9]\d*\)", parquet_type):
        return f"rtrim(rtrim({text}, '0'), '.')"
    if parquet_type in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"):
        return f"regexp_replace({text}, ' 00:00:00$', '')"
    return text


def unreadable_mask(cells: Mapping[int, str], errors: Mapping[int, str] = MappingProxyType({})) -> str:
    """SQL of the `unreadable` mask, from the conditions by the column's position in the contract; `errors` says of an
    unreadable cell whether it is an error value.
    """
    bits = []
    for place, condition in cells.items():
        bit = f"{1 << place}"
        if place in errors:
            bit = f"CASE WHEN {errors[place]} THEN {1 << place + ERROR_BITS} ELSE {bit} END"
        bits.append(f"CASE WHEN {condition} THEN {bit} ELSE 0 END")
    return f"({' | '.join(bits)})::UINTEGER" if bits else "0::UINTEGER"
