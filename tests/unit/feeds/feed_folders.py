"""Small folders of feeds for tests: rows as dictionaries of texts, written in any of the formats."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.validation.folder import CheckedFeeds, check_folder
from shared.reference.uscc import make_usccs

TODAY = date(2026, 7, 5)
Row = Mapping[str, str]
Line = tuple[str, int, str, str]
"""feed, row, column, code of a reject."""


def codes(count: int, start: int = 0) -> list[str]:
    """Valid codes of households."""
    serials = np.arange(start, start + count, dtype=np.int64)
    return [code.decode() for code in make_usccs(np.full(count, 410102, np.int32), serials)]


A, B, C, STRANGER = codes(4)
MALFORMED = A[:-1]
MISCHECKED = A[:17] + ("0" if A[17] != "0" else "1")

GOOD: dict[str, dict[str, str]] = {
    "registration": {
        "uscc": A,
        "name": "某某小吃店",
        "operator_name": "张三",
        "operator_id": "410102199001010000",
        "region_code": "410102",
        "industry_code": "6210",
        "established_on": "2020-02-29",
        "status": "registered",
        "seasonal": "",
    },
    "credit": {"uscc": A, "abnormal": "false", "seriously_dishonest": "TRUE"},
    "suspension": {"uscc": A, "filed_on": "2025-01-01", "until": "2099-12-31", "resumed_on": ""},
    "annual_report": {"uscc": A, "year": "2025", "filed_on": "2026-03-01", "revenue": "1234.5", "employees": "3"},
    "tax": {
        "uscc": A,
        "year": "2025",
        "tax_paid": "0.07",
        "vat_paid": "",
        "income_tax_paid": "12",
        "tax_paid_min": "",
        "tax_paid_max": "",
    },
    "tax_registration": {"uscc": A, "registered_on": "2020-03-01", "general_taxpayer": "false", "non_normal": "false"},
    "social_insurance": {"uscc": A, "year": "2025", "insured_staff": "2", "operator_insured": "true"},
    "intellectual_property": {"uscc": A, "trademarks_in_use": "1", "patents": "0"},
    "penalty": {
        "uscc": A,
        "decided_on": "2024-05-05",
        "kind": "fine",
        "published_on": "2024-05-06",
        "published_until": "2027-05-05",
        "repaired_on": "",
    },
    "dishonest_debtor": {"operator_id": "410102199001010000", "listed_on": "2024-01-01", "removed_on": ""},
    "operator_kind": {"uscc": A, "kind": "veteran", "since": "2020-05-01", "until": ""},
    "contact": {"uscc": A, "phone": "13800000000", "email": "someone@example.com", "consented_on": "2025-01-01"},
    "credit_risk": {"uscc": A, "risk_class": "A", "graded_on": "2026-03-31"},
    "violation": {
        "uscc": A,
        "found_on": "2026-03-02",
        "field": "advertising",
        "outcome": "first-exempt",
        "corrected_on": "2026-03-05",
    },
}
"""One good row of every feed."""


def csv_text(rows: Sequence[Row], columns: Sequence[str] | None = None) -> str:
    """Rows as CSV with a header."""
    out = io.StringIO()
    names = list(columns or rows[0])
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    path.write_text(csv_text(rows), encoding="utf-8")


def write_text_parquet(path: Path, rows: Sequence[Row]) -> None:
    """Parquet whose columns are all texts; an empty text is NULL."""
    pq.write_table(
        pa.table({name: pa.array([row[name] or None for row in rows], pa.string()) for name in rows[0]}), path
    )


def write_typed_parquet(path: Path, feed: str, rows: Sequence[Row]) -> None:
    """Parquet of the contract's types; every cell must be readable."""
    columns = {}
    for name in rows[0]:
        kind = FEEDS[feed].column(name).kind
        columns[name] = pa.array([typed(kind, row[name]) for row in rows], type=ARROW.get(kind, pa.string()))
    pq.write_table(pa.table(columns), path)


ARROW: dict[str, pa.DataType] = {
    "date": pa.date32(),
    "bool": pa.bool_(),
    "money": pa.decimal128(18, 2),
    "count": pa.int64(),
    "year": pa.int32(),
}


def typed(kind: str, text: str) -> object:
    """A readable cell as Python's value."""
    if not text:
        return None
    match kind:
        case "date":
            return date.fromisoformat(text)
        case "bool":
            return text.lower() == "true"
        case "money":
            return Decimal(text)
        case "count" | "year":
            return int(text)
    return text


def write_xlsx(path: Path, rows: Sequence[Row]) -> None:
    """XLSX whose cells are all texts; an empty text is an empty cell."""
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([list(rows[0]), *([*row.values()] for row in rows)]):
            for place, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, place, cell)


def check(directory: Path, feeds: Iterable[str] = FEEDS, **options: object) -> CheckedFeeds:
    """Checks a folder on the tests' day."""
    return check_folder(directory, feeds, today=TODAY, **options)  # type: ignore[arg-type]


def lines(checked: CheckedFeeds, directory: Path) -> list[dict[str, str]]:
    """The rejects as written."""
    path = directory / "rejects.csv"
    checked.write_rejects(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def found(checked: CheckedFeeds, directory: Path) -> set[Line]:
    """The rejects without file, severity and message; a line that occurs twice is an error."""
    all_ = [(line["feed"], int(line["row"]), line["column"], line["code"]) for line in lines(checked, directory)]
    assert len(all_) == len(set(all_))
    return set(all_)


def accepted(checked: CheckedFeeds, feed: str) -> list[dict[str, object]]:
    """The accepted rows of a feed."""
    cursor = checked.con.execute(f"FROM accepted_{feed}")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
