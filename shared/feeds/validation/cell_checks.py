"""Checks of single rows: the reject codes that depend on no other row.

A check is an SQL condition over a feed's source (typed columns and the `unreadable` mask); where it is true, the
cell of its column is rejected with its code.
"""

from dataclasses import dataclass
from datetime import date

from shared.feeds.contract.model import FIRST_YEAR, LAST_YEAR, Column, FeedContract
from shared.feeds.reading.sql import ERROR_BITS, is_blank, is_error, literal, quoted, trimmed
from shared.reference.operator_ids import is_nobodys_sql

NOT_AN_ID = "not-an-id"
FIRST_DAY, LAST_DAY = "DATE '0001-01-01'", "DATE '9999-12-31'"
TAX_BAND = ("tax_paid_min", "tax_paid_max")
_UNREADABLE_CODES = {
    "date": "not-a-date",
    "bool": "unknown-value",
    "money": "not-a-number",
    "count": "not-a-number",
    "year": "not-a-number",
}
"""Kinds whose cells can be unreadable; a text never is."""


@dataclass(frozen=True)
class Check:
    """`condition` is true for a fault; false and NULL mean none."""

    column: str
    code: str
    condition: str


def checks_of(contract: FeedContract, today: date, regions: str) -> list[Check]:
    """All checks of a feed; `regions` names a table with a column `code`, `today` is the day of delivery."""
    checks = [
        check
        for place, column in enumerate(contract.columns)
        for check in _column_checks(column, 1 << place, today, regions)
    ]
    if contract.has(TAX_BAND[0]):
        checks.append(Check(TAX_BAND[0], "unknown-value", " > ".join(quoted(name) for name in TAX_BAND)))
    return checks


def faulty_rows(of: list[Check], view: str) -> str:
    """SELECT of `row` of every row with a fault, once for each fault.

    One branch for each condition: those that a file's statistics rule out cost nothing, not even reading the column.
    """
    conditions = ["unreadable <> 0", *(c.condition for c in of if not c.condition.startswith("unreadable"))]
    return " UNION ALL ".join(f"SELECT row FROM {view} WHERE {condition}" for condition in conditions)


def _column_checks(column: Column, bit: int, today: date, regions: str) -> list[Check]:
    name = quoted(column.name)
    error = bit << ERROR_BITS
    checks = [("cell-error", f"unreadable & {error} <> 0")]
    if column.kind == "text":
        checks += _text_checks(name, column)
    if column.name == "operator_id":
        checks.append((NOT_AN_ID, is_nobodys_sql(name, f"{is_blank(name)} OR {is_error(name)}")))
    if column.kind in _UNREADABLE_CODES:
        checks.append((_UNREADABLE_CODES[column.kind], f"unreadable & {bit} <> 0"))
    if column.required:
        empty = is_blank(name) if column.kind == "text" else f"{name} IS NULL"
        checks.append(("missing", f"{empty} AND unreadable & {bit | error} = 0"))
    if column.kind == "date":
        checks += _date_checks(name, column, today)
    elif column.kind in ("money", "count", "year"):
        checks.append(("negative", f"{name} < 0"))
    if column.kind == "year":
        checks.append(("unknown-value", f"{name} >= 0 AND {name} NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"))
    elif column.kind == "choice":
        checks.append(("unknown-value", f"{name} NOT IN ({', '.join(map(literal, column.choices))})"))
    elif column.kind == "region":
        checks.append(("unknown-region", f"{name} NOT IN (SELECT code FROM {regions})"))
    return [Check(column.name, code, condition) for code, condition in checks]


def _text_checks(name: str, column: Column) -> list[tuple[str, str]]:
    checks = [("cell-error", is_error(name))]  # of a file that is read in place
    if column.pattern:
        written = f"regexp_full_match({trimmed(name)}, {literal(column.pattern)})"
        checks.append(("unknown-value", f"NOT ({is_blank(name)} OR {is_error(name)} OR {written})"))
    return checks


def _date_checks(name: str, column: Column, today: date) -> list[tuple[str, str]]:
    checks = [("not-a-date", f"{name} NOT BETWEEN {FIRST_DAY} AND {LAST_DAY}")]
    if column.not_future:
        checks.append(("future-date", f"{name} > DATE '{today.isoformat()}' AND {name} <= {LAST_DAY}"))
    return checks
