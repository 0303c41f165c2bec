"""Bad rows planted in a sample: every reject code, twice, in every feed and column where it can occur.

Every planted row is a valid row of a separate household ("host") with one cell made invalid, so that a row has exactly
one reject and no other row of the sample is affected. Hosts are accepted rows of the registration feed. A planted row
that must be flagged only (`uscc-checksum`) has a host whose code fails the check.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import Column, FeedContract, Kind
from shared.feeds.sample.people import operator_ids
from shared.feeds.sample.population import SampleSetting, break_check, serials
from shared.reference.uscc import make_usccs

COPIES: Final = 2  # one in the middle of the first chunk, one at its end
NOTE_COLUMNS: Final = ("feed", "row", "column", "code")
Row = dict[str, str | None]
_BAND: Final = ("tax_paid_min", "tax_paid_max")  # left empty: a valid row has the amount itself

_WRONG: Final[dict[Kind, tuple[tuple[str, str], ...]]] = {
    "region": (("unknown-region", "999999"),),
    "date": (("not-a-date", "2025-02-30"),),
    "bool": (("unknown-value", "也许"),),
    "money": (("not-a-number", "约三千"), ("negative", "-0.01")),
    "count": (("not-a-number", "几个"), ("negative", "-1")),
    "year": (("not-a-number", "去年"),),
    "choice": (("unknown-value", "其他"),),
}


@dataclass(frozen=True)
class PlantedRows:
    """Rows to add to one feed; `notes` gives (offset among the rows, column, code) of the invalid ones."""

    rows: list[Row]
    notes: list[tuple[int, str, str]]


class ErrorPlanter:
    """Makes the planted rows of all feeds. It uses household numbers from `first` on."""

    def __init__(self, setting: SampleSetting, first: int) -> None:
        self._setting = setting
        self._next = first
        self._hosts = PlantedRows([], [])

    def feeds(self) -> dict[str, list[PlantedRows]]:
        """For every feed one batch of rows per copy; the registration feed also gets the hosts."""
        batches = {feed: [self._batch(contract) for _ in range(COPIES)] for feed, contract in FEEDS.items()}
        own = batches["registration"]
        return batches | {"registration": [_together(self._hosts, own[0]), *own[1:]]}

    def _batch(self, contract: FeedContract) -> PlantedRows:
        rows: list[Row] = []
        notes: list[tuple[int, str, str]] = []
        for column, code, value in self._faults(contract):
            notes.append((len(rows), column.name, code))
            rows.append(self._good(contract) | {column.name: value})
        twin = self._good(contract)
        for row in (twin, twin | _difference(contract)):
            notes.append((len(rows), contract.key[0], "duplicate-key"))
            rows.append(row)
        if contract.has("uscc"):
            self._add_uscc_faults(contract, rows, notes)
        return PlantedRows(rows, notes)

    def _add_uscc_faults(self, contract: FeedContract, rows: list[Row], notes: list[tuple[int, str, str]]) -> None:
        whole = self._good(contract)
        notes.append((len(rows), "uscc", "uscc-format"))
        rows.append(whole | {"uscc": str(whole["uscc"])[:-1]})
        notes.append((len(rows), "uscc", "uscc-checksum"))
        rows.append(self._good(contract, broken=True))
        if contract.name != "registration":
            notes.append((len(rows), "uscc", "unknown-household"))
            rows.append(self._good(contract, registered=False))

    def _faults(self, contract: FeedContract) -> Iterator[tuple[Column, str, str | None]]:
        later = (self._setting.today + timedelta(days=40)).isoformat()
        for column in contract.columns:
            if column.required:
                yield column, "missing", None
            for code, value in _WRONG.get(column.kind, ()):
                yield column, code, value
            if column.pattern:
                yield column, "unknown-value", "写错的(合成)"
            if column.not_future:
                yield column, "future-date", later

    def _good(self, contract: FeedContract, *, broken: bool = False, registered: bool = True) -> Row:
        number = self._take()
        uscc = self._uscc(number, broken=broken)
        row = {column.name: self._value(column, uscc, number) for column in contract.columns}
        if contract.name != "registration" and contract.has("uscc") and registered:
            self._add_host(uscc, number, broken=broken)
        return row

    def _add_host(self, uscc: str, number: int, *, broken: bool) -> None:
        if broken:
            self._hosts.notes.append((len(self._hosts.rows), "uscc", "uscc-checksum"))
        columns = FEEDS["registration"].columns
        self._hosts.rows.append({column.name: self._value(column, uscc, number) for column in columns})

    def _take(self) -> int:
        self._next += 1
        return self._next - 1

    def _uscc(self, number: int, *, broken: bool) -> str:
        region = np.array([int(self._setting.counties[0])], dtype=np.int32)
        code = make_usccs(region, serials(self._setting.seed, np.array([number])))
        break_check(code, np.array([broken]))
        return bytes(code[0]).decode()

    def _value(self, column: Column, uscc: str, number: int) -> str | None:
        if column.name in _BAND:
            return None
        if column.name == "operator_id":
            return str(operator_ids(np.array([number]), self._setting.seed)[0])
        if column.pattern:
            return f"sample_{number}"
        of_kind: dict[Kind, str] = {
            "text": f"错误样例{number}(合成)",
            "uscc": uscc,
            "region": self._setting.counties[0],
            "date": (self._setting.today - timedelta(days=400)).isoformat(),
            "bool": "false",
            "money": "100.00",
            "count": "1",
            "year": str(self._setting.year),
            "choice": next(iter(column.choices)) if column.choices else "",
        }
        return of_kind[column.kind]


def _difference(contract: FeedContract) -> Row:
    """Another value for a column outside the key, so that the two rows with one key differ."""
    other: dict[Kind, str] = {"text": "另一行(合成)", "bool": "true", "count": "2", "money": "99.00"}
    column = next((c for c in contract.columns if c.name not in contract.key and c.kind in other), None)
    return {column.name: other[column.kind]} if column else {contract.columns[-1].name: None}


def _together(first: PlantedRows, second: PlantedRows) -> PlantedRows:
    moved = [(offset + len(first.rows), column, code) for offset, column, code in second.notes]
    return PlantedRows(first.rows + second.rows, first.notes + moved)


def as_texts(table: pa.Table) -> pa.Table:
    """All columns as text, the only form that can hold an invalid date or number."""
    return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))


def plant(table: pa.Table, batches: list[PlantedRows]) -> tuple[pa.Table, list[tuple[int, str, str]]]:
    """Puts one batch in the middle of a table and one at its end; notes get the spreadsheet's row numbers."""
    middle = len(table) // 2
    pieces = [table[:middle], None, table[middle:], None]
    starts = [middle, len(table) + len(batches[0].rows)]
    for place, batch in zip((1, 3), batches, strict=True):
        pieces[place] = pa.Table.from_pylist(batch.rows, schema=table.schema)
    header_and_first = 2
    notes = [
        (start + offset + header_and_first, column, code)
        for start, batch in zip(starts, batches, strict=True)
        for offset, column, code in batch.notes
    ]
    return pa.concat_tables([piece for piece in pieces if piece is not None]), notes
