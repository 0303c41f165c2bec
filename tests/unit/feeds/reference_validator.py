"""The contract's rules for rows, written down as simply as possible: slow, in memory, one cell at a time.

Used to check the bulk validation: both must say the same of any rows.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import Column
from shared.reference.operator_ids import person_id
from shared.reference.regions import known_regions
from shared.reference.uscc import uscc_problem
from tests.unit.feeds.feed_folders import TODAY, Row

FLAGGED = ("uscc-checksum", "not-an-id")
"""Codes of findings that leave the row accepted (of the feeds that are tried)."""
Value = str | int | bool | date | None


@dataclass
class Expected:
    """Of one feed: accepted rows, findings (row, column, code) and keys that are unknown."""

    accepted: list[dict[str, Value]] = field(default_factory=list)
    findings: set[tuple[int, str, str]] = field(default_factory=set)
    rejected_keys: set[tuple[str, int | None]] = field(default_factory=set)


def expected_findings(feed: str, rows: Sequence[Row], registered: set[str] | None) -> Expected:
    """Judges the rows of one file; `registered` None does not ask for unknown households."""
    contract, judged = FEEDS[feed], Expected()
    values: dict[int, dict[str, Value]] = {}
    broken: dict[int, dict[str, str]] = defaultdict(dict)
    for number, row in enumerate(rows, start=2):
        values[number] = {}
        for column in contract.columns:
            cell = row.get(column.name, "").strip(" \t")
            value, code = read(column, cell.upper() if column.kind == "uscc" else cell)
            values[number][column.name] = value
            if code:
                judged.findings.add((number, column.name, code))
                broken[number][column.name] = code
            elif column.name == "operator_id" and cell and person_id(cell) is None:
                judged.findings.add((number, column.name, "not-an-id"))
        judged.findings |= {(number, *finding) for finding in across(values[number], registered)}
    repeats = doubles(feed, values, broken, judged)
    rejected = {number for number, _, code in judged.findings if code not in FLAGGED}
    for number, row_values in values.items():
        if number in rejected and isinstance(household := row_values.get("uscc"), str):
            year = row_values.get("year")
            if uscc_problem(household) in (None, "uscc-checksum"):  # else it may be anything, somebody's id, too
                judged.rejected_keys.add((household, year if isinstance(year, int) and 1000 <= year <= 9999 else None))
        elif number not in rejected | repeats:
            judged.accepted.append(row_values)
    return judged


def doubles(
    feed: str, values: dict[int, dict[str, Value]], broken: dict[int, dict[str, str]], judged: Expected
) -> set[int]:
    """Tells of rows with one key and different contents; the rows that merely repeat an earlier one."""
    key_names = FEEDS[feed].key
    repeats = set()
    by_key = defaultdict(list)
    for number, row_values in values.items():
        key = tuple(row_values[name] for name in key_names)
        if None not in key:
            by_key[key].append(number)
    for numbers in by_key.values():
        contents = {str((values[number], unreadable(broken[number]))) for number in numbers}
        if len(contents) > 1:
            judged.findings |= {(number, key_names[0], "duplicate-key") for number in numbers}
        repeats |= set(numbers[1:]) if len(contents) == 1 else set()
    return repeats


def unreadable(broken: dict[str, str]) -> list[str]:
    """The columns whose cells have no value."""
    return sorted(name for name, code in broken.items() if code in ("not-a-date", "not-a-number", "unknown-value"))


def read(column: Column, cell: str) -> tuple[Value, str | None]:
    """A cell's value (as far as it has one) and what is wrong with it."""
    if not cell:
        return None, "missing" if column.required else None
    match column.kind:
        case "date":
            return read_date(column, cell)
        case "bool":
            value = {"true": True, "false": False}.get(cell.lower())
            return value, None if value is not None else "unknown-value"
        case "money":
            return read_number(r"-?\d{1,16}(\.\d{1,2})?", cell, 100)
        case "count":
            return read_number(r"-?\d{1,18}(\.0+)?", cell, 1)
        case "year":
            number, code = read_number(r"-?\d{1,9}(\.0+)?", cell, 1)
            return number, "unknown-value" if not code and not 1000 <= number <= 9999 else code  # type: ignore[operator]
        case "uscc":
            return cell, "uscc-format" if uscc_problem(cell) == "uscc-format" else None
        case "choice":
            return cell, None if cell in column.choices else "unknown-value"
        case "region":
            return cell, None if cell in known_regions() else "unknown-region"
    return cell, None if not column.pattern or re.fullmatch(column.pattern, cell) else "unknown-value"


def read_date(column: Column, cell: str) -> tuple[Value, str | None]:
    try:
        value = date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII) else None
    except ValueError:
        value = None
    if value is None:
        return None, "not-a-date"
    return value, "future-date" if column.not_future and value > TODAY else None


def read_number(pattern: str, cell: str, factor: int) -> tuple[int | None, str | None]:
    if not re.fullmatch(pattern, cell, re.ASCII):
        return None, "not-a-number"
    number = int(Decimal(cell) * factor)
    return number, "negative" if number < 0 else None


def across(values: dict[str, Value], registered: set[str] | None) -> set[tuple[str, str]]:
    """What concerns more than a cell."""
    found = set()
    code = values.get("uscc")
    if isinstance(code, str):
        if uscc_problem(code) == "uscc-checksum":
            found.add(("uscc", "uscc-checksum"))
        if registered is not None and uscc_problem(code) != "uscc-format" and code not in registered:
            found.add(("uscc", "unknown-household"))
    low, high = values.get("tax_paid_min"), values.get("tax_paid_max")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        found.add(("tax_paid_min", "unknown-value"))
    return found
