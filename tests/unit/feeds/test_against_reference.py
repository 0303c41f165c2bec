"""Random folders of good and bad rows: the bulk validation says exactly what the simple reference says."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import Column
from shared.feeds.validation.folder import CheckedFeeds
from tests.unit.feeds.feed_folders import (
    GOOD,
    MALFORMED,
    MISCHECKED,
    STRANGER,
    A,
    B,
    C,
    Row,
    accepted,
    check,
    found,
    write_csv,
    write_text_parquet,
    write_typed_parquet,
    write_xlsx,
)
from tests.unit.feeds.reference_validator import Expected, expected_findings

CODES = [A, B, C, MISCHECKED]
READABLE = {
    "uscc": [A, A, B, C, MISCHECKED, STRANGER, MALFORMED, ""],
    "text": ["甲", "乙", ""],
    "region": ["410102", "999999"],
    "date": ["2025-01-31", "2024-02-29", "2026-07-05", "2026-07-06", ""],
    "bool": ["true", "false", ""],
    "money": ["0", "1.5", "0.07", "-0.01", "9999999999999999.99", ""],
    "count": ["0", "3", "-1", ""],
    "year": ["2025", "2025", "2024", "25", "-1", ""],
}
UNREADABLE = {
    "uscc": [f" {A}", "x"],
    "text": [" ", "\t"],
    "region": ["", " 410102 "],
    "date": ["2025-02-29", "2025-1-1", " 2025-01-31", "x"],
    "bool": ["TRUE", " False ", "1", "是"],
    "money": ["1.50", "1.005", "1e3", "12345678901234567", " 2 "],
    "count": ["3.0", "2.5", "x"],
    "year": ["2025.0", "x", "12345678901"],
}


def cells(column: Column, *, readable: bool) -> st.SearchStrategy[str]:
    good = [*column.choices, "x"] if column.kind == "choice" else READABLE[column.kind]
    others = [] if readable else ["", " x"] if column.kind == "choice" else UNREADABLE[column.kind]
    return st.sampled_from([*good, *others])


def rows(feed: str, *, readable: bool) -> st.SearchStrategy[list[dict[str, str]]]:
    """Mostly good rows, each with a few cells changed; few keys, so that many repeat."""
    columns = FEEDS[feed].columns
    base = st.sampled_from(CODES).map(lambda code: {**GOOD[feed], "uscc": code})
    change = st.sampled_from(columns).flatmap(
        lambda column: cells(column, readable=readable).map(lambda cell: {column.name: cell})
    )
    changed = st.tuples(base, st.lists(change, max_size=2)).map(
        lambda pair: {key: value for part in [pair[0], *pair[1]] for key, value in part.items()}
    )
    return st.lists(changed, min_size=1, max_size=12)


def write_typed(feed: str) -> Callable[[Path, Sequence[Row]], None]:
    return lambda path, rows: write_typed_parquet(path, feed, rows)


FEEDS_TRIED = ("tax", "suspension", "annual_report", "penalty", "credit")


@pytest.mark.parametrize("form", ["csv", "texts", "typed", "xlsx"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_bulk_and_reference_agree(form: str, data: st.DataObject) -> None:
    feed = data.draw(st.sampled_from(FEEDS_TRIED))
    readable = form == "typed"
    contents = {name: data.draw(rows(name, readable=readable)) for name in ("registration", feed)}
    writers = {"csv": write_csv, "texts": write_text_parquet, "xlsx": write_xlsx}
    suffix = {"csv": ".csv", "xlsx": ".xlsx"}.get(form, ".parquet")
    registered = expected_findings("registration", contents["registration"], None)
    known = {str(row["uscc"]) for row in registered.accepted}
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for one, its_rows in contents.items():
            writers.get(form, write_typed(one))(directory / f"{one}{suffix}", its_rows)
        checked = check(directory)
        with checked.con:
            compare("registration", registered, checked, directory)
            compare(feed, expected_findings(feed, contents[feed], known), checked, directory)


def compare(feed: str, expected: Expected, checked: CheckedFeeds, directory: Path) -> None:
    told = {(row, column, code) for name, row, column, code in found(checked, directory) if name == feed}
    assert told == expected.findings
    shown = [
        {column.name: row[column.name] for column in FEEDS[feed].columns if not column.personal}
        for row in expected.accepted
    ]
    for row in shown:
        if "seasonal" in row:
            row["seasonal"] = bool(row["seasonal"])
    assert accepted(checked, feed) == shown
    keys = set(checked.con.execute(f"FROM rejected_keys_{feed}").fetchall())
    assert keys == expected.rejected_keys
