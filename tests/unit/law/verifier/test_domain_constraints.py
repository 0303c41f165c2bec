"""The households that proofs speak of are exactly the rows that a snapshot can hold, feed by feed."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pytest
import z3

from services.typing.engine.snapshot import freeze
from shared.feeds.contract.feeds import FEEDS
from shared.law.language.facts import COLUMNS, FACTS, FactKind
from shared.law.verifier.symbolic_household import SymbolicHousehold, domain_constraints
from tests.unit.law.policy_samples import ordinary
from tests.unit.typing.engine.feed_tables import create_accepted, registration_row, uscc_of

AS_OF = date(2026, 7, 15)
YESTERDAY, TOMORROW = AS_OF - timedelta(days=1), AS_OF + timedelta(days=1)
CELLS: Mapping[str, list[object]] = {
    "bool": [None, False, True],
    "money": [None, 0, 1],
    "count": [None, 0, 1],
    "date": [None, YESTERDAY, AS_OF, TOMORROW],
}
VALUES: Mapping[FactKind, list[object]] = {
    FactKind.FLAG: [None, False, True],
    FactKind.MONEY: [None, 0, 1],
    FactKind.COUNT: [None, 0, 1],
    FactKind.DATE: [None, YESTERDAY, AS_OF, TOMORROW],
}
DELIVERED = [feed for feed in FEEDS if any(fact.feed == feed for fact in FACTS.values()) and feed != "registration"]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def delivered_rows(feed: str) -> list[dict[str, object]]:
    """A row for every combination of cells that checking lets through; the first household has none."""
    columns = [column for column in FEEDS[feed].columns if column.name not in ("uscc", "year")]
    cells = [CELLS[column.kind][1 if column.required else 0 :] for column in columns]
    names = [column.name for column in columns]
    rows = [dict(zip(names, values, strict=True)) for values in product(*cells)]
    allowed = [row for row in rows if not upside_down(row)]
    return [{"uscc": uscc_of(number), "year": AS_OF.year - 1, **row} for number, row in enumerate(allowed, 2)]


def upside_down(row: Mapping[str, Any]) -> bool:
    low, high = row.get("tax_paid_min"), row.get("tax_paid_max")
    return low is not None and high is not None and low > high


def in_snapshot(con: duckdb.DuckDBPyConnection, folder: Path, feed: str) -> set[tuple[object, ...]]:
    """The facts of a feed as the real join makes them: a row, no row, and not delivered."""
    rows, columns = delivered_rows(feed), columns_of(feed)
    create_accepted(con, "registration", *(registration_row(number) for number in range(1, len(rows) + 2)))
    create_accepted(con, feed, *rows)
    found = set()
    for delivered in ((feed,), ()):
        path = folder / f"{len(delivered)}.parquet"
        freeze(con, delivered, AS_OF, path)
        found |= set(con.execute(f"SELECT DISTINCT {', '.join(columns)} FROM '{path}'").fetchall())
    return found


def columns_of(feed: str) -> list[str]:
    return [column for fact in FACTS.values() if fact.feed == feed for column in fact.columns]


def is_possible(facts: Mapping[str, Any], condition: z3.BoolRef, symbols: SymbolicHousehold) -> bool:
    return bool(z3.is_true(symbols.as_model(facts).eval(condition, model_completion=True)))


@pytest.mark.parametrize("feed", DELIVERED)
def test_a_proof_speaks_of_the_rows_that_a_feed_can_leave_and_of_no_others(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, feed: str
):
    symbols = SymbolicHousehold([])
    condition = domain_constraints(symbols, AS_OF)
    kinds = {column: fact.kind for fact in FACTS.values() for column in fact.columns}
    usual = {**ordinary(), "reported_on": YESTERDAY}
    proved = {
        values
        for values in product(*(VALUES[kinds[column]] for column in columns_of(feed)))
        if is_possible({**usual, **dict(zip(columns_of(feed), values, strict=True))}, condition, symbols)
    }

    assert proved == in_snapshot(con, tmp_path, feed)


def test_registration_is_always_known_and_lies_in_the_past():
    symbols = SymbolicHousehold([])
    condition = domain_constraints(symbols, AS_OF)
    usual = ordinary()
    wrong = [{name: None} for name in ("region_code", "established_on", "status", "seasonal")]

    assert set(usual) == set(COLUMNS)
    assert is_possible(usual, condition, symbols)
    assert is_possible({**usual, "established_on": AS_OF}, condition, symbols)
    assert not any(is_possible({**usual, **facts}, condition, symbols) for facts in wrong)
    assert not is_possible({**usual, "established_on": TOMORROW}, condition, symbols)
