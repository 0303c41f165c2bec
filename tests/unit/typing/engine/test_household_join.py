"""Asking only for a policy's own facts joins less and means the same, also where feeds cover some regions only."""

import datetime as dt
from collections.abc import Iterator

import pytest
from duckdb import DuckDBPyConnection as Connection, connect

from services.typing.engine.household_join import feed_query, households_query, inspect_relations
from services.typing.engine.snapshot_columns import FEED_COLUMNS as FEED_FACTS
from tests.unit.typing.engine.feed_tables import create_covered
from tests.unit.typing.engine.population import FEEDS, populate

AS_OF = dt.date(2026, 7, 15)
ASKED = {
    "a policy's facts": ("status", "established_on", "reported", "revenue", "tax_paid_min", "tax_paid_max"),
    "one flag of each feed": ("abnormal", "suspended", "general_taxpayer", "patents", "insured_staff"),
    "none of some feeds": ("seasonal", "trademarks_in_use"),
}


@pytest.fixture(params=[False, True], ids=["everywhere", "some regions only"])
def con(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect() as connection:
        populate(connection, 5_000)
        if request.param:
            for feed in ("tax", "tax_registration", "credit", "intellectual_property"):
                create_covered(connection, feed, "41010", "410115")
        yield connection


def answers(con: Connection, asked: tuple[str, ...], needed: tuple[str, ...] | None) -> list[tuple[object, ...]]:
    query = households_query(inspect_relations(con, FEEDS, AS_OF, needed=needed))
    return con.execute(f"SELECT uscc, {', '.join(asked)} FROM ({query}) ORDER BY uscc").fetchall()


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_narrowed_facts_are_the_same_facts(con: Connection, asked: tuple[str, ...]) -> None:
    assert answers(con, asked, asked) == answers(con, asked, None)


def test_rows_that_say_what_a_missing_row_says_are_not_joined(con: Connection) -> None:
    feed = next(feed for feed in FEED_FACTS if feed.feed == "tax_registration")
    asked = inspect_relations(con, FEEDS, AS_OF, needed=("tax_non_normal",))

    def joined(known: object) -> int:
        return len(con.execute(feed_query(known, feed)).fetchall())  # type: ignore[arg-type]  # an Evidence

    everyone = joined(inspect_relations(con, FEEDS, AS_OF))
    assert joined(asked) == everyone if asked.is_limited(feed) else joined(asked) < everyone / 10


def test_leaving_rows_out_under_a_coverage_would_be_caught() -> None:
    """The naive variant: outside its coverage a feed's row is knowledge, even when it says nothing special."""
    asked = ("tax_non_normal",)
    with connect() as con:
        populate(con, 5_000)
        create_covered(con, "tax_registration", "410115")
        exact = answers(con, asked, asked)
        con.execute("DELETE FROM accepted_tax_registration WHERE non_normal = false")
        assert answers(con, asked, asked) != exact
