"""What a snapshot knows of a household: present, absent, unknown, and not yet happened."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from duckdb import DuckDBPyConnection as Connection

from services.typing.engine.household_join import MissingRelation
from services.typing.engine.snapshot import freeze
from services.typing.engine.snapshot_columns import FEED_COLUMNS, SNAPSHOT_COLUMNS, FeedColumns
from shared.law.language.facts import COLUMNS
from tests.unit.typing.engine.feed_tables import (
    create_accepted,
    create_covered,
    create_rejected_keys,
    registration_row,
    uscc_of,
)

AS_OF = dt.date(2026, 7, 15)
ALL = tuple(feed.feed for feed in FEED_COLUMNS)


@pytest.fixture
def con() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        yield connection


def frozen(
    con: Connection, path: Path, delivered: tuple[str, ...], as_of: dt.date = AS_OF, region: str = ""
) -> list[dict[str, object]]:
    freeze(con, delivered, as_of, path / "snapshot.parquet", region=region)
    rows = con.execute(f"SELECT * FROM read_parquet('{path / 'snapshot.parquet'}')")
    names = [column[0] for column in rows.description]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def facts(con: Connection, path: Path, *feeds: str, as_of: dt.date = AS_OF) -> dict[str, object]:
    """The only household's facts."""
    (row,) = frozen(con, path, feeds, as_of)
    return row


def test_columns_are_the_registry_in_order_and_type(con: Connection, tmp_path: Path):
    create_accepted(con, "registration", registration_row(1))
    freeze(con, (), AS_OF, tmp_path / "s.parquet")
    described = con.execute(f"DESCRIBE SELECT * FROM '{tmp_path / 's.parquet'}'").fetchall()
    assert {name: kind for name, kind, *_ in described} == SNAPSHOT_COLUMNS
    assert [name for name, *_ in described] == list(SNAPSHOT_COLUMNS)


def test_every_column_that_facts_are_read_from_is_in_the_snapshot():
    assert set(COLUMNS) <= set(SNAPSHOT_COLUMNS)


def test_a_delivered_feed_without_a_row_means_absent(con: Connection, tmp_path: Path):
    create_accepted(con, "registration", registration_row(1))
    for feed in ALL:
        create_accepted(con, feed)
    row = facts(con, tmp_path, *ALL)
    assert row["credit_recorded"] is False
    assert row["abnormal"] is False
    assert row["seriously_dishonest"] is False
    assert row["suspended"] is False
    assert row["reported"] is False
    assert (row["revenue"], row["employees"], row["reported_on"]) == (None, None, None)
    assert (row["tax_recorded"], row["tax_paid_min"], row["tax_paid_max"]) == (False, 0, 0)
    assert (row["vat_paid"], row["income_tax_paid"]) == (0, 0)
    assert (row["tax_registered"], row["general_taxpayer"], row["tax_non_normal"]) == (False, False, False)
    assert (row["insured_recorded"], row["insured_staff"], row["operator_insured"]) == (False, 0, False)
    assert (row["ip_recorded"], row["trademarks_in_use"], row["patents"]) == (False, 0, 0)


def test_a_feed_without_a_file_makes_its_facts_unknown_for_all(con: Connection, tmp_path: Path):
    create_accepted(con, "registration", registration_row(1))
    row = facts(con, tmp_path)
    for feed in FEED_COLUMNS:
        assert all(row[fact.name] is None for fact in feed.facts), feed.feed


@pytest.mark.parametrize("feed", FEED_COLUMNS, ids=lambda feed: feed.feed)
def test_a_rejected_row_makes_that_feed_unknown_even_beside_an_accepted_one(
    con: Connection, tmp_path: Path, feed: FeedColumns
):
    create_accepted(con, "registration", registration_row(1), registration_row(2))
    filed: dict[str, object] = {"filed_on": "2026-03-01"} if feed.feed in ("suspension", "annual_report") else {}
    year: dict[str, object] = {"year": 2025} if feed.yearly else {}
    create_accepted(con, feed.feed, {"uscc": uscc_of(1)} | filed | year)
    create_rejected_keys(con, feed.feed, (uscc_of(1), 2025 if feed.yearly else None))
    rejected, other = frozen(con, tmp_path, (feed.feed,))
    assert all(rejected[fact.name] is None for fact in feed.facts)
    assert other[feed.facts[0].name] is False


@pytest.mark.parametrize(("year", "unknown"), [(2025, True), (None, True), (2024, False), (2026, False)])
def test_a_rejected_row_of_another_year_changes_nothing(
    con: Connection, tmp_path: Path, year: int | None, unknown: bool
):
    create_accepted(con, "registration", registration_row(1))
    create_accepted(con, "tax")
    create_rejected_keys(con, "tax", (uscc_of(1), year))
    assert (facts(con, tmp_path, "tax")["tax_paid_min"] is None) is unknown


def test_only_last_years_figures_count(con: Connection, tmp_path: Path):
    create_accepted(con, "registration", registration_row(1))
    create_accepted(
        con,
        "tax",
        {"uscc": uscc_of(1), "year": 2024, "tax_paid": 1},
        {"uscc": uscc_of(1), "year": 2025, "tax_paid": 2},
        {"uscc": uscc_of(1), "year": 2026, "tax_paid": 3},
    )
    row = facts(con, tmp_path, "tax")
    assert (row["tax_paid_min"], row["tax_paid_max"]) == (2, 2)


@pytest.mark.parametrize(
    ("figures", "band"),
    [
        ({"tax_paid": 500}, (500, 500)),
        ({"tax_paid": 500, "tax_paid_min": 100, "tax_paid_max": 900}, (500, 500)),
        ({"tax_paid_min": 100, "tax_paid_max": 900}, (100, 900)),
        ({"tax_paid_min": 100}, (100, None)),
        ({}, (None, None)),
    ],
)
def test_tax_paid_is_a_band(
    con: Connection, tmp_path: Path, figures: dict[str, int], band: tuple[int | None, int | None]
):
    create_accepted(con, "registration", registration_row(1))
    create_accepted(con, "tax", {"uscc": uscc_of(1), "year": 2025} | figures)
    row = facts(con, tmp_path, "tax")
    assert row["tax_recorded"] is True
    assert (row["tax_paid_min"], row["tax_paid_max"]) == band


def test_a_bureau_need_not_have_the_optional_columns(con: Connection, tmp_path: Path):
    create_accepted(con, "registration", registration_row(1))
    con.execute(
        "CREATE TABLE accepted_tax AS SELECT ? AS uscc, 2025 AS year, 700 AS tax_paid, "
        "NULL::BIGINT AS vat_paid, 0 AS income_tax_paid",
        [uscc_of(1)],
    )
    row = facts(con, tmp_path, "tax")
    assert (row["tax_paid_min"], row["tax_paid_max"], row["vat_paid"]) == (700, 700, None)


@pytest.mark.parametrize(
    ("filed_on", "reported", "revenue"),
    [
        ("2026-07-15", True, 100),
        ("2026-07-16", False, None),
        (None, None, 100),
    ],
)
def test_a_report_counts_if_filed_by_the_as_of_date(
    con: Connection, tmp_path: Path, filed_on: str | None, reported: bool | None, revenue: int | None
):
    create_accepted(con, "registration", registration_row(1))
    create_accepted(con, "annual_report", {"uscc": uscc_of(1), "year": 2025, "filed_on": filed_on, "revenue": 100})
    row = facts(con, tmp_path, "annual_report")
    assert row["reported"] is reported
    assert row["revenue"] == revenue
    assert row["reported_on"] == (dt.date.fromisoformat(filed_on) if filed_on and reported else None)


@pytest.mark.parametrize(
    ("registered_on", "registered", "taxpayer"),
    [("2026-07-15", True, True), ("2026-07-16", False, False), (None, True, True)],
)
def test_a_tax_registration_after_the_as_of_date_has_not_happened(
    con: Connection, tmp_path: Path, registered_on: str | None, registered: bool, taxpayer: bool
):
    create_accepted(con, "registration", registration_row(1))
    row: dict[str, object] = {
        "uscc": uscc_of(1),
        "registered_on": registered_on,
        "general_taxpayer": True,
        "non_normal": True,
    }
    create_accepted(con, "tax_registration", row)
    seen = facts(con, tmp_path, "tax_registration")
    assert seen["tax_registered"] is registered
    assert (seen["general_taxpayer"], seen["tax_non_normal"]) == (taxpayer, taxpayer)


SUSPENSIONS = [
    # filed_on, until, resumed_on -> suspended
    (("2026-07-15", None, None), True),
    (("2026-07-16", None, None), False),
    (("2026-01-01", "2026-07-15", None), True),
    (("2026-01-01", "2026-07-14", None), False),
    (("2023-07-15", None, None), True),
    (("2023-07-14", None, None), False),
    (("2023-07-14", "2030-01-01", None), False),
    (("2026-01-01", None, "2026-07-15"), False),
    (("2026-01-01", None, "2026-07-16"), True),
]


@pytest.mark.parametrize(("filing", "suspended"), SUSPENSIONS)
def test_suspension_to_the_day(
    con: Connection, tmp_path: Path, filing: tuple[str, str | None, str | None], suspended: bool
):
    create_accepted(con, "registration", registration_row(1))
    filed_on, until, resumed_on = filing
    row: dict[str, object] = {"uscc": uscc_of(1), "filed_on": filed_on, "until": until, "resumed_on": resumed_on}
    create_accepted(con, "suspension", row)
    assert facts(con, tmp_path, "suspension")["suspended"] is suspended


def test_three_years_from_29_february_end_on_28_february(con: Connection, tmp_path: Path):
    create_accepted(con, "registration", registration_row(1))
    create_accepted(con, "suspension", {"uscc": uscc_of(1), "filed_on": "2024-02-29"})
    covered = facts(con, tmp_path, "suspension", as_of=dt.date(2027, 2, 28))
    assert (covered["suspended"], covered["suspended_until"]) == (True, dt.date(2027, 2, 28))
    assert facts(con, tmp_path, "suspension", as_of=dt.date(2027, 3, 1))["suspended"] is False


def test_of_several_filings_the_covering_one_is_told_else_the_last(con: Connection, tmp_path: Path):
    create_accepted(con, "registration", registration_row(1), registration_row(2))
    create_accepted(
        con,
        "suspension",
        {"uscc": uscc_of(1), "filed_on": "2025-01-01", "until": "2026-12-31"},
        {"uscc": uscc_of(1), "filed_on": "2025-02-01", "until": "2025-03-01"},
        {"uscc": uscc_of(1), "filed_on": "2026-08-01"},
        {"uscc": uscc_of(2), "filed_on": "2023-01-01", "until": "2023-02-01"},
        {"uscc": uscc_of(2), "filed_on": "2024-01-01", "until": "2025-12-31", "resumed_on": "2024-06-01"},
    )
    covered, ended = frozen(con, tmp_path, ("suspension",))
    assert covered["suspended"] is True
    assert (covered["suspended_from"], covered["suspended_until"]) == (
        dt.date(2025, 1, 1),
        dt.date(2026, 12, 31),
    )
    assert ended["suspended"] is False
    assert (ended["suspended_from"], ended["suspended_until"]) == (
        dt.date(2024, 1, 1),
        dt.date(2024, 5, 31),
    )


def test_a_future_filing_alone_is_no_filing(con: Connection, tmp_path: Path):
    create_accepted(con, "registration", registration_row(1))
    create_accepted(con, "suspension", {"uscc": uscc_of(1), "filed_on": "2026-08-01"})
    row = facts(con, tmp_path, "suspension")
    assert (row["suspended"], row["suspended_from"]) == (False, None)


def test_outside_a_feeds_coverage_only_a_row_is_knowledge(con: Connection, tmp_path: Path):
    create_accepted(
        con,
        "registration",
        registration_row(1, region_code="410102"),
        registration_row(2, region_code="410202"),
        registration_row(3, region_code="410202"),
    )
    create_accepted(con, "tax", {"uscc": uscc_of(3), "year": 2025, "tax_paid": 9})
    create_covered(con, "tax", "4101", "4103")
    inside, outside, with_row = frozen(con, tmp_path, ("tax",))
    assert (inside["tax_recorded"], inside["tax_paid_max"]) == (False, 0)
    assert (outside["tax_recorded"], outside["tax_paid_max"]) == (None, None)
    assert (with_row["tax_recorded"], with_row["tax_paid_max"]) == (True, 9)


def test_a_feed_that_covers_nothing_knows_nothing(con: Connection, tmp_path: Path):
    create_accepted(con, "registration", registration_row(1))
    create_accepted(con, "credit")
    create_covered(con, "credit")
    assert facts(con, tmp_path, "credit")["abnormal"] is None


def test_households_established_after_the_as_of_date_are_left_out_and_counted(con: Connection, tmp_path: Path):
    create_accepted(
        con,
        "registration",
        registration_row(1, established_on="2026-07-15"),
        registration_row(2, established_on="2026-07-16"),
        registration_row(3, established_on="2026-07-16", region_code="410202"),
    )
    info = freeze(con, (), AS_OF, tmp_path / "s.parquet")
    assert (info.households, info.left_out, info.as_of) == (1, 2, AS_OF)
    assert freeze(con, (), AS_OF, tmp_path / "s.parquet", region="4101").left_out == 1


def test_a_region_narrows_and_rows_are_sorted_by_region_then_code(con: Connection, tmp_path: Path):
    create_accepted(
        con,
        "registration",
        registration_row(4, region_code="410103"),
        registration_row(2, region_code="410105"),
        registration_row(3, region_code="410103"),
        registration_row(1, region_code="420100"),
    )
    rows = frozen(con, tmp_path, (), region="4101")
    assert [(row["region_code"], row["uscc"]) for row in rows] == [
        ("410103", uscc_of(3)),
        ("410103", uscc_of(4)),
        ("410105", uscc_of(2)),
    ]


def test_an_empty_seasonal_cell_is_not_seasonal(con: Connection, tmp_path: Path):
    create_accepted(con, "registration", registration_row(1, seasonal=None))
    assert facts(con, tmp_path)["seasonal"] is False


def test_a_delivered_feed_without_its_relation_is_an_error(con: Connection, tmp_path: Path):
    create_accepted(con, "registration", registration_row(1))
    with pytest.raises(MissingRelation, match="accepted_tax"):
        freeze(con, ("tax",), AS_OF, tmp_path / "s.parquet")
    assert list(tmp_path.iterdir()) == []
